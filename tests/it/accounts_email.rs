//! Another e-mail address for an account: with the password, and with a yes from both addresses.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, PASSWORD, TestApp};
use serde_json::json;

use crate::letters::{OTHER, count, events, last_to, letters_to, login, reset, reset_token, token};

const ME: &str = "/api/v1/auth/me";
const OLD: &str = "editor@example.org";
const NEW: &str = "ada@example.org";

async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    (app, editor)
}

async fn ask(client: &Client, email: &str, password: &str) -> Answer {
    client.post_json("/api/v1/auth/email/change", &json!({"email": email, "password": password})).await
}

async fn confirm(client: &Client, token: &str) -> Answer {
    client.post_json("/api/v1/auth/email/confirm", &json!({"token": token})).await
}

/// The tokens that the old and the new address got.
async fn tokens(app: &TestApp) -> (String, String) {
    let token = async |email| token(app, &last_to(app, email).await, "confirm-email");
    (token(OLD).await, token(NEW).await)
}

#[tokio::test]
async fn an_address_changes_once_the_old_one_and_the_new_one_have_agreed() {
    let (app, editor) = start().await;
    let pending = reset_token(&app, OLD).await;
    let _ = ask(&editor, "Ada@Example.org", PASSWORD).await.expect(204);
    let (old, new) = tokens(&app).await;
    let text = last_to(&app, OLD).await.text().to_owned();
    assert!(text.contains("from editor@example.org to ada@example.org"), "{text}");
    let text = last_to(&app, NEW).await.text().to_owned();
    assert!(text.contains("this address is to belong") && !text.contains(OLD), "{text}");

    assert_eq!(confirm(&app, &new).await.expect(200).data(), json!({"status": "waiting_for_other"}));
    let _ = confirm(&app, &new).await.expect(410);
    assert_eq!(editor.get(ME).await.expect(200).data()["email"], OLD);
    let _ = login(&app, NEW, PASSWORD).await.expect(401);
    assert_eq!(confirm(&app, &old).await.expect(200).data(), json!({"status": "changed"}));
    let _ = confirm(&app, &old).await.expect(410);

    let _ = editor.get(ME).await.expect(401);
    let _ = login(&app, OLD, PASSWORD).await.expect(401);
    assert_eq!(login(&app, NEW, PASSWORD).await.expect(200).data()["user"]["email"], NEW);
    let _ = reset(&app, &pending, OTHER).await.expect(410);
    let notice = last_to(&app, OLD).await;
    assert_eq!(notice.subject, "Your e-mail address was changed (Magnetiq)");
    assert!(notice.text().contains("tell an administrator") && !notice.text().contains("forgot-password"));
    let kinds = events(&app).await;
    for kind in ["email_change_asked", "email_change_agreed", "email_changed"] {
        assert!(kinds.contains(&kind.to_owned()), "{kind}: {kinds:?}");
    }
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=users&action=change_email").await.expect(200).json();
    let row = root.get(&format!("/api/v1/audit/{}", audit["data"][0]["id"])).await.expect(200).data();
    assert_eq!((&row["before"]["email"], &row["after"]["email"]), (&json!(OLD), &json!(NEW)));
}

#[tokio::test]
async fn the_old_address_may_agree_first() {
    let (app, editor) = start().await;
    let _ = ask(&editor, NEW, PASSWORD).await.expect(204);
    let (old, new) = tokens(&app).await;
    assert_eq!(confirm(&app, &old).await.expect(200).data()["status"], "waiting_for_other");
    assert_eq!(confirm(&app, &new).await.expect(200).data()["status"], "changed");
}

#[tokio::test]
async fn a_later_wish_closes_the_one_before_and_each_runs_out_after_a_day() {
    let (app, editor) = start().await;
    let _ = ask(&editor, NEW, PASSWORD).await.expect(204);
    let (first_old, first_new) = tokens(&app).await;
    let _ = ask(&editor, NEW, PASSWORD).await.expect(204);
    let (old, new) = tokens(&app).await;
    for token in [&first_old, &first_new] {
        let _ = confirm(&app, token).await.expect(410);
    }
    let _ = confirm(&app, &old).await.expect(200);
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = confirm(&app, &new).await.expect(410);
    let _ = login(&app, OLD, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn it_takes_the_password_and_another_address() {
    let (app, editor) = start().await;
    let _ = ask(&app, NEW, PASSWORD).await.expect(401);
    assert_eq!(ask(&editor, NEW, "not the password").await.expect(422).fields(), ["password"]);
    for email in [OLD, " EDITOR@example.org", "nobody", ""] {
        assert_eq!(ask(&editor, email, PASSWORD).await.expect(422).fields(), ["email"], "{email}");
    }
    assert!(app.mails().await.is_empty());
    assert_eq!(count(&app, "SELECT count(*) FROM account_links").await, 0);
}

#[tokio::test]
async fn an_address_of_somebody_else_gets_the_same_answer_and_is_never_taken() {
    let (app, editor) = start().await;
    let _ = app.sign_in("viewer").await;
    let taken = ask(&editor, "viewer@example.org", PASSWORD).await.expect(204);
    assert!(taken.body.is_empty());
    let mails = letters_to(&app, "viewer@example.org").await;
    assert_eq!((mails.len(), mails[0].subject.as_str()), (1, "Your account at Magnetiq"));
    let old = token(&app, &last_to(&app, OLD).await, "confirm-email");
    assert_eq!(confirm(&app, &old).await.expect(200).data()["status"], "waiting_for_other");
    let _ = login(&app, "viewer@example.org", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_address_that_somebody_got_meanwhile_is_not_taken_from_them() {
    let (app, editor) = start().await;
    let _ = ask(&editor, NEW, PASSWORD).await.expect(204);
    let (old, new) = tokens(&app).await;
    let root = app.sign_in("super_admin").await;
    let _ = root.post_json("/api/v1/users", &json!({"email": NEW, "role": "viewer"})).await.expect(201);
    let _ = confirm(&app, &old).await.expect(200);
    assert_eq!(confirm(&app, &new).await.expect(409).code(), "CONFLICT");
    let _ = login(&app, OLD, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn an_admin_changes_the_address_of_others_with_a_notice_and_their_own_by_no_short_cut() {
    let (app, editor) = start().await;
    let root = app.sign_in("super_admin").await;
    let id = async |client: &Client| client.get(ME).await.expect(200).data()["id"].clone();
    let (own, other) = (id(&root).await, id(&editor).await);
    let pending = reset_token(&app, OLD).await;
    for body in [json!({"email": NEW}), json!({"email": NEW, "role": "super_admin"})] {
        let refused = root.patch_json(&format!("/api/v1/users/{own}"), &body).await.expect(422);
        assert_eq!(refused.fields(), ["email"]);
    }
    let _ = root.patch_json(&format!("/api/v1/users/{other}"), &json!({"email": NEW})).await.expect(200);
    let notice = last_to(&app, OLD).await;
    assert_eq!(notice.subject, "Your e-mail address was changed (Magnetiq)");
    let _ = reset(&app, &pending, OTHER).await.expect(410);
    let _ = editor.get(ME).await.expect(401);
    let _ = login(&app, NEW, PASSWORD).await.expect(200);
}
