//! A plugin's route against the same handler written natively, both inside the host's layers, without sockets.

use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::routing::get;
use http_body_util::BodyExt;
use magnetiq::app::App;
use magnetiq::error::Result;
use magnetiq::http::Envelope;
use magnetiq::router;
use magnetiq::store::Owner;
use magnetiq_tests::{Guest, TestApp};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{Table, percentile};

const CALLS: usize = 2_000;

/// Compares and adds a line for each pair.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    for guest in [Guest::Hello, Guest::Villain, Guest::Webinars] {
        app.enable(guest).await;
    }
    let native = Router::new()
        .route("/hello", get(async || Envelope::ok(0)))
        .route("/greetings", get(greetings))
        .route("/topics", get(topics))
        .with_state(app.site.clone());
    let router = router::build(&app.site).expect("a router").merge(Router::new().nest("/native", native));
    compare(table, &router, "hello", "/api/v1/villain/read/nothing", "/native/hello").await;
    compare(table, &router, "one row", "/api/v1/hello/greetings", "/native/greetings").await;
    fill(&app).await;
    compare(table, &router, "list of 20", "/api/v1/hello/greetings", "/native/greetings").await;
    compare(table, &router, "resource list of 20", "/api/v1/webinars/topics?per_page=20", "/native/topics").await;
}

async fn greetings(State(app): State<App>) -> Result<Envelope<Vec<String>>> {
    let sql = "SELECT text FROM p_hello__greetings WHERE deleted_at IS NULL ORDER BY id";
    let texts = app.store.read(|snapshot| {
        let mut statement = snapshot.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    });
    texts.await.map(Envelope::ok)
}

/// The public columns and the count of a page, as the engine answers.
async fn topics(State(app): State<App>) -> Result<Envelope<Vec<Value>>> {
    let sql = "SELECT id, title, slug, summary, description, created_at FROM p_webinars__topics
        WHERE deleted_at IS NULL AND status = 'published' ORDER BY created_at DESC, id DESC LIMIT 20";
    let count = "SELECT COUNT(*) FROM p_webinars__topics WHERE deleted_at IS NULL AND status = 'published'";
    let topics = app.store.read(|snapshot| {
        let _: i64 = snapshot.prepare_cached(count)?.query_row([], |row| row.get(0))?;
        let mut statement = snapshot.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let (title, summary): (String, String) = (row.get(1)?, row.get(3)?);
            let text = |json: &str| serde_json::from_str::<Value>(json).unwrap_or_default();
            Ok(json!({
                "id": row.get::<_, i64>(0)?, "title": text(&title), "slug": row.get::<_, String>(2)?,
                "summary": text(&summary), "description": row.get::<_, Option<String>>(4)?,
                "created_at": row.get::<_, String>(5)?,
            }))
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    });
    topics.await.map(Envelope::ok)
}

async fn fill(app: &TestApp) {
    let greetings = "WITH RECURSIVE c (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM c WHERE n < 20)
        INSERT INTO p_hello__greetings (text, created_at, updated_at)
        SELECT 'Hello, world number ' || n || '!', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' FROM c;";
    let topics = r#"WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20)
        INSERT INTO p_webinars__topics (slug, title, summary, status, created_at, updated_at)
        SELECT 'topic-' || n, '{"en":"Topic","de":"Thema"}', '{"en":"About a topic","de":"Zu einem Thema"}',
            'published', '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z' FROM c;"#;
    for (owner, sql) in [("hello", greetings), ("webinars", topics)] {
        let written = app.site.store.write(Owner::Plugin(owner.into()), move |unit| Ok(unit.execute_batch(sql)?));
        written.await.expect("rows");
    }
}

/// Calls both in turns, so that whatever else the machine does meets both alike.
async fn compare(table: &mut Table, router: &Router, what: &str, plugin: &str, native: &str) {
    let (mut of_plugin, mut of_native) = (Vec::with_capacity(CALLS), Vec::with_capacity(CALLS));
    for call in 0..CALLS + CALLS / 10 {
        let times = (ask(router, plugin).await, ask(router, native).await);
        if call >= CALLS / 10 {
            of_plugin.push(times.0);
            of_native.push(times.1);
        }
    }
    let (of_plugin, of_native) = (percentile(&mut of_plugin, 0.5), percentile(&mut of_native, 0.5));
    let ratio = of_plugin.as_secs_f64() / of_native.as_secs_f64();
    table.add(
        format!("{what}: plugin / native"),
        format!("{ratio:.1}×"),
        format!("{of_plugin:.0?} / {of_native:.0?}, p50"),
    );
}

async fn ask(router: &Router, address: &str) -> Duration {
    let request = Request::get(address).header("host", "localhost").body(Body::empty()).expect("a request");
    let begun = Instant::now();
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let body = answer.into_body().collect().await.expect("a body").to_bytes();
    let took = begun.elapsed();
    assert!(status.is_success(), "{address}: {status} {}", String::from_utf8_lossy(&body));
    took
}
