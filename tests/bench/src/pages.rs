//! A plugin's page from the page cache: against a page of the host's own from there, and over HTTP against a route that
//! knows nothing but these bytes.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::{Html, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, Uri};
use magnetiq::app::App;
use magnetiq::error::Result;
use magnetiq::router;
use magnetiq::site::{Key, Reads, Rendering};
use magnetiq_contract::text::Locale;
use magnetiq_tests::{Guest, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::Table;
use crate::turns::{self, Side};

const PAGE: &str = "/en/hello";
/// Connections at once, each with one request under way.
const CONNECTIONS: u32 = 16;
/// How often the site and the bare route take turns, and how long a turn is.
const TURNS: u32 = 5;
const TURN: Duration = Duration::from_secs(1);

/// Adds a line for each.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let plugin = router::build(&app.site).expect("a router");
    let (page, _) = Side::new(&plugin, PAGE).ask().await;
    let native = Router::new().route("/native", get(cached)).with_state((app.site.clone(), page.clone()));
    let native = router::within_layers(native, &app.site);
    let medians = turns::medians([Side::new(&native, "/native"), Side::new(&plugin, PAGE)], Bytes::clone).await;
    table.compare("page from the cache: the host's own / a plugin's", medians, "p50");
    let (mut bare, mut site) = (0, 0);
    let address = serve_bare(page.clone()).await;
    for _ in 0..TURNS {
        bare += answers(&address, &page).await;
        site += answers(app.address(), &page).await;
    }
    let [of_site, of_bare] = [site, bare].map(|answers| f64::from(answers) / (TURN * TURNS).as_secs_f64());
    table.add(
        "page from the cache / bare route, answers over HTTP",
        format!("{:.2}", of_site / of_bare),
        format!("{of_site:.0}/s / {of_bare:.0}/s, {CONNECTIONS} connections; the clients share the processors"),
    );
}

/// The same page, handed to the cache by the host itself.
async fn cached(State((app, page)): State<(App, Bytes)>, uri: Uri, headers: HeaderMap) -> Result<Response> {
    let key = Key::of(Locale::En, &uri, &[], &headers);
    let render = async || Ok(Rendering::html(String::from_utf8_lossy(&page).into(), Reads::default()));
    Ok(app.public.pages.get_or_render(key, render).await?.respond(&headers))
}

/// Serves these bytes at [`PAGE`] and nothing else, without a layer; where.
async fn serve_bare(page: Bytes) -> String {
    let router = Router::new().route(PAGE, get(async move || Html(page)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    tokio::spawn(axum::serve(listener, router).into_future());
    address
}

/// How many answers all connections have within a turn.
async fn answers(address: &str, page: &Bytes) -> u32 {
    let (mut connections, end) = (JoinSet::new(), Instant::now() + TURN);
    for _ in 0..CONNECTIONS {
        connections.spawn(ask_until(end, address.to_owned(), page.clone()));
    }
    connections.join_all().await.into_iter().sum()
}

/// Asks for the page again and again on one connection. A client that understands answers would cost more than they do:
/// this one knows that all have the same length.
async fn ask_until(end: Instant, address: String, page: Bytes) -> u32 {
    let request = format!("GET {PAGE} HTTP/1.1\r\nHost: {address}\r\n\r\n");
    let mut connection = TcpStream::connect(&address).await.expect("a connection");
    let (mut answer, mut count) = (Vec::new(), 0);
    while Instant::now() < end {
        connection.write_all(request.as_bytes()).await.expect("a listener");
        while !answer.ends_with(&page) {
            assert_ne!(connection.read_buf(&mut answer).await.expect("bytes"), 0, "no answer to its end");
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
        answer.clear();
        count += 1;
    }
    count
}
