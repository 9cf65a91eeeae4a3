//! Calls of plugins beside each other: what waits for what, what is counted, and what is kept of them.

use std::io;
use std::sync::{Arc, Mutex, mpsc};

use magnetiq::store::Owner;
use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

async fn site() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app
}

async fn rows(app: &TestApp) -> Value {
    app.get("/api/v1/villain/count").await.expect(200).data()
}

async fn usage(app: &TestApp) -> Value {
    app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data()
}

/// The writer, held until it is let go.
struct Held {
    release: mpsc::Sender<()>,
    unit: JoinHandle<magnetiq::error::Result<()>>,
}

impl Held {
    async fn of(app: &TestApp) -> Self {
        let (release, released) = mpsc::channel();
        let (began, begun) = oneshot::channel();
        let store = app.site.store.clone();
        let hold = move || {
            let _ = began.send(());
            let _ = released.recv();
            Ok(())
        };
        let unit = tokio::spawn(async move { store.write(Owner::Core, move |_| hold()).await });
        begun.await.unwrap();
        Self { release, unit }
    }

    async fn let_go(self) {
        self.release.send(()).unwrap();
        self.unit.await.unwrap().unwrap();
    }
}

/// Sends a POST now; its answer comes later.
fn post(app: &TestApp, path: &str, key: &str) -> JoinHandle<Answer> {
    tokio::spawn(app.call("POST", path).header("idempotency-key", key).send())
}

#[tokio::test]
async fn simultaneous_requests_with_one_key_are_done_once() {
    let app = site().await;
    let held = Held::of(&app).await;
    let posts: Vec<_> = (0..8).map(|_| post(&app, "/api/v1/villain/detached", "one")).collect();
    for _ in 0..5 {
        rows(&app).await;
    }
    held.let_go().await;
    for answer in posts {
        answer.await.unwrap().expect(204);
    }
    assert_eq!(rows(&app).await, 1);
    post(&app, "/api/v1/villain/detached", "two").await.unwrap().expect(422);
}

#[tokio::test]
async fn a_detached_route_outlives_one_in_a_transaction_and_a_call_that_waited_too_long_is_counted_but_no_fault() {
    let app = site().await;
    let before = usage(&app).await["calls"].as_u64().unwrap();
    let held = Held::of(&app).await;
    let detached = post(&app, "/api/v1/villain/detached", "a");
    let cut_off = post(&app, "/api/v1/villain/write/nothing", "b").await.unwrap().expect(503);
    assert_eq!((cut_off.code().as_str(), cut_off.header("retry-after")), ("UNAVAILABLE", "1"));
    held.let_go().await;
    detached.await.unwrap().expect(204);
    assert_eq!(rows(&app).await, 1, "what was cut off wrote nothing");

    let usage = usage(&app).await;
    assert_eq!(usage["calls"].as_u64().unwrap() - before, 3, "{usage}");
    assert_eq!((&usage["faults"], &usage["last_fault"]), (&json!(0), &Value::Null), "others held the writer: {usage}");
    let routes = usage["routes"].as_array().unwrap();
    let route = |name: &str| routes.iter().find(|route| route["route"] == name).unwrap_or_else(|| panic!("{usage}"));
    let cut_off = route("POST /api/v1/villain/write/{deed}");
    assert_eq!((&cut_off["calls"], &cut_off["faults"]), (&json!(1), &json!(0)));
    assert_eq!(route("POST /api/v1/villain/detached")["faults"], 0);
}

/// Endless loops, more than there are workers to run them.
const LOOPS: usize = 8;

/// Requests that are answered one after the other meanwhile.
const OTHERS: usize = 10;

/// Whatever the machine does besides: a loop that has its worker for itself ends before anybody else is answered there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_all_answered_before_the_first_of_many_loops_ends() {
    let app = site().await;
    app.enable(Guest::Hello).await;
    let admin = app.sign_in("super_admin").await;
    let mut loops = JoinSet::new();
    for _ in 0..LOOPS {
        loops.spawn(app.call("GET", "/api/v1/villain/read/loop").send());
    }
    for _ in 0..OTHERS {
        app.get("/api/v1/hello/greetings").await.expect(200);
    }
    let usage = admin.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    assert_eq!(usage["faults"], 0, "a loop ended before all others were answered: {usage}");
    assert!(loops.join_all().await.iter().all(|answer| answer.status == 502));
}

#[tokio::test]
async fn fifty_thousand_lines_of_csv_fit_into_a_guests_memory() {
    let app = site().await;
    app.call("POST", "/api/v1/villain/exports/50000").send().await.expect(204);
    app.settle().await;
    let bytes =
        app.get("/api/v1/villain/select?sql=SELECT+max(text)%2B0+FROM+p_villain__loot").await.expect(200).data();
    assert!(bytes[0].as_u64() > Some(4_000_000), "{bytes} {}", usage(&app).await);
}

#[tokio::test]
async fn a_trap_is_not_told_in_the_words_of_another_call() {
    let app = site().await;
    app.get("/api/v1/villain/mutter/muttering/1").await.expect(204);
    app.get("/api/v1/villain/read/recurse").await.expect(502);
    let fault = usage(&app).await["last_fault"]["message"].as_str().unwrap().to_owned();
    assert!(!fault.contains("muttering"), "{fault}");
}

/// Keeps the lines with the word that its test alone lets the villain say.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        if text.contains("grumbling ") {
            self.0.lock().unwrap().push(text.into_owned());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_plugin_writes_a_hundred_lines_a_second_into_the_log_however_many_calls_it_takes() {
    let app = site().await;
    let log = Log::default();
    let writer = log.clone();
    // For the whole process: a busy machine lets guests log from another thread.
    tracing_subscriber::fmt().with_writer(move || writer.clone()).init();
    let lines = || log.0.lock().unwrap().len();
    for _ in 0..3 {
        app.get("/api/v1/villain/mutter/grumbling/40").await.expect(204);
    }
    assert_eq!(lines(), 100);
    app.clock.advance(jiff::SignedDuration::from_secs(1));
    app.get("/api/v1/villain/mutter/grumbling/40").await.expect(204);
    assert_eq!(lines(), 140);
}

#[tokio::test]
async fn what_people_change_through_a_plugins_own_routes_is_audited() {
    let app = site().await;
    let admin = app.sign_in("super_admin").await;
    admin.call("POST", "/api/v1/villain/write/nothing").send().await.expect(200);
    app.post_json("/api/v1/villain/events/laughed", &json!({})).await.expect(204);
    admin.call("POST", "/api/v1/villain/write/nothing").send().await.expect(422);
    admin.get("/api/v1/villain/count").await.expect(200);
    let audit = admin.get("/api/v1/audit?resource=villain&sort=id").await.expect(200).data();
    let told: Vec<_> = audit.as_array().unwrap().iter().map(|row| (&row["actor_kind"], &row["action"])).collect();
    assert_eq!(
        told,
        [(&json!("user"), &json!("POST /write/{deed}")), (&json!("visitor"), &json!("POST /events/{name}"))]
    );
    assert!(audit[0]["actor_id"].is_i64() && audit[0]["record_id"].is_null(), "{audit}");
}
