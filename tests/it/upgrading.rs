//! New versions of a plugin while the site runs: installed, looked at, taken, and put back.

use std::time::Duration;

use jiff::SignedDuration;
use magnetiq::plugins::package::publisher::Leave;
use magnetiq::resources::Actor;
use magnetiq_package::Parts;
use magnetiq_tests::{Answer, Client, Guest, TestApp, ask_for_mail, edit, set_version};
use serde_json::{Value, json};

const GREETINGS: &str = "/api/v1/hello/greetings";

/// A site where hello is enabled, and its admin.
async fn greeting() -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let admin = app.sign_in("super_admin").await;
    (app, admin)
}

async fn install(admin: &Client, package: Vec<u8>) -> Answer {
    admin.call("POST", "/api/v1/plugins/packages").body("application/zip", package).send().await
}

async fn upgrade(admin: &Client, body: &Value) -> Answer {
    admin.post_json("/api/v1/plugins/hello/upgrade", body).await
}

async fn rollback(admin: &Client) -> Answer {
    admin.post_json("/api/v1/plugins/hello/rollback", &json!({})).await
}

async fn hello(admin: &Client) -> Value {
    admin.get("/api/v1/plugins/hello").await.expect(200).data()
}

/// A version whose page and table have grown.
fn grown(parts: &mut Parts) {
    set_version(parts, "0.2.0");
    let more = "ALTER TABLE p_hello__greetings ADD COLUMN mood TEXT;
        INSERT INTO p_hello__greetings (text, mood, created_at, updated_at) VALUES ('Good morning!', 'awake', '', '');";
    parts.insert("migrations/0002_moods.sql".into(), more.into());
    edit(parts, "templates/hello.html", |page| format!("<p>The second version.</p>{page}"));
}

#[tokio::test]
async fn a_new_version_is_offered_taken_and_put_back_and_its_rows_stay() {
    let (app, admin) = greeting().await;
    let installed = install(&admin, Guest::Hello.altered(grown)).await.expect(201);
    assert_eq!(installed.header("location"), "/api/v1/plugins/hello");
    assert_eq!((&installed.data()["version"], &installed.data()["update"]), (&json!("0.1.0"), &json!("0.2.0")));

    let preview = admin.get("/api/v1/plugins/hello/upgrade").await.expect(200).data();
    assert_eq!(
        (&preview["from"], &preview["to"], &preview["grows"]),
        (&json!("0.1.0"), &json!("0.2.0"), &json!(false))
    );
    assert!(preview["holds_writer_ms"].is_u64(), "its migration was rehearsed: {preview}");
    assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!"]), "and not done");

    let upgraded = upgrade(&admin, &json!({})).await.expect(200).data();
    assert_eq!((&upgraded["version"], &upgraded["previous_version"]), (&json!("0.2.0"), &json!("0.1.0")));
    assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!", "Good morning!"]));
    assert!(app.get("/en/hello").await.expect(200).text().contains("The second version."));

    let back = rollback(&admin).await.expect(200).data();
    assert_eq!((&back["version"], &back["update"]), (&json!("0.1.0"), &json!("0.2.0")));
    assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!", "Good morning!"]));
    assert!(!app.get("/en/hello").await.expect(200).text().contains("The second version."));
    assert_eq!(rollback(&admin).await.expect(409).code(), "CONFLICT");
}

#[tokio::test]
async fn a_version_whose_migration_takes_something_away_is_refused_with_its_line_and_what_to_do_instead() {
    for (sql, deed) in [
        ("ALTER TABLE p_hello__greetings RENAME COLUMN text TO words;", "RENAME COLUMN"),
        ("ALTER TABLE p_hello__greetings DROP COLUMN deleted_at;", "DROP COLUMN"),
        ("ALTER TABLE p_hello__greetings RENAME TO p_hello__words;", "RENAME TO"),
        ("DROP TABLE p_hello__greetings;", "DROP TABLE"),
    ] {
        let (app, admin) = greeting().await;
        let package = Guest::Hello.altered(|parts| {
            set_version(parts, "0.2.0");
            parts.insert("migrations/0002_less.sql".into(), format!("-- Less.\n{sql}").into());
        });
        let refusal = install(&admin, package).await.expect(422).text();
        let sentence = format!("migrations/0002_less.sql, line 2: {deed} takes away what the version before needs");
        assert!(refusal.contains(&sentence) && refusal.contains("beside the old one"), "{refusal}");
        assert_eq!(hello(&admin).await["update"], Value::Null, "it is not kept");
        app.get(GREETINGS).await.expect(200);
    }
}

#[tokio::test]
async fn a_version_that_was_put_back_stays_so_across_a_start() {
    let (app, admin) = greeting().await;
    app.install(Guest::Hello);
    install(&admin, Guest::Hello.altered(grown)).await.expect(201);
    upgrade(&admin, &json!({})).await.expect(200);
    rollback(&admin).await.expect(200);
    let app = app.restart(SignedDuration::ZERO).await;
    let plugin = hello(&app.sign_in("super_admin").await).await;
    assert_eq!((&plugin["version"], &plugin["state"]), (&json!("0.1.0"), &json!("enabled")));
}

#[tokio::test]
async fn a_binary_that_brings_a_newer_version_wakes_the_plugin_as_that() {
    let (app, admin) = greeting().await;
    assert_eq!(hello(&admin).await["version"], "0.1.0");
    let place = app.folder().join("plugins/hello.mqp");
    std::fs::write(place, Guest::Hello.altered(grown)).unwrap();
    let app = app.restart(SignedDuration::ZERO).await;
    let plugin = hello(&app.sign_in("super_admin").await).await;
    assert_eq!((&plugin["version"], &plugin["previous_version"]), (&json!("0.2.0"), &json!("0.1.0")));
    assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!", "Good morning!"]));
}

#[tokio::test]
async fn a_version_that_may_more_waits_until_an_admin_agrees() {
    let (_app, admin) = greeting().await;
    let package = Guest::Hello.altered(|parts| {
        set_version(parts, "0.2.0");
        ask_for_mail(parts);
    });
    install(&admin, package).await.expect(201);
    let preview = admin.get("/api/v1/plugins/hello/upgrade").await.expect(200).data();
    let sentence = preview["changes"][0]["text"]["en"].as_str().unwrap().to_owned();
    assert!(preview["grows"] == true && sentence.contains("mail"), "{preview}");
    assert_eq!(preview["grants"], json!({"db": 1, "mail": 9}), "what who agrees may send as it is");

    let refusal = upgrade(&admin, &json!({})).await.expect(422);
    assert!(refusal.text().contains(&sentence) && refusal.text().contains("\"grants\""), "{}", refusal.text());
    assert_eq!(hello(&admin).await["version"], "0.1.0");
    let upgraded = upgrade(&admin, &json!({"grants": {"db": 1, "mail": 5}})).await.expect(200).data();
    assert_eq!((&upgraded["version"], &upgraded["grants_missing"]), (&json!("0.2.0"), &json!(false)));
    assert_eq!(admin.get("/api/v1/plugins/hello/grants").await.expect(200).data(), json!({"db": 1, "mail": 5}));
}

#[tokio::test]
async fn a_version_that_can_be_compared_with_nothing_waits_until_an_admin_agrees_to_all_of_it() {
    let (app, admin) = greeting().await;
    admin.post_json("/api/v1/plugins/hello/disable", &json!({})).await.expect(200);
    let newer = Guest::Hello.version("0.2.0");
    std::fs::write(app.folder().join("plugins/hello.mqp"), newer).unwrap();
    let app = app.restart(SignedDuration::ZERO).await;
    let admin = app.sign_in("super_admin").await;
    let refusal = upgrade(&admin, &json!({})).await.expect(422);
    assert!(refusal.text().contains("GET /api/v1/hello/greetings"), "{}", refusal.text());
    upgrade(&admin, &json!({"grants": {"db": 1}})).await.expect(200);
}

#[tokio::test]
async fn an_upgrade_that_fails_leaves_the_version_that_was_and_no_trace() {
    let (app, admin) = greeting().await;
    let broken = [
        ("0.2.0", "ALTER TABLE p_hello__greetings ADD COLUMN mood TEXT; DELETE FROM nothing;", "0002_broken.sql"),
        ("0.3.0", "CREATE TABLE users_of_hello (id INTEGER PRIMARY KEY) STRICT;", "0002_broken.sql"),
    ];
    for (version, sql, named) in broken {
        let package = Guest::Hello.altered(|parts| {
            set_version(parts, version);
            parts.insert("migrations/0002_broken.sql".into(), sql.into());
        });
        install(&admin, package).await.expect(201);
        let previewed = admin.get(&format!("/api/v1/plugins/hello/upgrade?version={version}")).await.expect(409);
        let refused = upgrade(&admin, &json!({"version": version})).await.expect(409);
        for refusal in [previewed, refused] {
            assert!(refusal.text().contains(named), "{}", refusal.text());
        }
        assert_eq!(hello(&admin).await["version"], "0.1.0");
        assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!"]));
    }
    assert_eq!(std::fs::read_dir(app.folder().join("backups")).unwrap().count(), 0);
    let left = std::fs::read_dir(app.folder()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with("rehearsal")));
}

#[tokio::test]
async fn nobody_installs_over_http_what_no_publisher_signed() {
    let (_app, admin) = greeting().await;
    let refusal = install(&admin, Guest::Hello.package().to_vec()).await.expect(422);
    assert!(refusal.text().contains("The package of hello is not signed."), "{}", refusal.text());
    install(&admin, Guest::Hello.signed()).await.expect(201);
    assert_eq!(install(&admin, Guest::Hello.package().to_vec()).await.expect(409).code(), "CONFLICT");
}

#[tokio::test]
async fn a_version_never_changes_and_only_newer_ones_are_taken() {
    let (app, admin) = greeting().await;
    install(&admin, Guest::Hello.signed()).await.expect(201);
    let other = Guest::Hello.altered(|parts| edit(parts, "templates/hello.html", |page| format!("{page}!")));
    assert!(install(&admin, other).await.expect(409).text().contains("hello 0.1.0 is there with other content"));
    assert!(upgrade(&admin, &json!({})).await.expect(409).text().contains("version 0.1.0 already"));
    let older = Guest::Hello.version("0.0.9");
    assert!(install(&admin, older.clone()).await.expect(409).text().contains("0.0.9 is older than 0.1.0"));
    let leave = Leave { older: true, ..Leave::default() };
    app.site.plugins.install_with(&older, leave, &Actor::system()).await.unwrap();
    assert_eq!(upgrade(&admin, &json!({"version": "0.0.9"})).await.expect(409).code(), "CONFLICT");
    assert_eq!(upgrade(&admin, &json!({"version": "7.0.0"})).await.expect(404).code(), "NOT_FOUND");
    assert_eq!(install(&admin, b"PK nothing".to_vec()).await.expect(422).code(), "VALIDATION_ERROR");
    assert_eq!(
        admin.post_json("/api/v1/plugins/packages", &json!({})).await.expect(415).code(),
        "UNSUPPORTED_MEDIA_TYPE"
    );
}

#[tokio::test]
async fn a_disabled_plugin_becomes_its_new_version_and_migrates_when_it_is_enabled() {
    let (app, admin) = greeting().await;
    admin.post_json("/api/v1/plugins/hello/disable", &json!({})).await.expect(200);
    install(&admin, Guest::Hello.altered(grown)).await.expect(201);
    let upgraded = upgrade(&admin, &json!({})).await.expect(200).data();
    assert_eq!((&upgraded["version"], &upgraded["state"]), (&json!("0.2.0"), &json!("disabled")));
    assert_eq!(app.get(GREETINGS).await.status, 404);
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    assert_eq!(app.get(GREETINGS).await.expect(200).data(), json!(["Hello, world!", "Good morning!"]));
}

#[tokio::test]
async fn each_step_leaves_an_audit_row_with_its_versions() {
    let (_app, admin) = greeting().await;
    install(&admin, Guest::Hello.version("0.2.0")).await.expect(201);
    upgrade(&admin, &json!({})).await.expect(200);
    rollback(&admin).await.expect(200);
    let rows = admin.get("/api/v1/audit?resource=plugins&sort=id").await.expect(200).data();
    let steps: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["action"].as_str().unwrap(), &row["after"]["version"]))
        .collect();
    let (old, new) = (json!("0.1.0"), json!("0.2.0"));
    assert_eq!(steps, [("enable", &old), ("install", &new), ("upgrade", &new), ("rollback", &old)]);
}

/// Requests a second.
const RATE: u32 = 200;

/// On threads of their own: on one thread no request could come between two steps of an upgrade.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_during_fifty_upgrades() {
    let (app, admin) = greeting().await;
    let visitor = Client::visitor(format!("http://{}", app.address()));
    let (ends, mut ended) = tokio::sync::oneshot::channel::<()>();
    let load = tokio::spawn(async move {
        let (mut pace, mut calls) = (tokio::time::interval(Duration::from_secs(1) / RATE), tokio::task::JoinSet::new());
        while ended.try_recv().is_err() {
            pace.tick().await;
            let visitor = visitor.clone();
            calls.spawn(async move { visitor.get(GREETINGS).await });
        }
        calls.join_all().await
    });
    for number in 1..=50 {
        install(&admin, Guest::Hello.version(&format!("0.1.{number}"))).await.expect(201);
        upgrade(&admin, &json!({})).await.expect(200);
    }
    ends.send(()).unwrap();
    let answers = load.await.unwrap();
    assert_eq!(hello(&admin).await["version"], "0.1.50");
    assert!(answers.len() > 50, "{}", answers.len());
    for answer in answers {
        assert_eq!(answer.expect(200).data(), json!(["Hello, world!"]));
    }
}
