//! Keys with which programs act for a user: never more than the user may, never for accounts, and not for ever.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, Mail, PASSWORD, START, TestApp};
use serde_json::{Value, json};

const KEYS: &str = "/api/v1/api-keys";
const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn make(owner: &Client, scopes: &Value) -> Value {
    let body = json!({"name": "Backup", "scopes": scopes, "password": PASSWORD});
    owner.post_json(KEYS, &body).await.expect(201).data()
}

fn with(app: &TestApp, made: &Value) -> Client {
    app.with_token(made["key"].as_str().unwrap())
}

/// An editor, their key to read people, and the program that holds it.
async fn reader(app: &TestApp) -> (Client, Value, Client) {
    let editor = app.sign_in("editor").await;
    let made = make(&editor, &json!(["people:read"])).await;
    let program = with(app, &made);
    (editor, made, program)
}

async fn rotate(owner: &Client, made: &Value, body: &Value) -> Answer {
    owner.post_json(&format!("{KEYS}/{}/rotate", made["id"]), body).await
}

async fn one(app: &TestApp, sql: &'static str) -> String {
    app.site.auth.events.flush().await;
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn a_key_is_told_once_and_stored_as_its_hash_alone() {
    let app = TestApp::start().await;
    let (editor, made, program) = reader(&app).await;
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("mq_") && key.len() == 46, "{key}");
    assert_eq!(made["prefix"], key[..9]);
    let _ = program.get("/api/v1/people").await.expect(200);

    let shown = editor.get(&format!("{KEYS}/{}", made["id"])).await.expect(200);
    let listed = editor.get(KEYS).await.expect(200);
    assert_eq!((&listed.data()[0], &listed.json()["pagination"]["total"]), (&shown.data(), &json!(1)));
    assert_eq!(shown.data()["scopes"], json!(["people:read"]));
    assert!(!listed.text().contains(key) && !shown.text().contains(key));
    drop(app.site.store.read(|_| Ok(())).await);
    for entry in std::fs::read_dir(app.folder()).unwrap().map_while(Result::ok).filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(entry.path()).unwrap();
        assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "{}", entry.path().display());
    }
}

#[tokio::test]
async fn a_key_may_what_its_scopes_name_and_no_more_than_its_owner() {
    let app = TestApp::start().await;
    let (editor, _, program) = reader(&app).await;
    let _ = editor.get("/api/v1/mail").await.expect(403);
    let _ = program.get("/api/v1/people").await.expect(200);
    let _ = program.get("/api/v1/users").await.expect(403);
    let mute = with(&app, &make(&editor, &json!([])).await);
    let _ = mute.get("/api/v1/people").await.expect(403);
    for (scopes, reason) in [
        (json!(["users:read"]), "more than its owner"),
        (json!(["people:read", "people:read"]), "twice"),
        (json!(["nothing:such"]), "unknown"),
    ] {
        let body = json!({"name": "x", "scopes": scopes, "password": PASSWORD});
        assert_eq!(editor.post_json(KEYS, &body).await.expect(422).fields(), ["scopes"], "{reason}");
    }
    let root = app.sign_in("super_admin").await;
    let body = json!({"name": "x", "scopes": ["users:manage"], "password": PASSWORD});
    assert_eq!(root.post_json(KEYS, &body).await.expect(422).fields(), ["scopes"], "users are for people alone");
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_taken_from_the_keys_with_the_next_request() {
    let app = TestApp::start().await;
    let (_, _, program) = reader(&app).await;
    let root = app.sign_in("super_admin").await;
    let users = root.get("/api/v1/users?email=editor@example.org").await.expect(200).data();
    let user = format!("/api/v1/users/{}", users[0]["id"]);
    let _ = root.patch_json(&user, &json!({"role": "viewer"})).await.expect(200);
    let _ = program.get("/api/v1/people").await.expect(403);
    let _ = root.patch_json(&user, &json!({"role": "editor"})).await.expect(200);
    let _ = program.get("/api/v1/people").await.expect(200);
    let _ = root.call("POST", &format!("{user}/lock")).send().await.expect(200);
    let _ = program.get("/api/v1/people").await.expect(401);
    let _ = root.call("POST", &format!("{user}/unlock")).send().await.expect(200);
    let _ = program.get("/api/v1/people").await.expect(200);
    let _ = root.delete(&user).await.expect(204);
    let _ = program.get("/api/v1/people").await.expect(401);
}

#[tokio::test]
async fn no_key_reaches_an_account_a_session_or_a_key() {
    let app = TestApp::start().await;
    let root = app.sign_in("super_admin").await;
    let all = root.get("/api/v1/auth/me").await.expect(200).data()["permissions"].clone();
    let scopes: Vec<Value> = all.as_array().unwrap().iter().filter(|name| *name != "users:manage").cloned().collect();
    let made = make(&root, &json!(scopes)).await;
    let program = with(&app, &made);
    let _ = program.get("/api/v1/users").await.expect(200);
    let own = format!("{KEYS}/{}", made["id"]);
    for (method, path) in [
        ("GET", "/api/v1/auth/me"),
        ("PATCH", "/api/v1/auth/me"),
        ("GET", KEYS),
        ("POST", KEYS),
        ("GET", &own),
        ("PATCH", &own),
        ("DELETE", &own),
        ("POST", &format!("{own}/rotate")),
        ("POST", "/api/v1/users"),
    ] {
        assert_eq!(program.call(method, path).send().await.expect(403).code(), "FORBIDDEN", "{method} {path}");
    }
}

#[tokio::test]
async fn a_key_is_made_with_the_password_and_whoever_guesses_it_waits() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let guess = async |password: &str| {
        let body = json!({"name": "x", "scopes": [], "password": password});
        editor.post_json(KEYS, &body).await
    };
    for _ in 0..5 {
        assert_eq!(guess("not it").await.expect(422).fields(), ["password"]);
    }
    assert_eq!(guess(PASSWORD).await.expect(422).fields(), ["password"], "even the right one waits now");
    app.advance(SignedDuration::from_secs(2)).await;
    let _ = guess(PASSWORD).await.expect(201);
    let body = json!({"name": "x", "scopes": []});
    assert_eq!(editor.post_json(KEYS, &body).await.expect(422).fields(), ["password"]);
}

#[tokio::test]
async fn a_key_ends_on_its_day_and_within_a_year_at_the_latest() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let until = async |moment: jiff::Timestamp| {
        let moment = moment.to_string();
        let body = json!({"name": "x", "scopes": ["people:read"], "password": PASSWORD, "expires_at": moment});
        editor.post_json(KEYS, &body).await
    };
    for wrong in [START, START - DAY, START + DAY * 367] {
        assert_eq!(until(wrong).await.expect(422).fields(), ["expires_at"], "{wrong}");
    }
    let program = with(&app, &until(START + DAY).await.expect(201).data());
    let usual = make(&editor, &json!([])).await;
    assert_eq!(usual["expires_at"], (START + DAY * 90).to_string());
    app.clock.advance(DAY - SignedDuration::from_secs(1));
    let _ = program.get("/api/v1/people").await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    let _ = program.get("/api/v1/people").await.expect(401);
}

#[tokio::test]
async fn another_key_takes_its_place_at_once_or_after_a_while() {
    let app = TestApp::start().await;
    let (editor, first, old) = reader(&app).await;
    let second =
        rotate(&editor, &first, &json!({"password": PASSWORD, "overlap_minutes": 10})).await.expect(200).data();
    assert_eq!(second["id"], first["id"]);
    let new = with(&app, &second);
    for program in [&old, &new] {
        let _ = program.get("/api/v1/people").await.expect(200);
    }
    app.clock.advance(SignedDuration::from_mins(10));
    let _ = old.get("/api/v1/people").await.expect(401);
    let _ = new.get("/api/v1/people").await.expect(200);
    let third = rotate(&editor, &first, &json!({"password": PASSWORD})).await.expect(200).data();
    let _ = new.get("/api/v1/people").await.expect(401);
    let _ = with(&app, &third).get("/api/v1/people").await.expect(200);
    let long = json!({"password": PASSWORD, "overlap_minutes": 1441});
    assert_eq!(rotate(&editor, &first, &long).await.expect(422).fields(), ["overlap_minutes"]);
    assert_eq!(rotate(&editor, &first, &json!({"password": "no"})).await.expect(422).fields(), ["password"]);
}

#[tokio::test]
async fn a_key_works_after_a_restart_and_one_that_was_revoked_does_not() {
    let app = TestApp::start().await;
    let (editor, _, kept) = reader(&app).await;
    let gone = make(&editor, &json!(["people:read"])).await;
    let _ = editor.delete(&format!("{KEYS}/{}", gone["id"])).await.expect(204);
    let _ = with(&app, &gone).get("/api/v1/people").await.expect(401);
    let _ = kept.get("/api/v1/people").await.expect(200);
    let (gone, kept) = (gone["key"].as_str().unwrap().to_owned(), made_key(&editor, &app).await);
    let app = app.restart(SignedDuration::from_mins(1)).await;
    let _ = app.with_token(&kept).get("/api/v1/people").await.expect(200);
    let _ = app.with_token(&gone).get("/api/v1/people").await.expect(401);
}

async fn made_key(owner: &Client, app: &TestApp) -> String {
    let made = make(owner, &json!(["people:read"])).await;
    let _ = with(app, &made).get("/api/v1/people").await.expect(200);
    made["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_sees_or_changes_anothers_key_but_who_manages_users_sees_and_revokes_all() {
    let app = TestApp::start().await;
    let (editor, made, program) = reader(&app).await;
    let path = format!("{KEYS}/{}", made["id"]);
    let admin = app.sign_in("admin").await;
    for (method, path) in [("GET", &path), ("DELETE", &path)] {
        let _ = admin.call(method, path).send().await.expect(404);
    }
    let _ = admin.patch_json(&path, &json!({"name": "mine"})).await.expect(404);
    let _ = rotate(&admin, &made, &json!({"password": PASSWORD})).await.expect(404);
    assert_eq!(admin.get(KEYS).await.expect(200).data(), json!([]));
    let _ = admin.get(&format!("{KEYS}?owner=all")).await.expect(403);

    let root = app.sign_in("super_admin").await;
    assert_eq!(root.get(&format!("{KEYS}?owner=all")).await.expect(200).data()[0]["id"], made["id"]);
    let _ = rotate(&root, &made, &json!({"password": PASSWORD})).await.expect(404);
    let _ = root.patch_json(&path, &json!({"scopes": []})).await.expect(404);
    let _ = program.get("/api/v1/people").await.expect(200);
    let _ = root.delete(&path).await.expect(204);
    let _ = program.get("/api/v1/people").await.expect(401);
    assert_eq!(editor.get(KEYS).await.expect(200).data(), json!([]));
}

#[tokio::test]
async fn a_key_can_lose_scopes_and_never_gain_them() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let made = make(&editor, &json!(["people:read", "content:read"])).await;
    let path = format!("{KEYS}/{}", made["id"]);
    let _ = editor.patch_json(&path, &json!({"scopes": ["content:read"], "name": "Less"})).await.expect(200);
    let _ = with(&app, &made).get("/api/v1/people").await.expect(403);
    let more = json!({"scopes": ["content:read", "people:read"]});
    assert_eq!(editor.patch_json(&path, &more).await.expect(422).fields(), ["scopes"]);
    assert_eq!(editor.get(&path).await.expect(200).data()["name"], "Less");
}

#[tokio::test]
async fn the_last_use_is_told_to_the_minute() {
    let app = TestApp::start().await;
    let (editor, made, program) = reader(&app).await;
    let path = format!("{KEYS}/{}", made["id"]);
    let used = async |expected: Value| {
        // It is written beside the answer: wait for it, not for a time.
        for _ in 0..1000 {
            if editor.get(&path).await.data()["last_used_at"] == expected {
                return;
            }
        }
        panic!("{expected} was not written: {}", editor.get(&path).await.text());
    };
    used(Value::Null).await;
    for seconds in [30, 29] {
        let _ = program.get("/api/v1/people").await.expect(200);
        used(json!(START.to_string())).await;
        app.clock.advance(SignedDuration::from_secs(seconds));
    }
    app.clock.advance(SignedDuration::from_secs(1));
    let _ = program.get("/api/v1/people").await.expect(200);
    used(json!((START + SignedDuration::from_mins(1)).to_string())).await;
}

#[tokio::test]
async fn what_happens_to_a_key_is_kept_without_the_key() {
    let app = TestApp::start().await;
    let (editor, made, _) = reader(&app).await;
    let next = rotate(&editor, &made, &json!({"password": PASSWORD})).await.expect(200).data();
    let _ = editor.delete(&format!("{KEYS}/{}", made["id"])).await.expect(204);
    let kinds =
        "SELECT group_concat(event_type, ' ' ORDER BY id) FROM security_events WHERE event_type LIKE 'api_key%'";
    assert_eq!(one(&app, kinds).await, "api_key_made api_key_rotated api_key_revoked");
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=api-keys&sort=id").await.expect(200);
    let actions: Vec<_> = audit.data().as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    assert_eq!(actions, ["create", "rotate", "delete"]);
    for key in [&made, &next] {
        assert!(!audit.text().contains(key["key"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn its_owner_is_told_by_mail_of_every_new_key() {
    let app = TestApp::start().await;
    let (editor, made, _) = reader(&app).await;
    let _ = rotate(&editor, &made, &json!({"password": PASSWORD})).await.expect(200);
    let mails = app.mails().await;
    let text = |mail: &Mail| mail.parts.iter().map(|part| part.text.as_str()).collect::<String>();
    let told =
        mails.iter().filter(|mail| mail.to.contains("editor@") && text(mail).contains("programs act in your name"));
    assert_eq!(told.count(), 2);
    assert!(!mails.iter().any(|mail| text(mail).contains("mq_")));
}

#[tokio::test]
async fn what_is_no_key_opens_nothing_and_is_recorded() {
    let app = TestApp::start().await;
    let (_, made, _) = reader(&app).await;
    let key = made["key"].as_str().unwrap();
    let wrong =
        [&key[..45], "mq_", &format!("{key}x"), &key.to_uppercase(), &format!("mq_{}", "A".repeat(43)), &key[3..]];
    for wrong in wrong {
        let _ = app.with_token(wrong).get("/api/v1/people").await.expect(401);
    }
    let rejected =
        "SELECT json_extract(details, '$.count') || '' FROM security_events WHERE event_type = 'token_rejected'";
    assert_eq!(one(&app, rejected).await, "6");
}
