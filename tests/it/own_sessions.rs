//! A user sees their sessions and ends them; what has run out is removed.

use jiff::SignedDuration;
use magnetiq_tests::{Client, PASSWORD, TestApp};
use serde_json::{Value, json};

const ME: &str = "/api/v1/auth/me";
const SESSIONS: &str = "/api/v1/auth/sessions";

async fn sign_in(app: &TestApp, agent: &str) -> (Client, Value) {
    let _ = app.sign_in("editor").await;
    let body = json!({"email": "editor@example.org", "password": PASSWORD, "deliver": "body"});
    let call = app.call("POST", "/api/v1/auth/login").header("user-agent", agent).json(&body);
    let data = call.send().await.expect(200).data();
    (app.with_token(data["access_token"].as_str().unwrap()), data)
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    app.site.auth.events.flush().await;
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn a_user_sees_where_they_are_signed_in_and_nobody_elses_sessions() {
    let app = TestApp::start().await;
    let _ = app.sign_in("admin").await;
    let (first, data) = sign_in(&app, "Phone").await;
    app.clock.advance(SignedDuration::from_hours(1));
    let body = json!({"refresh_token": data["refresh_token"]});
    let call = app.call("POST", "/api/v1/auth/refresh").header("user-agent", "Phone 2").json(&body);
    let first_now = call.send().await.expect(200).data();
    let first = first.with_token(first_now["access_token"].as_str().unwrap());

    let list = first.get(SESSIONS).await.expect(200);
    assert_eq!((list.json()["pagination"]["total"].as_u64(), list.data().as_array().unwrap().len()), (Some(2), 2));
    let own = &list.data()[0];
    assert_eq!((&own["current"], &own["user_agent"]), (&json!(true), &json!("Phone 2")));
    assert_eq!(own["ip_address"], "127.0.0.1");
    assert_eq!(
        (&own["created_at"], &own["last_used_at"]),
        (&json!("2026-03-01T09:00:00Z"), &json!("2026-03-01T10:00:00Z"))
    );
    assert_eq!(own["expires_at"], "2026-03-08T10:00:00Z");
    assert_eq!(list.data()[1]["current"], false);
    let names: Vec<_> = own.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["created_at", "current", "expires_at", "id", "ip_address", "last_used_at", "user_agent"]);
    let _ = app.get(SESSIONS).await.expect(401);
}

#[tokio::test]
async fn a_session_that_is_ended_from_another_is_dead_at_once() {
    let app = TestApp::start().await;
    let ((here, _), (there, data)) = (sign_in(&app, "Here").await, sign_in(&app, "There").await);
    let other = app.sign_in("viewer").await;
    let list = here.get(SESSIONS).await.expect(200).data();
    let found = list.as_array().unwrap().iter().find(|session| session["user_agent"] == "There").unwrap();
    let path = format!("{SESSIONS}/{}", found["id"].as_str().unwrap());

    let _ = other.delete(&path).await.expect(404);
    let _ = app.delete(&path).await.expect(401);
    let _ = there.get(ME).await.expect(200);
    let _ = here.delete(&path).await.expect(204);
    let _ = there.get(ME).await.expect(401);
    let _ = app.post_json("/api/v1/auth/refresh", &json!({"refresh_token": data["refresh_token"]})).await.expect(401);
    let _ = here.get(ME).await.expect(200);
    let _ = here.delete(&path).await.expect(404);
    assert_eq!(count(&app, "SELECT count(*) FROM security_events WHERE event_type = 'session_ended'").await, 1);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_session_of_the_user_and_no_other() {
    let app = TestApp::start_with(&[("PUBLIC_URL", "http://127.0.0.1")]).await;
    std::fs::write(app.folder().join("magnetiq.toml"), "public_url = 'http://127.0.0.1'").unwrap();
    let ((here, _), (there, data)) = (sign_in(&app, "Here").await, sign_in(&app, "There").await);
    let other = app.sign_in("viewer").await;
    let body = json!({"email": "viewer@example.org", "password": PASSWORD});
    let stays = app.post_json("/api/v1/auth/login", &body).await.expect(200).data();
    let answer = here.call("POST", "/api/v1/auth/logout-all").send().await.expect(204);
    assert!(answer.header("set-cookie").starts_with("refresh=; Max-Age=0"));
    assert_eq!(answer.header("clear-site-data"), "\"cache\"");
    for client in [&here, &there] {
        let _ = client.get(ME).await.expect(401);
    }
    let _ = app.post_json("/api/v1/auth/refresh", &json!({"refresh_token": data["refresh_token"]})).await.expect(401);
    let _ = other.get(ME).await.expect(200);
    assert_eq!(count(&app, "SELECT count(*) FROM security_events WHERE event_type = 'all_sessions_ended'").await, 1);
    let app = app.restart(SignedDuration::ZERO).await;
    let _ = app.with_token(data["access_token"].as_str().unwrap()).get(ME).await.expect(401);
    let _ = app.with_token(stays["access_token"].as_str().unwrap()).get(ME).await.expect(200);
}

#[tokio::test]
async fn sessions_end_when_the_settings_say_so() {
    let app = TestApp::start_with(&[("SESSION_IDLE_DAYS", "1"), ("SESSION_DAYS", "2")]).await;
    let (_, data) = sign_in(&app, "Here").await;
    let refresh = async |data: &Value| {
        app.post_json("/api/v1/auth/refresh", &json!({"refresh_token": data["refresh_token"]})).await
    };
    app.clock.advance(SignedDuration::from_hours(23));
    let data = refresh(&data).await.expect(200).data();
    app.clock.advance(SignedDuration::from_hours(23));
    let data = refresh(&data).await.expect(200).data();
    app.clock.advance(SignedDuration::from_hours(2));
    let _ = refresh(&data).await.expect(401);
    let (_, data) = sign_in(&app, "Here").await;
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = refresh(&data).await.expect(401);
}

#[tokio::test]
async fn every_hour_what_has_run_out_is_removed_however_much_it_is() {
    let app = TestApp::start().await;
    let (client, _) = sign_in(&app, "Here").await;
    let fill = |unit: &mut magnetiq::store::Unit| {
        let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)";
        let (old, fresh) = ("'2025-02-28T00:00:00.000000Z'", "'2026-03-01T08:00:00.000000Z'");
        for time in [old, fresh] {
            unit.execute_batch(&format!(
                "{many} INSERT INTO login_attempts (email, created_at, updated_at) SELECT i, {time}, {time} FROM n;
                 {many} INSERT INTO security_events (event_type, created_at, updated_at) SELECT 'x', {time}, {time} FROM n;
                 {many} INSERT INTO account_lockouts (email, expires_at, created_at, updated_at)
                     SELECT i, {time}, {time}, {time} FROM n;
                 {many} INSERT INTO jwt_blacklist (token_id, expires_at, created_at, updated_at)
                     SELECT i || {time}, {time}, {time}, {time} FROM n;
                 {many} INSERT INTO sessions (user_id, token_hash, family, expires_at, absolute_expires_at, created_at, updated_at)
                     SELECT 1, printf('%064d', i + unixepoch({time})), 'f' || i, {time}, {time}, {time}, {time} FROM n;"
            ))?;
        }
        Ok(())
    };
    app.site.store.write(magnetiq::store::Owner::Core, fill).await.unwrap();
    app.site.jobs.set_core_schedules().await.unwrap();
    app.advance(SignedDuration::from_hours(1)).await;
    for (table, left) in [
        ("SELECT count(*) FROM login_attempts", 4500),
        ("SELECT count(*) FROM security_events WHERE event_type = 'x'", 4500),
        ("SELECT count(*) FROM account_lockouts", 4500),
        ("SELECT count(*) FROM jwt_blacklist", 0),
        ("SELECT count(*) FROM sessions WHERE family LIKE 'f%' AND token_hash LIKE '00000%'", 0),
    ] {
        assert_eq!(count(&app, table).await, left, "{table}");
    }
    app.advance(SignedDuration::from_hours(25)).await;
    assert_eq!(count(&app, "SELECT count(*) FROM login_attempts").await, 0);
    assert!(count(&app, "SELECT count(*) FROM sessions").await >= 1);
    let _ = client.get(SESSIONS).await.expect(401);
}
