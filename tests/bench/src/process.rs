//! The binary itself: its start, its memory, and how many registrations it makes durable.

use std::path::Path;
use std::time::{Duration, Instant};

use magnetiq_tests::{Client, Process, webinars};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{Table, percentile};

const CLIENTS: u64 = 64;
const SPAN: Duration = Duration::from_secs(5);

/// Starts the binary on a folder with webinars in it.
pub async fn run(table: &mut Table) {
    let folder = tempfile::tempdir().expect("a folder");
    let session = webinars::announce(folder.path()).await;
    let begun = Instant::now();
    let process = Process::serve(folder.path(), &webinars::VARIABLES);
    let visitor = Client::visitor(format!("http://{}", process.address));
    visitor.get("/en/webinars").await.expect(200);
    table.add(
        "Start to first answer",
        format!("{:.0?}", begun.elapsed()),
        "the webinars' page, its code from the cache",
    );
    tokio::time::sleep(Duration::from_secs(3)).await;
    table.add("Idle memory", format!("{} MiB", resident(process.id()) / 1024), "VmRSS with one plugin, 3 s after");
    let (mut waits, took) = registrations(&visitor, session).await;
    let what = format!("Durable registrations, {CLIENTS} clients");
    let rate = waits.len() as f64 / took.as_secs_f64();
    table.add(&what, format!("{rate:.0}/s"), "each synced before its answer, mail queued");
    table.add(what + ", p95", format!("{:.1?}", percentile(&mut waits, 0.95)), "of the same");
}

/// What each client waited for each registration that was answered well, and how long all took.
async fn registrations(visitor: &Client, session: i64) -> (Vec<Duration>, Duration) {
    let mut clients = JoinSet::new();
    let begun = Instant::now();
    for client in 0..CLIENTS {
        let visitor = visitor.clone();
        clients.spawn(async move {
            let (mut count, mut waits) = (0_u32, Vec::new());
            while begun.elapsed() < SPAN {
                waits.extend(register(&visitor, session, client, count).await);
                count += 1;
            }
            waits
        });
    }
    let waits = clients.join_all().await.concat();
    (waits, begun.elapsed())
}

/// One registration, and how long its good answer took.
async fn register(visitor: &Client, session: i64, client: u64, count: u32) -> Option<Duration> {
    let body =
        json!({"email": format!("c{client}-{count}@example.org"), "name": "Ada", "consent": {"marketing": false}});
    let address = format!("198.{}.{}.{client}", 18 + (count >> 8 & 1), count & 255);
    let call = visitor.call("POST", &format!("/api/v1/webinars/sessions/{session}/registrations"));
    let call = call.header("x-forwarded-for", &address).json(&body);
    let begun = Instant::now();
    let answer = call.send().await;
    (answer.status == 201).then(|| begun.elapsed())
}

/// Resident memory in KiB.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status"));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
