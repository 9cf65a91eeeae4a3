//! Registration by strangers, where a site takes it.

use jiff::SignedDuration;
use magnetiq::accounts::links;
use magnetiq::store::Owner;
use magnetiq_tests::{Answer, Client, PASSWORD, TestApp};
use serde_json::json;

use crate::letters::{OTHER, count, last_to, letters_to, login, token};

const ADA: &str = "ada@example.org";

async fn open() -> TestApp {
    TestApp::start_with(&[("REGISTRATION", "viewer")]).await
}

async fn register(client: &Client, email: &str, password: &str, language: &str) -> Answer {
    let body = json!({"email": email, "name": "Ada http://evil.example", "password": password, "language": language});
    client.post_json("/api/v1/auth/register", &body).await
}

async fn verify(client: &Client, token: &str) -> Answer {
    client.post_json("/api/v1/auth/email/verify", &json!({"token": token})).await
}

#[tokio::test]
async fn a_site_takes_no_registrations_unless_it_says_so() {
    let app = TestApp::start().await;
    assert_eq!(register(&app, ADA, PASSWORD, "en").await.expect(403).code(), "FORBIDDEN");
    let _ = verify(&app, "anything").await.expect(403);
    assert_eq!(count(&app, "SELECT count(*) FROM account_links").await, 0);
    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn a_stranger_is_a_viewer_once_the_address_is_confirmed() {
    let app = open().await;
    let _ = register(&app, " Ada@Example.org", PASSWORD, "en").await.expect(204);
    let mail = last_to(&app, ADA).await;
    assert_eq!(mail.subject, "Please confirm your address for Magnetiq");
    assert!(mail.text().contains("until 2 March 2026, 09:00 UTC"), "{}", mail.text());
    assert!(!mail.raw.contains("evil.example"), "a stranger's words are not sent on");
    assert_eq!(count(&app, "SELECT count(*) FROM users").await, 0);
    let _ = login(&app, ADA, PASSWORD).await.expect(401);

    let token = token(&app, &mail, "verify-email");
    let answer = verify(&app, &token).await.expect(204);
    assert!(answer.header("set-cookie").is_empty());
    assert_eq!(login(&app, ADA, PASSWORD).await.expect(200).data()["user"]["role"], "viewer");
    let _ = verify(&app, &token).await.expect(410);
    assert_eq!(count(&app, "SELECT count(*) FROM registrations").await, 0);
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=users&action=create").await.expect(200).json();
    assert!(audit["data"].as_array().unwrap().iter().any(|row| row["actor_kind"] == "visitor"), "{audit}");
}

#[tokio::test]
async fn a_german_registration_is_answered_in_german() {
    let app = open().await;
    let _ = register(&app, ADA, PASSWORD, "de").await.expect(204);
    let mail = last_to(&app, ADA).await;
    assert_eq!(mail.subject, "Bitte bestätigen Sie Ihre Adresse für Magnetiq");
    assert!(mail.text().contains("bis 2. März 2026, 09:00 Uhr UTC"), "{}", mail.text());
}

#[tokio::test]
async fn who_has_an_account_is_told_by_mail_alone_and_keeps_it_as_it_is() {
    let app = open().await;
    let _ = app.sign_in("editor").await;
    let known = register(&app, "editor@example.org", OTHER, "de").await.expect(204);
    let unknown = register(&app, ADA, OTHER, "de").await.expect(204);
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((names(&known), &known.body), (names(&unknown), &unknown.body));
    let mail = last_to(&app, "editor@example.org").await;
    assert_eq!(mail.subject, "Your account at Magnetiq", "in the owner's language, not in the stranger's");
    assert!(!mail.text().contains('#'), "{}", mail.text());
    let _ = login(&app, "editor@example.org", OTHER).await.expect(401);
    let _ = login(&app, "editor@example.org", PASSWORD).await.expect(200);
    let rows = "SELECT count(*) FROM account_links WHERE purpose = 'registration'";
    assert_eq!(count(&app, rows).await, 2, "what is written is the same but for the mail");
}

#[tokio::test]
async fn of_two_registrations_with_one_address_the_confirmed_one_counts() {
    let app = open().await;
    let _ = register(&app, ADA, "what a stranger has chosen", "en").await.expect(204);
    let strangers = token(&app, &last_to(&app, ADA).await, "verify-email");
    let _ = register(&app, ADA, OTHER, "en").await.expect(204);
    let own = token(&app, &last_to(&app, ADA).await, "verify-email");
    let _ = verify(&app, &own).await.expect(204);
    let _ = verify(&app, &strangers).await.expect(410);
    let _ = login(&app, ADA, "what a stranger has chosen").await.expect(401);
    let _ = login(&app, ADA, OTHER).await.expect(200);
}

/// What a schedule does every hour.
async fn purge(app: &TestApp) {
    let clock = app.clock.clone();
    app.site.store.write(Owner::Core, move |unit| links::purge(unit, &clock)).await.unwrap();
}

#[tokio::test]
async fn a_registration_that_nobody_confirms_is_gone_after_a_day_with_its_password() {
    let app = open().await;
    let _ = register(&app, ADA, PASSWORD, "en").await.expect(204);
    let token = token(&app, &last_to(&app, ADA).await, "verify-email");
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = verify(&app, &token).await.expect(410);
    purge(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM registrations").await, 0);
    assert_eq!(count(&app, "SELECT count(*) FROM account_links").await, 1, "it counts for the day's limit");
    app.clock.advance(SignedDuration::from_hours(24));
    purge(&app).await;
    assert_eq!(count(&app, "SELECT count(*) FROM account_links").await, 0);
}

#[tokio::test]
async fn fields_that_are_wrong_are_named_whether_the_address_is_known() {
    let app = open().await;
    let _ = app.sign_in("editor").await;
    for email in ["editor@example.org", ADA] {
        assert_eq!(register(&app, email, "password1", "en").await.expect(422).fields(), ["password"]);
    }
    assert_eq!(register(&app, "nobody", PASSWORD, "en").await.expect(422).fields(), ["email"]);
    let body = json!({"email": ADA, "name": "Ada", "password": PASSWORD, "role": "admin"});
    assert_eq!(app.post_json("/api/v1/auth/register", &body).await.expect(422).fields(), ["role"]);
}

#[tokio::test]
async fn an_address_that_got_an_account_meanwhile_makes_no_second_one() {
    let app = open().await;
    let _ = register(&app, ADA, OTHER, "en").await.expect(204);
    let token = token(&app, &last_to(&app, ADA).await, "verify-email");
    let root = app.sign_in("super_admin").await;
    let _ = root.post_json("/api/v1/users", &json!({"email": ADA, "role": "admin"})).await.expect(201);
    let _ = verify(&app, &token).await.expect(410);
    let _ = login(&app, ADA, OTHER).await.expect(401);
    assert_eq!(letters_to(&app, ADA).await.len(), 2);
}
