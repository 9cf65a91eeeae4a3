//! What others wait for while two guests loop: calls at half of what the site can answer, with and without them.

use std::time::Duration;

use magnetiq::app::App;
use magnetiq::resources::Actor;
use magnetiq_tests::{Client, Guest, TestApp};
use tokio::task::JoinSet;

use crate::crowd::{ADDRESSES, capacity, open_loop};
use crate::{Table, percentile};

/// Who waits for an answer at once, to see how much the site can answer.
const CALLERS: u32 = 16;
/// How long each part of a turn takes, in seconds.
const SPAN: u32 = 4;
/// How often it is quiet, and then not.
const TURNS: u32 = 3;

/// Adds a line for the 99th percentile.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    for guest in [Guest::Hello, Guest::Webinars, Guest::Villain] {
        app.enable(guest).await;
    }
    let visitor = Client::visitor(format!("http://{}", app.address()));
    let most = capacity(CALLERS, Duration::from_secs(SPAN.into()), visit(&visitor)).await;
    let rate = (most / 2.0) as u32;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        alone.extend(waits(&visitor, rate).await);
        let loopers = two_loopers(&app.site, &visitor);
        beside.extend(waits(&visitor, rate).await);
        drop(loopers);
    }
    let [alone, beside] = [alone, beside].map(|mut times| percentile(&mut times, 0.99));
    table.add(
        "p99 beside two looping guests / p99 without",
        format!("{:.2}", beside.as_secs_f64() / alone.as_secs_f64()),
        format!("{beside:.1?} / {alone:.1?}; open loop, {rate}/s, half of what the site answers at most"),
    );
}

/// From the intended start of each call to its answer.
async fn waits(visitor: &Client, rate: u32) -> Vec<Duration> {
    let visit = visit(visitor);
    open_loop(rate, rate * SPAN, move |number, due| {
        let visited = visit(number);
        async move {
            visited.await;
            due.elapsed()
        }
    })
    .await
}

fn visit(visitor: &Client) -> impl Fn(u32) -> BoxFuture + Clone + use<> {
    let visitor = visitor.clone();
    move |number| {
        let visitor = visitor.clone();
        Box::pin(async move { drop(visitor.get(ADDRESSES[number as usize % ADDRESSES.len()]).await.expect(200)) })
    }
}

type BoxFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Two visitors who have the villain loop, as long as this is kept.
fn two_loopers(site: &App, visitor: &Client) -> JoinSet<()> {
    (0..2).map(|_| keep_looping(site.clone(), visitor.clone())).collect()
}

/// Ends never. A quarantine would give the others peace: an admin ends it each time.
async fn keep_looping(site: App, visitor: Client) {
    loop {
        let answer = visitor.get("/api/v1/villain/read/loop").await;
        assert!(answer.status.is_server_error(), "{}", answer.text());
        if answer.status == 503 {
            site.plugins.reset("villain", &Actor::system(), None).await.expect("the end of its quarantine");
        }
    }
}
