//! Visitors who read and register, an editor who edits and lists, on one site for a long time.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use magnetiq::config::DataDir;
use magnetiq_tests::{Client, Process, registrations, webinars};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// Between two registrations, and between two edits: a day's crowd, not a flood.
const PACE: Duration = Duration::from_millis(100);
const READERS: u64 = 4;
/// The longest log of writes that may be seen, in bytes.
const LONGEST_LOG: u64 = 64 << 20;
/// What a process may grow by once it is warm, in KiB: allocators and caches settle, leaks do not.
const GROWTH: u64 = 48 << 10;

/// What was seen.
#[derive(Debug)]
pub struct Figures {
    reads: u64,
    edits: u64,
    registrations: usize,
    /// Resident KiB after the first quarter and at the end.
    warm: u64,
    last: u64,
    /// The longest log, in bytes.
    log: u64,
}

impl Figures {
    /// Fails the test when the process grew, or its log did.
    pub fn check(&self) {
        assert!(self.reads > 0 && self.edits > 0 && self.registrations > 0, "{self:?}");
        assert!(self.last <= self.warm + GROWTH, "the process grows: {self:?}");
        assert!(self.log <= LONGEST_LOG, "the log grows: {self:?}");
    }
}

/// Loads a site for as long as that, then ends it well and looks into its file.
pub async fn run(span: Duration) -> Figures {
    let folder = tempfile::tempdir().expect("a folder");
    let session = webinars::announce(folder.path()).await;
    let mut process = Process::serve(folder.path(), &webinars::VARIABLES);
    let (visitor, end) = (process.visitor(), Instant::now() + span);
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        readers.spawn(read(visitor.clone(), end));
    }
    let editing = tokio::spawn(edit(visitor.clone(), end));
    let registering = tokio::spawn(register(visitor.clone(), session, end));
    let (warm, log) = watch(folder.path(), process.id(), span, end).await;
    let registered = registering.await.expect("registrations");
    let edits = editing.await.expect("edits");
    let reads = readers.join_all().await.into_iter().sum();
    let last = resident(process.id());
    process.signal("TERM");
    assert!(process.wait(), "{}", process.rest());
    registrations::check(folder.path(), &registered, "after the load").await;
    Figures { reads, edits, registrations: registered.len(), warm, last, log }
}

/// Reads pages without a pause; how many.
async fn read(visitor: Client, end: Instant) -> u64 {
    let paths = ["/de/webinare", "/en/webinars/topic", "/api/v1/webinars/sessions", "/readyz"];
    let mut reads = 0;
    while Instant::now() < end {
        for path in paths {
            let _ = visitor.get(path).await.expect(200);
            reads += 1;
        }
    }
    reads
}

/// Signs in now and then, edits a topic and lists what people left; how many edits.
async fn edit(visitor: Client, end: Instant) -> u64 {
    let (mut pace, mut edits) = (tokio::time::interval(PACE), 0);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while Instant::now() < end {
        let admin = webinars::sign_in(&visitor).await;
        // A session's access token lives longer than this.
        for _ in 0..1_000 {
            pace.tick().await;
            let body = json!({"summary": {"en": format!("Edit {edits}"), "de": format!("Änderung {edits}")}});
            let _ = admin.patch_json("/api/v1/webinars/topics/1", &body).await.expect(200);
            let _ = admin.get("/api/v1/webinars/registrations?sort=-created_at").await.expect(200);
            edits += 1;
            if Instant::now() >= end {
                break;
            }
        }
    }
    edits
}

/// Registers people, one after the other; who was told that all is well.
async fn register(visitor: Client, session: i64, end: Instant) -> BTreeSet<String> {
    let (mut pace, mut told) = (tokio::time::interval(PACE), BTreeSet::new());
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let path = format!("/api/v1/webinars/sessions/{session}/registrations");
    for person in 0_u64.. {
        pace.tick().await;
        if Instant::now() >= end {
            break;
        }
        let email = format!("person{person}@example.org");
        let body = json!({"email": email, "name": "Ada", "consent": {"marketing": false}});
        let address = format!("10.{}.{}.{}", person >> 16 & 255, person >> 8 & 255, person & 255);
        let call = visitor.call("POST", &path).header("x-forwarded-for", &address);
        let _ = call.json(&body).send().await.expect(201);
        told.insert(email);
    }
    told
}

/// Resident KiB after a quarter, and the longest log until the end.
async fn watch(folder: &Path, process: u32, span: Duration, end: Instant) -> (u64, u64) {
    let (mut warm, mut longest) = (0, 0);
    let log = DataDir::new(folder.into()).database().with_extension("db-wal");
    let mut pace = tokio::time::interval(Duration::from_secs(1));
    while Instant::now() < end {
        pace.tick().await;
        longest = longest.max(log.metadata().map_or(0, |file| file.len()));
        if end.saturating_duration_since(Instant::now()) > span * 3 / 4 {
            warm = resident(process);
        }
    }
    (warm, longest)
}

/// Resident memory in KiB.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a running process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.split_whitespace().next().and_then(|text| text.parse().ok()).expect("KiB")
}
