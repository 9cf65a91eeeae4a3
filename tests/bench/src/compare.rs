//! A plugin's route against the same handler written natively, both inside the host's outer layers: without sockets, and
//! what both take of the processor over HTTP.
//! Native handlers know no caller and no limits of theirs.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use magnetiq::app::App;
use magnetiq::error::Result;
use magnetiq::http::Envelope;
use magnetiq::http::envelope::Pagination;
use magnetiq::router;
use magnetiq::store::Owner;
use magnetiq_tests::{Guest, TestApp};
use rusqlite::Row;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::Table;
use crate::served::{self, Asking};
use crate::turns::{self, Side};

/// Compares and adds a line for each pair.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    for guest in [Guest::Plain, Guest::Hello, Guest::Villain, Guest::Webinars] {
        app.enable(guest).await;
    }
    let native = Router::new()
        .route("/hello", get(async || Envelope::ok(0)))
        .route("/greetings", get(greetings))
        .route("/topics", get(topics))
        .with_state(app.site.clone());
    let native = router::within_layers(Router::new().nest("/native", native), &app.site);
    let plugin = router::build(&app.site).expect("a router");
    let sides = Sides {
        native: (native.clone(), served::serve(native, &app.site).await),
        plugin: (plugin.clone(), served::serve(plugin, &app.site).await),
    };
    sides.compare(table, "hello", ["/native/hello", "/api/v1/plain/hello"]).await;
    sides.compare(table, "hello, all imports", ["/native/hello", "/api/v1/villain/read/nothing"]).await;
    sides.compare(table, "one row", ["/native/greetings", "/api/v1/hello/greetings"]).await;
    fill(&app).await;
    sides.compare(table, "list of 20", ["/native/greetings", "/api/v1/hello/greetings"]).await;
    sides.compare(table, "resource list of 20", ["/native/topics", "/api/v1/webinars/topics?per_page=20"]).await;
}

/// Who answers, without sockets and over HTTP.
struct Sides {
    native: (Router, String),
    plugin: (Router, String),
}

impl Sides {
    async fn compare(&self, table: &mut Table, what: &str, [native, plugin]: [&str; 2]) {
        let within = [Side::new(&self.native.0, native), Side::new(&self.plugin.0, plugin)];
        let medians = turns::medians(within, turns::json).await;
        table.compare(&format!("{what}: native time / plugin time"), medians, "p50");
        let served =
            served::costs([Asking::visitor(&self.native.1, native), Asking::visitor(&self.plugin.1, plugin)]).await;
        table.compare(&format!("{what}, over HTTP: native / plugin"), served, "of the processor, mean");
    }
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

/// What visitors see of a topic. Texts in both languages stay the JSON that they are stored as.
#[derive(Serialize)]
struct Topic {
    id: i64,
    title: Box<RawValue>,
    slug: String,
    summary: Box<RawValue>,
    description: Option<Box<RawValue>>,
}

/// The public columns and the count of a page, as the engine answers.
async fn topics(State(app): State<App>) -> Result<Envelope<Vec<Topic>>> {
    let read = app.store.read(|snapshot| {
        let count = "SELECT COUNT(*) FROM p_webinars__topics WHERE deleted_at IS NULL AND status = 'published'";
        let total = snapshot.prepare_cached(count)?.query_row([], |row| row.get::<_, u32>(0))?;
        let mut statement = snapshot.prepare_cached(
            "SELECT id, title, slug, summary, description FROM p_webinars__topics
             WHERE deleted_at IS NULL AND status = 'published' ORDER BY created_at DESC, id LIMIT 20",
        )?;
        let topics = statement.query_map([], topic)?.collect::<rusqlite::Result<_>>()?;
        Ok((topics, Pagination { page: 1, per_page: 20, total: total.into() }))
    });
    read.await.map(|(topics, pagination)| Envelope::list(topics, pagination))
}

fn topic(row: &Row<'_>) -> rusqlite::Result<Topic> {
    Ok(Topic {
        id: row.get(0)?,
        title: json(row.get(1)?)?,
        slug: row.get(2)?,
        summary: json(row.get(3)?)?,
        description: row.get::<_, Option<String>>(4)?.map(json).transpose()?,
    })
}

fn json(text: String) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
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
