//! Mails that tell owners what has happened to their account beside what they did themselves.

use jiff::SignedDuration;
use magnetiq_tests::{Authenticator, PASSWORD, TestApp};
use serde_json::json;

use crate::letters::{last_to, letters_to, login};

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

#[tokio::test]
async fn the_owner_is_told_of_every_change_of_their_second_factor() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let mfa = |path: &str| format!("/api/v1/auth/mfa{path}");
    let told = editor.post_json(&mfa("/enroll"), &json!({"password": PASSWORD})).await.expect(200).data();
    let phone = Authenticator::new(told["secret"].as_str().unwrap());
    let code = || {
        app.clock.advance(SignedDuration::from_secs(60));
        phone.code(app.clock.now())
    };
    let codes = editor.post_json(&mfa("/confirm"), &json!({"code": code()})).await.expect(200).data();
    let asked = login(&app, EDITOR, PASSWORD).await.expect(200).data();
    let paper = json!({"mfa_token": asked["mfa_token"], "code": codes["backup_codes"][0]});
    let _ = app.post_json(&mfa(""), &paper).await.expect(200);
    let renew = json!({"password": PASSWORD, "code": code()});
    let _ = editor.post_json(&mfa("/backup-codes"), &renew).await.expect(200);
    let end = json!({"password": PASSWORD, "code": code()});
    let _ = editor.post_json(&mfa("/disable"), &end).await.expect(204);
    let root = app.sign_in("super_admin").await;
    let _ = root.call("POST", "/api/v1/users/1/mfa/reset").send().await.expect(204);
    let mut subjects: Vec<_> = letters_to(&app, EDITOR).await.into_iter().map(|mail| mail.subject).collect();
    subjects.iter_mut().for_each(|subject| *subject = subject.replace(" (Magnetiq)", ""));
    let off = "Two-factor sign-in is off";
    let expected = ["Two-factor sign-in is on", "A backup code was used", "You have new backup codes", off, off];
    assert_eq!(subjects, expected);
}
