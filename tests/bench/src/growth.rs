//! A small site against a large one: ten times the rows, and ten plugins where the small one has one.

use bytes::Bytes;
use magnetiq::resources::Actor;
use magnetiq::router;
use magnetiq::store::Owner;
use magnetiq_tests::{Guest, TestApp, edit};
use serde_json::Value;

use crate::Table;
use crate::turns::{self, Side};

/// Topics of the small site, each with a session that is to come and ten registrations.
const TOPICS: u32 = 100;
const TIMES: u32 = 10;

/// Adds a line for each kind of answer.
pub async fn run(table: &mut Table) {
    let (small, large) = (site(TOPICS).await, site(TOPICS * TIMES).await);
    for number in 1..10 {
        enable_namesake(&large, number).await;
    }
    let [small, large] = [&small, &large].map(|app| router::build(&app.site).expect("a router"));
    for (what, address) in [
        ("one row", "/api/v1/webinars/topics/7"),
        ("resource list of 20", "/api/v1/webinars/topics?per_page=20"),
        ("page, not from the cache", "/en/webinars/topic-7"),
    ] {
        let side = |router| Side { router, address, cookie: Some("refresh=keeps-the-cache-away"), token: None };
        let medians = turns::medians([side(&large), side(&small)], meaning).await;
        table.compare(&format!("{what}: ten times the rows, ten plugins / one"), medians, "p50");
    }
}

/// A site with webinars alone.
async fn site(topics: u32) -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let rows = ROWS.replace("?", &topics.to_string());
    // The host may take longer over them than a plugin.
    app.site.store.write(Owner::Core, move |unit| Ok(unit.execute_batch(&rows)?)).await.expect("rows");
    app
}

/// For each of `?` topics a session and ten registrations.
const ROWS: &str = r#"
    INSERT INTO p_webinars__topics (slug, title, summary, status, created_at, updated_at)
    WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
    SELECT 'topic-' || n, '{"en":"Topic","de":"Thema"}', '{"en":"About a topic","de":"Zu einem Thema"}', 'published',
        strftime('%Y-%m-%dT%H:%M:%f000Z', '2026-01-01', '-' || n || ' seconds'), '2026-01-01T00:00:00.000000Z' FROM c;
    INSERT INTO p_webinars__sessions
        (topic_id, uid, starts_at, ends_at, time_zone, language, status, created_at, updated_at)
    SELECT id, 'webinar-' || id, strftime('%Y-%m-%dT%H:%M:%f000Z', '2027-01-01', id || ' hours'),
        strftime('%Y-%m-%dT%H:%M:%f000Z', '2027-01-01', (id + 1) || ' hours'), 'Europe/Berlin', 'en', 'published',
        created_at, updated_at FROM p_webinars__topics;
    INSERT INTO p_webinars__registrations (session_id, person, status, locale, receipt, token, created_at, updated_at)
    WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 10)
    SELECT s.id, n, 'confirmed', 'en', 'r' || s.id || '-' || n, 't' || s.id || '-' || n, created_at, updated_at
    FROM p_webinars__sessions AS s, c;"#;

/// Enables a plugin like the others of its kind, but of its own name, as long as theirs: its code names its tables.
async fn enable_namesake(app: &TestApp, number: u8) {
    let id = format!("hell{number}");
    let package = Guest::Hello.altered(|parts| {
        edit(parts, "plugin.toml", |manifest| manifest.replace("\"hello\"", &format!("{id:?}")).replace("hallo", &id));
        for path in ["plugin.wasm", "migrations/0001_greetings.sql"] {
            let part = parts.get_mut(path).expect("the part");
            rename(part, b"p_hello__", format!("p_{id}__").as_bytes());
        }
    });
    app.site.plugins.offer(&package).expect("a package");
    app.site.plugins.enable(&id, None, &Actor::system(), None).await.expect("a plugin");
}

/// Overwrites a name, wherever it stands, with another one of its length.
fn rename(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    let places = 0..=bytes.len() - from.len();
    for place in places.filter(|place| bytes[*place..].starts_with(from)).collect::<Vec<_>>() {
        bytes[place..place + from.len()].copy_from_slice(to);
    }
}

/// What an answer says without what tells the sites apart: the count of all rows, the ports and the menus.
fn meaning(body: &Bytes) -> Value {
    if let Ok(mut answer) = serde_json::from_slice::<Value>(body) {
        return answer["data"].take();
    }
    let page = String::from_utf8_lossy(body);
    let main = page.split_once("<main").and_then(|(_, rest)| rest.split_once("</main>"));
    main.map_or(Value::Null, |(main, _)| main.into())
}
