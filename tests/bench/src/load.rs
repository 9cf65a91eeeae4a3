//! A hundred users: what they wait for, and what the database takes of it.

use std::time::{Duration, Instant};

use magnetiq_tests::{Client, Guest, TestApp};

use crate::crowd::{ADDRESSES, open_loop};
use crate::{Table, percentile};

const USERS: usize = 100;
/// Calls a second, of all users together: each clicks every half second.
const RATE: u32 = 200;
const CALLS: u32 = 4_000;

/// Measures answers over HTTP, then statements inside the store at the same rate.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    app.enable(Guest::Webinars).await;
    let mut answers = answers(&app).await;
    let figures = format!("{:.1?} / {:.1?}", percentile(&mut answers, 0.5), percentile(&mut answers, 0.95));
    let note = format!("open loop, {RATE}/s, from the intended start; client and host share the processors");
    table.add("API p50 / p95, 100 users", figures, note);
    let mut statements = statements(&app).await;
    let note = format!("open loop, {RATE}/s; one list, inside the read");
    table.add("SQL p95, 100 users", format!("{:.0?}", percentile(&mut statements, 0.95)), note);
}

/// From the intended start of each call to its answer.
async fn answers(app: &TestApp) -> Vec<Duration> {
    let users: Vec<Client> = (0..USERS).map(|_| Client::visitor(format!("http://{}", app.address()))).collect();
    open_loop(RATE, CALLS, move |call, due| {
        let (round, user) = (call as usize / USERS, call as usize % USERS);
        let visitor = users[user].clone();
        async move {
            visitor.get(ADDRESSES[(user + round) % ADDRESSES.len()]).await.expect(200);
            due.elapsed()
        }
    })
    .await
}

async fn statements(app: &TestApp) -> Vec<Duration> {
    let store = app.site.store.clone();
    open_loop(RATE, CALLS, move |_, _| {
        let store = store.clone();
        async move {
            let read = store.read(|snapshot| {
                let begun = Instant::now();
                let mut statement = snapshot.prepare_cached("SELECT text FROM p_hello__greetings ORDER BY id")?;
                let texts: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0))?.collect();
                texts?;
                Ok(begun.elapsed())
            });
            read.await.expect("rows")
        }
    })
    .await
}
