//! A plugin that behaves as badly as it can: it fails alone, by the limit that it met, and leaves nothing behind.

use magnetiq_tests::villain::{execute, select, site};
use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::{Value, json};

const ENDLESS: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)";

async fn rows(app: &TestApp) -> Value {
    app.get("/api/v1/villain/count").await.expect(200).data()
}

async fn last_fault(app: &TestApp) -> String {
    let usage = app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    assert!(usage["faults"].as_u64() > Some(0), "{usage}");
    usage["last_fault"]["message"].as_str().unwrap().to_owned()
}

/// A bad deed once in a reading and once in a writing call: the plugin's error, without a trace but in its usage.
async fn fails_alone(deed: &str, reason: &str) {
    let app = site().await;
    for (method, path) in [("GET", "read"), ("POST", "write")] {
        let answer = app.call(method, &format!("/api/v1/villain/{path}/{deed}")).send().await.expect(502);
        assert_eq!(answer.code(), "PLUGIN_FAILED");
        let fault = last_fault(&app).await;
        // On a busy machine the limit of the writer's time, which is no computing time, may come first.
        let held = path == "write" && fault.contains("held the database's writer for too long");
        assert!(fault.contains(reason) || held, "{path}: {fault}");
    }
    assert_eq!(rows(&app).await, 0);
    app.call("POST", "/api/v1/villain/write/nothing").send().await.expect(200);
    assert_eq!(rows(&app).await, 1, "a good call still writes");
    app.get("/api/v1/hello/greetings").await.expect(200);
}

#[tokio::test]
async fn an_endless_loop_ends() {
    fails_alone("loop", "more than it may").await;
}

#[tokio::test]
async fn an_endless_recursion_ends() {
    fails_alone("recurse", "it trapped").await;
}

#[tokio::test]
async fn endless_allocation_ends() {
    fails_alone("allocate", "more memory than it may have").await;
}

#[tokio::test]
async fn a_panic_ends_the_call_and_its_words_are_kept_for_the_admin() {
    fails_alone("panic", "the villain laughs").await;
}

#[tokio::test]
async fn an_endless_query_ends_on_a_snapshot_and_in_a_transaction() {
    let app = site().await;
    let reading = select(&app, &format!("{ENDLESS} SELECT COUNT(*) FROM c")).await.expect(502);
    assert_eq!(reading.code(), "PLUGIN_FAILED");
    let fault = last_fault(&app).await;
    assert!(fault.contains("no time left"), "{fault}");
    let writing = format!(
        "{ENDLESS} INSERT INTO p_villain__loot (text, created_at, updated_at) SELECT 'row ' || n, '', '' FROM c"
    );
    assert_eq!(execute(&app, &writing).await.expect(502).code(), "PLUGIN_FAILED");
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn no_statement_reaches_what_is_not_the_plugins_own() {
    let app = site().await;
    let tables = [
        "users",
        "main.users",
        "\"USERS\"",
        "[users]",
        "sessions",
        "mails",
        "jobs",
        "contacts",
        "plugins",
        "plugin_secrets",
        "audit",
        "p_hello__greetings",
        "sqlite_master",
        "sqlite_schema",
        "main.sqlite_master",
        "sqlite_temp_master",
        "temp.sqlite_schema",
        "sqlite_sequence",
        "sqlite_stat1",
        "dbstat",
        "pragma_table_info('users')",
        "pragma_database_list",
        "pragma_table_list",
    ];
    for table in tables {
        for sql in [
            format!("SELECT 1 FROM {table}"),
            format!("SELECT COUNT(*) FROM p_villain__loot WHERE EXISTS (SELECT 1 FROM {table})"),
            format!("WITH x AS (SELECT * FROM {table}) SELECT COUNT(*) FROM x"),
        ] {
            refused(&select(&app, &sql).await, &sql);
        }
        let sql = format!("INSERT INTO p_villain__loot (text, created_at, updated_at) SELECT 1, '', '' FROM {table}");
        refused(&execute(&app, &sql).await, &sql);
        let sql = format!("DELETE FROM {table}");
        refused(&execute(&app, &sql).await, &sql);
    }
    assert_eq!(rows(&app).await, 0);
}

#[tokio::test]
async fn no_statement_changes_the_database_itself() {
    let app = site().await;
    for sql in [
        "ATTACH ':memory:' AS other",
        "ATTACH 'magnetiq.db' AS other",
        "DETACH main",
        "PRAGMA user_version",
        "PRAGMA query_only = 0",
        "PRAGMA writable_schema = 1",
        "PRAGMA journal_mode = DELETE",
        "VACUUM",
        "VACUUM INTO '/tmp/copy.db'",
        "REINDEX",
        "ANALYZE",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SAVEPOINT s",
        "END",
        "CREATE TABLE p_villain__more (id INTEGER)",
        "CREATE TEMP TABLE t (id INTEGER)",
        "DROP TABLE p_villain__loot",
        "ALTER TABLE p_villain__loot ADD COLUMN more TEXT",
        "CREATE VIEW p_villain__v AS SELECT 1",
        "CREATE TRIGGER p_villain__t AFTER INSERT ON p_villain__loot BEGIN DELETE FROM users; END",
        "SELECT load_extension('evil')",
        "SELECT writefile('/tmp/evil', 'x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT 1; DELETE FROM p_villain__loot",
        "DELETE FROM p_villain__loot; DELETE FROM p_villain__loot",
        "",
    ] {
        refused(&select(&app, sql).await, sql);
        refused(&execute(&app, sql).await, sql);
    }
    execute(&app, "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES ('x', '', '')").await.expect(200);
    assert_eq!(rows(&app).await, 1);
}

/// Refused for what it asked, neither done nor the host's fault.
fn refused(answer: &Answer, sql: &str) {
    let status = answer.status.as_u16();
    assert!((400..500).contains(&status), "{sql}: {status} {}", answer.text());
}

/// Granted 1 MB; each of these rows takes 200 KiB with its index.
async fn hoard(app: &TestApp, rows: u32) -> Answer {
    app.call("POST", &format!("/api/v1/villain/hoard/{rows}")).send().await
}

#[tokio::test]
async fn a_plugin_takes_no_more_room_than_it_was_granted_even_when_it_does_not_listen() {
    let app = site().await;
    hoard(&app, 3).await.expect(204);
    let full = hoard(&app, 3).await.expect(507);
    assert_eq!(full.code(), "STORAGE_FULL");
    assert!(full.text().contains("1 MB of the capability db"), "{}", full.text());
    assert_eq!(rows(&app).await, 3, "nothing of the refused call stays");

    let insert = "INSERT INTO p_villain__loot (text, created_at, updated_at) \
                  SELECT text || id || 'a', '', '' FROM p_villain__loot";
    assert_eq!(execute(&app, insert).await.expect(507).code(), "STORAGE_FULL");
    assert_eq!(rows(&app).await, 3);

    let admin = app.sign_in("super_admin").await;
    let usage = admin.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    let stored = usage["stored_bytes"].as_i64().unwrap();
    assert!((600 << 10..1 << 20).contains(&stored), "{usage}");
    assert_eq!(usage["granted_mb"], 1);
    assert!(usage["last_refusal"]["message"].as_str().unwrap().contains("1 MB"), "{usage}");

    execute(&app, "DELETE FROM p_villain__loot WHERE id > 1").await.expect(200);
    hoard(&app, 2).await.expect(204);
    let more = json!({"db": 2});
    admin.put_json("/api/v1/plugins/villain/grants", &more).await.expect(200);
    hoard(&app, 4).await.expect(204);
    assert_eq!(rows(&app).await, 7);
}

#[tokio::test]
async fn what_a_plugin_costs_is_told_by_route() {
    let app = site().await;
    rows(&app).await;
    for _ in 0..2 {
        app.get("/api/v1/villain/read/panic").await.expect(502);
    }
    let usage = app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    let counts: Vec<_> = usage["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| {
            (route["route"].as_str().unwrap(), route["calls"].as_u64().unwrap(), route["faults"].as_u64().unwrap())
        })
        .collect();
    for route in usage["routes"].as_array().unwrap() {
        let [half, most] = ["p50_ms", "p95_ms"].map(|share| route[share].as_f64().unwrap());
        assert!(0.0 < half && half <= most, "{route}");
    }
    assert_eq!(counts, [("GET /api/v1/villain/count", 1, 0), ("GET /api/v1/villain/read/{deed}", 2, 2)]);
}

/// Rows of `security_events` that say what the villain was refused.
async fn denials(app: &TestApp) -> Vec<Value> {
    app.site.auth.events.flush().await;
    let sql = "SELECT details FROM security_events WHERE event_type = 'plugin_denied' ORDER BY id";
    let read = |snapshot: &magnetiq::store::Connection| {
        let mut statement = snapshot.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        Ok(rows.map(|row| serde_json::from_str(&row.unwrap()).unwrap()).collect())
    };
    app.site.store.read(|snapshot| read(snapshot)).await.unwrap()
}

#[tokio::test]
async fn what_a_plugin_was_refused_is_a_security_event_and_a_loop_of_it_no_flood() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    for _ in 0..20 {
        refused(&select(&app, "SELECT 1 FROM users").await, "users");
        fetch(&app, "https://other.example.com/").await.expect(403);
        fetch(&app, "http://127.0.0.1:9/").await.expect(403);
    }
    let kept = denials(&app).await;
    assert_eq!(kept.len(), 3, "{kept:?}");
    assert!(kept.iter().all(|details| details["plugin"] == "villain"));
    let said = format!("{kept:?}");
    for words in ["users", "https://other.example.com", "127.0.0.1 is not a public address"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for host in 0..20 {
        fetch(&app, &format!("https://host{host}.example.com/")).await.expect(403);
    }
    assert_eq!(denials(&app).await.len(), 10, "a guest's own words cannot fill the table");
    app.clock.advance(jiff::SignedDuration::from_mins(1));
    fetch(&app, "https://other.example.com/").await.expect(403);
    assert_eq!(denials(&app).await.len(), 11);
}

#[tokio::test]
async fn a_grant_that_is_missing_is_a_security_event_although_the_call_leaves_nothing_else() {
    let app = TestApp::start().await;
    app.enable_with(Guest::Villain, &json!({"db": 1})).await;
    app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await.expect(403);
    let kept = denials(&app).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0]["message"].as_str().unwrap().contains("the capability mail."), "{kept:?}");
}

#[tokio::test]
async fn reading_calls_cannot_write() {
    let app = site().await;
    for sql in ["DELETE FROM p_villain__loot RETURNING id", "INSERT INTO p_villain__loot VALUES (1, '', '', '', '')"] {
        refused(&select(&app, sql).await, sql);
    }
}

#[tokio::test]
async fn no_spelling_of_an_address_leads_inside() {
    let app = site().await;
    let granted = [
        "http://localhost:9/",
        "http://LOCALHOST:9/",
        "http://127.0.0.1:9/",
        "http://127.1:9/",
        "http://127.0.1:9/",
        "http://2130706433:9/",
        "http://0x7f000001:9/",
        "http://0x7f.1:9/",
        "http://0177.0.0.1:9/",
        "http://127.0.0.1.:9/",
        "http://①②⑦.0.0.1:9/",
        "http://127。0。0。1:9/",
        "http://[::1]:9/",
        "http://[0:0:0:0:0:0:0:1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "http://[::ffff:7f00:1]:9/",
        "http://[64:ff9b::7f00:1]:9/",
        "http://[2002:7f00:1::]:9/",
        "http://0.0.0.0:9/",
        "http://0:9/",
        "http://10.0.0.1/",
        "http://192.168.0.1/",
        "http://172.16.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
    ];
    for url in granted {
        let answer = fetch(&app, url).await.expect(403);
        let said = answer.text();
        assert!(
            ["is not a public address", "is this site itself"].iter().any(|why| said.contains(why)),
            "{url}: {said}"
        );
    }
}

#[tokio::test]
async fn addresses_that_are_not_granted_or_no_web_addresses_are_refused() {
    let app = site().await;
    for url in [
        "https://other.example.com/",
        "https://api.example.com:444/",
        "http://api.example.com/",
        "https://api.example.com.evil.example/",
        "https://api.example.com@127.0.0.1:9/",
        "http://user@localhost:9/",
        "file:///etc/passwd",
        "ftp://localhost/",
        "gopher://localhost:9/",
        "unix:/run/sock",
        "//localhost:9/",
        "",
        "http://",
    ] {
        refused(&fetch(&app, url).await, url);
    }
}

async fn fetch(app: &TestApp, url: &str) -> Answer {
    app.post_json("/api/v1/villain/fetch", &json!({"url": url})).await
}
