//! Refresh tokens, signing out, what ends a session.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, PASSWORD, TestApp};
use serde_json::{Value, json};

const REFRESH: &str = "/api/v1/auth/refresh";
const ME: &str = "/api/v1/auth/me";

/// A site and an editor's sign-in with the refresh token in the body.
async fn signed_in() -> (TestApp, Value) {
    let app = TestApp::start().await;
    let _ = app.sign_in("editor").await;
    let data = login(&app).await.data();
    (app, data)
}

async fn login(app: &TestApp) -> Answer {
    let body = json!({"email": "editor@example.org", "password": PASSWORD, "deliver": "body"});
    app.post_json("/api/v1/auth/login", &body).await.expect(200)
}

async fn refresh(client: &Client, token: &Value) -> Answer {
    client.post_json(REFRESH, &json!({"refresh_token": token})).await
}

fn with_access(app: &TestApp, data: &Value) -> Client {
    app.with_token(data["access_token"].as_str().unwrap())
}

async fn events(app: &TestApp, kind: &'static str) -> i64 {
    app.site.auth.events.flush().await;
    let sql = "SELECT COUNT(*) FROM security_events WHERE event_type = ?";
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [kind], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn a_browser_keeps_its_refresh_token_where_no_script_sees_it() {
    let app = TestApp::start().await;
    let _ = app.sign_in("editor").await;
    let body = json!({"email": "editor@example.org", "password": PASSWORD});
    let answer = app.post_json("/api/v1/auth/login", &body).await.expect(200);
    assert_eq!(answer.data()["refresh_token"], Value::Null);
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("refresh=") && cookie.ends_with("Max-Age=604800; Path=/; HttpOnly; SameSite=Strict"),
        "{cookie}"
    );

    let pair = cookie.split(';').next().unwrap();
    let from_our_page = app.call("POST", REFRESH).header("cookie", pair).header("x-requested-with", "magnetiq");
    let next = from_our_page.send().await.expect(200);
    assert!(next.header("set-cookie").starts_with("refresh="));
    assert_ne!(next.header("set-cookie"), cookie);
    assert_eq!(next.data()["user"]["role"], "editor");
    let _ = with_access(&app, &next.data()).get(ME).await.expect(200);
}

#[tokio::test]
async fn by_https_the_cookie_belongs_to_this_host_alone() {
    let app = TestApp::start_with(&[("PUBLIC_URL", "https://127.0.0.1")]).await;
    let client = app.sign_in("editor").await;
    let body = json!({"email": "editor@example.org", "password": PASSWORD});
    let answer = app.post_json("/api/v1/auth/login", &body).await.expect(200);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-refresh=") && cookie.ends_with("SameSite=Strict; Secure"), "{cookie}");
    let _ = client.get(ME).await.expect(200);
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_once_and_its_second_use_ends_the_session() {
    let (app, first) = signed_in().await;
    let second = refresh(&app, &first["refresh_token"]).await.expect(200).data();
    let third = refresh(&app, &second["refresh_token"]).await.expect(200).data();
    let _ = with_access(&app, &third).get(ME).await.expect(200);

    let _ = refresh(&app, &first["refresh_token"]).await.expect(401);
    for dead in [&first, &second, &third] {
        let _ = refresh(&app, &dead["refresh_token"]).await.expect(401);
        let _ = with_access(&app, dead).get(ME).await.expect(401);
    }
    assert_eq!(events(&app, "refresh_reused").await, 1);
    let _ = login(&app).await;
}

#[tokio::test]
async fn a_lost_answer_may_be_asked_for_again_for_ten_seconds_by_the_same_client_alone() {
    let (app, first) = signed_in().await;
    let one = refresh(&app, &first["refresh_token"]).await.expect(200).data();
    app.clock.advance(SignedDuration::from_secs(10));
    let two = refresh(&app, &first["refresh_token"]).await.expect(200).data();
    assert_eq!(one["refresh_token"], two["refresh_token"]);

    let body = json!({"refresh_token": first["refresh_token"]});
    let other = app.call("POST", REFRESH).header("user-agent", "somebody else").json(&body).send().await;
    let _ = other.expect(401);
    let _ = with_access(&app, &one).get(ME).await.expect(401);
    assert_eq!(events(&app, "refresh_reused").await, 1);
}

#[tokio::test]
async fn after_ten_seconds_an_exchanged_token_is_a_stolen_one() {
    let (app, first) = signed_in().await;
    let one = refresh(&app, &first["refresh_token"]).await.expect(200).data();
    app.clock.advance(SignedDuration::from_millis(10_001));
    let _ = refresh(&app, &first["refresh_token"]).await.expect(401);
    let _ = refresh(&app, &one["refresh_token"]).await.expect(401);
}

#[tokio::test]
async fn two_hundred_refreshes_at_once_give_one_successor() {
    let (app, first) = signed_in().await;
    let calls: Vec<_> = (0..200)
        .map(|_| {
            let (client, token): (Client, _) = ((*app).clone(), first["refresh_token"].clone());
            tokio::spawn(async move { refresh(&client, &token).await.expect(200).data()["refresh_token"].clone() })
        })
        .collect();
    let mut successors = Vec::new();
    for call in calls {
        successors.push(call.await.unwrap());
    }
    assert_eq!(successors.len(), 200);
    assert!(successors.iter().all(|token| *token == successors[0]), "{successors:?}");
    let sql = "SELECT COUNT(*) FROM sessions WHERE parent_id IS NOT NULL";
    let stored: i64 =
        app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(stored, 1);
    let _ = refresh(&app, &successors[0]).await.expect(200);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_without_use_and_after_thirty_in_any_case() {
    let (app, idle) = signed_in().await;
    app.clock.advance(SignedDuration::from_hours(7 * 24));
    let _ = refresh(&app, &idle["refresh_token"]).await.expect(401);

    let mut data = login(&app).await.data();
    for _ in 0..4 {
        app.clock.advance(SignedDuration::from_hours(6 * 24));
        data = refresh(&app, &data["refresh_token"]).await.expect(200).data();
    }
    app.clock.advance(SignedDuration::from_hours(6 * 24 - 1));
    let last = refresh(&app, &data["refresh_token"]).await.expect(200).data();
    app.clock.advance(SignedDuration::from_hours(1));
    let _ = refresh(&app, &last["refresh_token"]).await.expect(401);
    let _ = with_access(&app, &last).get(ME).await.expect(401);
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let (app, data) = signed_in().await;
    for token in [json!(""), json!("x"), json!("x".repeat(129)), json!("x".repeat(43)), data["access_token"].clone()] {
        let _ = refresh(&app, &token).await.expect(401);
    }
    let _ = app.call("POST", REFRESH).send().await.expect(401);
    let _ = app.call("POST", REFRESH).header("cookie", "refresh=").send().await.expect(401);
    assert_eq!(refresh(&app, &json!(7)).await.expect(422).fields(), ["refresh_token"]);
    let _ = app.with_token(data["refresh_token"].as_str().unwrap()).get(ME).await.expect(401);
    let _ = refresh(&app, &data["refresh_token"]).await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_access_and_refresh_at_once_and_no_other_session() {
    let (app, here) = signed_in().await;
    let elsewhere = login(&app).await.data();
    let answer = with_access(&app, &here).call("POST", "/api/v1/auth/logout").send().await.expect(204);
    assert!(answer.header("set-cookie").starts_with("refresh=; Max-Age=0"));
    let _ = with_access(&app, &here).get(ME).await.expect(401);
    let _ = refresh(&app, &here["refresh_token"]).await.expect(401);
    let _ = with_access(&app, &elsewhere).get(ME).await.expect(200);
    assert_eq!(events(&app, "refresh_reused").await, 0);

    let body = json!({"refresh_token": elsewhere["refresh_token"]});
    let _ = app.post_json("/api/v1/auth/logout", &body).await.expect(204);
    let _ = with_access(&app, &elsewhere).get(ME).await.expect(401);
    let _ = app.call("POST", "/api/v1/auth/logout").send().await.expect(204);
    assert_eq!(events(&app, "signed_out").await, 2);
}

#[tokio::test]
async fn refresh_tokens_are_stored_as_hashes_alone() {
    let (app, data) = signed_in().await;
    let token = data["refresh_token"].as_str().unwrap().to_owned();
    drop(app.site.store.read(|_| Ok(())).await);
    for entry in std::fs::read_dir(app.folder()).unwrap().map_while(Result::ok) {
        if entry.path().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = bytes.windows(token.len()).any(|window| window == token.as_bytes());
            assert!(!found, "{}", entry.path().display());
        }
    }
}
