//! What others wait for while two guests loop: calls that keep half of the processors busy, with and without
//! them.

use std::time::{Duration, Instant};

use magnetiq::app::App;
use magnetiq::resources::Actor;
use magnetiq_tests::{Client, Guest, TestApp};
use tokio::task::JoinSet;

use crate::crowd::{ADDRESSES, capacity, open_loop};
use crate::{Table, percentile};

/// How long each part of a turn takes, in seconds.
const SPAN: u32 = 2;
/// How often it is quiet, and then not.
const TURNS: usize = 9;

/// Adds a line for the 99th percentile.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    for guest in [Guest::Hello, Guest::Webinars, Guest::Villain] {
        app.enable(guest).await;
    }
    let visitor = Client::visitor(format!("http://{}", app.address()));
    let rate = (capacity(visit(&visitor)).await / 2.0) as u32;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        alone.push(wait(&visitor, rate).await);
        let loopers = two_loopers(&app.site, &visitor);
        beside.push(wait(&visitor, rate).await);
        drop(loopers);
    }
    let [alone, beside] = [alone, beside].map(|mut waits| percentile(&mut waits, 0.5));
    table.add(
        "p99 beside two looping guests / p99 without",
        format!("{:.2}", beside.as_secs_f64() / alone.as_secs_f64()),
        format!(
            "{beside:.1?} / {alone:.1?}; open loop, {rate}/s, which keep half of the processors busy; the median of \
             {TURNS} turns"
        ),
    );
}

/// What all but one of a hundred calls take at most, from the intended start of each to its answer.
async fn wait(visitor: &Client, rate: u32) -> Duration {
    percentile(&mut open_loop(rate, rate * SPAN, visit(visitor)).await, 0.99)
}

fn visit(visitor: &Client) -> impl Fn(u32, Instant) -> BoxFuture + use<> {
    let visitor = visitor.clone();
    move |number, due| {
        let visitor = visitor.clone();
        Box::pin(async move {
            visitor.get(ADDRESSES[number as usize % ADDRESSES.len()]).await.expect(200);
            due.elapsed()
        })
    }
}

type BoxFuture = std::pin::Pin<Box<dyn Future<Output = Duration> + Send>>;

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
