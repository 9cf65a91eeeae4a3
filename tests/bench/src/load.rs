//! A hundred users at once: what they wait for, and what the database takes of it.

use std::time::{Duration, Instant};

use magnetiq_tests::{Guest, TestApp};
use tokio::task::JoinSet;

use crate::{Table, percentile};

const USERS: usize = 100;
const CALLS: usize = 40;
/// A user looks at what came before the next click.
const PAUSE: Duration = Duration::from_millis(500);

/// Measures answers over HTTP, then statements inside the store under the same number of readers.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    app.enable(Guest::Webinars).await;
    let mut answers = answers(&app).await;
    let figures = format!("{:.1?} / {:.1?}", percentile(&mut answers, 0.5), percentile(&mut answers, 0.95));
    table.add("API p50 / p95, 100 users", figures, "a call every 0.5 s each; client and host share the processors");
    let mut statements = statements(&app).await;
    table.add("SQL p95, 100 users", format!("{:.0?}", percentile(&mut statements, 0.95)), "one list, inside the read");
}

async fn answers(app: &TestApp) -> Vec<Duration> {
    let addresses = ["/api/v1/hello/greetings", "/api/v1/webinars/topics", "/en/webinars", "/api/v1/webinars/sessions"];
    let mut users = JoinSet::new();
    for user in 0..USERS {
        let visitor = (**app).clone();
        users.spawn(async move {
            let mut times = Vec::with_capacity(CALLS);
            tokio::time::sleep(PAUSE * user as u32 / USERS as u32).await;
            for call in 0..CALLS {
                let begun = Instant::now();
                visitor.get(addresses[(user + call) % addresses.len()]).await.expect(200);
                times.push(begun.elapsed());
                tokio::time::sleep(PAUSE).await;
            }
            times
        });
    }
    users.join_all().await.concat()
}

async fn statements(app: &TestApp) -> Vec<Duration> {
    let mut users = JoinSet::new();
    for _ in 0..USERS {
        let store = app.site.store.clone();
        users.spawn(async move {
            let mut times = Vec::with_capacity(CALLS);
            for _ in 0..CALLS {
                let read = store.read(|snapshot| {
                    let begun = Instant::now();
                    let mut statement = snapshot.prepare_cached("SELECT text FROM p_hello__greetings ORDER BY id")?;
                    let texts: Result<Vec<String>, _> = statement.query_map([], |row| row.get(0))?.collect();
                    texts?;
                    Ok(begun.elapsed())
                });
                times.push(read.await.expect("rows"));
            }
            times
        });
    }
    users.join_all().await.concat()
}
