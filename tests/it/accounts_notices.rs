//! Mails that tell owners what has happened to their account beside what they did themselves.

use jiff::SignedDuration;
use magnetiq_tests::{PASSWORD, TestApp};
use serde_json::json;

use crate::letters::{last_to, letters_to};

const EDITOR: &str = "editor@example.org";

#[tokio::test]
async fn the_owner_is_told_when_a_refresh_token_came_twice() {
    let app = TestApp::start().await;
    let _ = app.sign_in("editor").await;
    let body = json!({"email": EDITOR, "password": PASSWORD, "deliver": "body"});
    let first = app.post_json("/api/v1/auth/login", &body).await.expect(200).data()["refresh_token"].clone();
    let refresh = json!({"refresh_token": first});
    let _ = app.post_json("/api/v1/auth/refresh", &refresh).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(11));
    assert!(letters_to(&app, EDITOR).await.is_empty());
    let _ = app.post_json("/api/v1/auth/refresh", &refresh).await.expect(401);
    let notice = last_to(&app, EDITOR).await;
    assert_eq!(notice.subject, "A session was ended for safety (Magnetiq)");
    assert!(notice.text().contains("continued from two places"), "{}", notice.text());
}

#[tokio::test]
async fn the_owner_is_told_once_when_many_places_guess_the_password() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let _ = app.sign_in("editor").await;
    for place in 0..8 {
        for _ in 0..4 {
            let call = app.call("POST", "/api/v1/auth/login").header("x-forwarded-for", &format!("192.0.2.{place}"));
            let _ = call.json(&json!({"email": EDITOR, "password": "a wrong guess of many"})).send().await.expect(401);
        }
        app.clock.advance(SignedDuration::from_mins(16));
    }
    let mails = letters_to(&app, EDITOR).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Sign-in is closed for a while (Magnetiq)");
}
