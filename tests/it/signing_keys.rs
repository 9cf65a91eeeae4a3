//! The keys that sign access tokens follow each other, and nobody is signed out by it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use magnetiq::auth::keys::Old;
use magnetiq_tests::{Client, PASSWORD, Process, TestApp};
use serde_json::{Value, json};

const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/auth/me";
const KEY_SET: &str = "/.well-known/jwks.json";

async fn sign_in(app: &TestApp) -> Value {
    let _ = app.sign_in("editor").await;
    let body = json!({"email": "editor@example.org", "password": PASSWORD, "deliver": "body"});
    app.post_json("/api/v1/auth/login", &body).await.expect(200).data()
}

async fn refresh(app: &TestApp, data: &Value) -> Value {
    app.post_json(REFRESH, &json!({"refresh_token": data["refresh_token"]})).await.expect(200).data()
}

fn with_access(app: &TestApp, data: &Value) -> Client {
    app.with_token(data["access_token"].as_str().unwrap())
}

fn header(data: &Value) -> Value {
    let token = data["access_token"].as_str().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

async fn published(client: &Client) -> Vec<String> {
    let keys = client.get(KEY_SET).await.expect(200).json();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn files(app: &TestApp) -> usize {
    let names = std::fs::read_dir(app.folder().join("keys")).unwrap().map_while(Result::ok);
    names.filter(|entry| entry.file_name().to_string_lossy().starts_with("signing-")).count()
}

#[tokio::test]
async fn a_session_goes_on_while_one_key_follows_another_and_the_site_starts_again() {
    // The same issuer before and after, whatever the port.
    let app = TestApp::start_with(&[("PUBLIC_URL", "http://127.0.0.1")]).await;
    std::fs::write(app.folder().join("magnetiq.toml"), "public_url = 'http://127.0.0.1'").unwrap();
    let first = sign_in(&app).await;
    let new = app.site.auth.keys.rotate(Old::Trusted).await.unwrap();
    assert_eq!(published(&app).await, [new.kid.clone(), header(&first)["kid"].as_str().unwrap().to_owned()]);
    assert_eq!(header(&refresh(&app, &sign_in(&app).await).await)["kid"], header(&first)["kid"], "published first");

    app.clock.advance(SignedDuration::from_mins(5));
    let second = refresh(&app, &first).await;
    assert_eq!(header(&second)["kid"], new.kid.as_str());
    for data in [&first, &second] {
        let _ = with_access(&app, data).get(ME).await.expect(200);
    }
    let app = app.restart(SignedDuration::from_mins(5)).await;
    for data in [&first, &second] {
        let _ = with_access(&app, data).get(ME).await.expect(200);
    }
    app.clock.advance(SignedDuration::from_mins(5));
    let _ = with_access(&app, &first).get(ME).await.expect(401);
    let third = refresh(&app, &second).await;
    let _ = with_access(&app, &third).get(ME).await.expect(200);

    app.site.jobs.set_core_schedules().await.unwrap();
    app.advance(SignedDuration::from_hours(1)).await;
    assert_eq!((published(&app).await, files(&app)), (vec![new.kid], 1), "the old key is gone");
    let _ = with_access(&app, &refresh(&app, &third).await).get(ME).await.expect(200);
}

#[tokio::test]
async fn a_key_that_others_may_have_is_worth_nothing_at_once_and_sessions_go_on_all_the_same() {
    let app = TestApp::start().await;
    let first = sign_in(&app).await;
    let new = app.site.auth.keys.rotate(Old::Compromised).await.unwrap();
    assert_eq!((published(&app).await, files(&app)), (vec![new.kid.clone()], 1));
    let _ = with_access(&app, &first).get(ME).await.expect(401);
    let second = refresh(&app, &first).await;
    assert_eq!(header(&second)["kid"], new.kid.as_str());
    let _ = with_access(&app, &second).get(ME).await.expect(200);
}

#[tokio::test]
async fn a_key_is_followed_by_another_after_ninety_days() {
    let app = TestApp::start().await;
    let first = published(&app).await;
    app.site.jobs.set_core_schedules().await.unwrap();
    app.advance(SignedDuration::from_hours(89 * 24)).await;
    assert_eq!(published(&app).await, first);
    app.advance(SignedDuration::from_hours(25)).await;
    assert_eq!(published(&app).await.len(), 2);
    app.advance(SignedDuration::from_hours(2)).await;
    let now = published(&app).await;
    assert!(now.len() == 1 && now != first, "{now:?}");
    let events = "SELECT count(*) FROM security_events WHERE event_type = 'signing_key_rotated'";
    app.site.auth.events.flush().await;
    let events: i64 =
        app.site.store.read(move |snapshot| Ok(snapshot.query_row(events, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(events, 1);
}

#[tokio::test]
async fn by_setting_keys_never_follow_each_other_on_their_own() {
    let app = TestApp::start_with(&[("KEY_ROTATION_DAYS", "0")]).await;
    let first = published(&app).await;
    app.site.jobs.set_core_schedules().await.unwrap();
    app.advance(SignedDuration::from_hours(1000 * 24)).await;
    assert_eq!(published(&app).await, first);
}

#[tokio::test]
async fn by_setting_tokens_are_signed_with_edwards_curves_and_what_was_signed_before_stays_good() {
    // The folder holds an RSA key, as after a change of the setting.
    let app = TestApp::start_with(&[("TOKEN_ALGORITHM", "EdDSA")]).await;
    let first = sign_in(&app).await;
    assert_eq!(header(&first)["alg"], "RS256");
    app.clock.advance(SignedDuration::from_mins(5));
    let second = refresh(&app, &first).await;
    assert_eq!(header(&second)["alg"], "EdDSA");
    for data in [&first, &second] {
        let _ = with_access(&app, data).get(ME).await.expect(200);
    }
    let keys = app.get(KEY_SET).await.expect(200).json();
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["crv"]), (&json!("OKP"), &json!("Ed25519")));
    assert!(keys["keys"][0].get("d").is_none() && keys["keys"][1]["kty"] == "RSA");
}

#[test]
fn keys_are_rotated_from_the_command_line_while_the_site_serves_and_while_it_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let run = |arguments: &[&str]| {
        let output = Process::run(&[arguments, &["--data-dir", &path]].concat(), &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let published = |process: &Process| runtime.block_on(published(&process.visitor()));

    let mut process = Process::serve(folder.path(), &[("MAGNETIQ_TOKEN_ALGORITHM", "EdDSA")]);
    let first = published(&process);
    assert_eq!(first.len(), 1);
    run(&["keys", "rotate"]);
    let both = published(&process);
    assert_eq!((both.len(), &both[1]), (2, &first[0]));
    let listed = run(&["keys", "list"]);
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].contains(&both[0]) && lines[0].contains("is published and signs from"), "{listed}");
    assert!(lines[1].contains(&both[1]) && lines[1].ends_with("  signs"), "{listed}");
    process.signal("TERM");
    assert!(process.wait());

    run(&["keys", "rotate", "--compromised"]);
    let listed = run(&["keys", "list"]);
    assert!(listed.lines().count() == 1 && listed.trim_end().ends_with("  signs"), "{listed}");
    assert!(!both.iter().any(|old| listed.contains(old)), "{listed}");
}

#[test]
fn the_master_key_is_rotated_from_the_command_line_and_plugins_keep_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let (data, key) = (folder.path().join("data"), folder.path().join("own.key"));
    let own = [("MAGNETIQ_MASTER_KEY_FILE", key.to_str().unwrap())];
    let run = |arguments: &[&str]| {
        let output = Process::run(&[arguments, &["--data-dir", data.to_str().unwrap()]].concat(), &own);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let mut process = Process::serve(&data, &own);
    let first = std::fs::read(&key).unwrap();
    let said = run(&["secrets", "rotate"]);
    assert!(said.contains("Began a new version") && said.contains("own.key"), "{said}");
    let second = std::fs::read(&key).unwrap();
    assert!(first.len() == 32 && second != first);
    process.signal("TERM");
    assert!(process.wait());
    let said = run(&["secrets", "rotate", "--compromised"]);
    assert!(said.contains("forgotten"), "{said}");
    let kept: Value = serde_json::from_slice(&std::fs::read(&key).unwrap()).unwrap();
    assert_eq!((kept["versions"].as_array().unwrap().len(), &kept["versions"][0]["version"]), (1, &json!(3)));
}
