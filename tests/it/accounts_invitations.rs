//! Invitations: sent when a user is made, accepted once by whoever reads the mailbox.

use jiff::SignedDuration;
use magnetiq_tests::{Client, PASSWORD, TestApp};
use serde_json::json;

use crate::letters::{OTHER, count, events, invitation_token, invite, last_to, letters_to, login, token};

const ADA: &str = "ada@example.org";

async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let root = app.sign_in("super_admin").await;
    (app, root)
}

fn path(token: &str) -> String {
    format!("/api/v1/auth/invitations/{token}")
}

#[tokio::test]
async fn an_invited_person_reads_what_for_chooses_a_password_and_is_in() {
    let (app, root) = start().await;
    let user = invite(&root, ADA, "en").await;
    let mail = last_to(&app, ADA).await;
    assert_eq!(mail.subject, "Your invitation to Magnetiq");
    let text = mail.text();
    assert!(text.contains("role “Editor”") && text.contains("until 8 March 2026, 09:00 UTC"), "{text}");
    let token = token(&app, &mail, "invitation");

    let shown = app.get(&path(&token)).await.expect(200);
    assert_eq!(shown.data(), json!({"email": ADA, "name": "Ada", "role": "editor", "language": "en"}));
    assert_eq!(shown.header("cache-control"), "no-store");
    let body = json!({"name": " Ada Lovelace ", "password": OTHER, "deliver": "body"});
    let answer = app.post_json(&path(&token), &body).await.expect(201);
    assert_eq!(answer.header("location"), "/api/v1/auth/me");
    let ada = app.with_token(answer.data()["access_token"].as_str().unwrap());
    let me = ada.get("/api/v1/auth/me").await.expect(200).data();
    assert_eq!((&me["name"], &me["role"]), (&json!("Ada Lovelace"), &json!("editor")));
    let row = root.get(&format!("/api/v1/users/{}", user["id"])).await.expect(200).data();
    assert_eq!((&row["status"], &row["login_count"]), (&json!("active"), &json!(1)));

    let _ = app.get(&path(&token)).await.expect(410);
    assert_eq!(app.post_json(&path(&token), &body).await.expect(410).code(), "GONE");
    let _ = login(&app, ADA, OTHER).await.expect(200);
    assert!(events(&app).await.contains(&"invitation_accepted".to_owned()));
    let audit = root.get("/api/v1/audit?resource=users&action=accept").await.expect(200).json();
    assert_eq!((&audit["data"][0]["actor_id"], &audit["data"][0]["record_id"]), (&user["id"], &user["id"]));
}

#[tokio::test]
async fn an_invitation_is_written_in_the_language_of_the_invited() {
    let (app, root) = start().await;
    let _ = invite(&root, ADA, "de").await;
    let mail = last_to(&app, ADA).await;
    assert_eq!(mail.subject, "Ihre Einladung zu Magnetiq");
    let text = mail.text();
    assert!(text.starts_with("Guten Tag Ada,") && text.contains("Rolle „Redakteur“"), "{text}");
    assert!(text.contains("bis 8. März 2026, 09:00 Uhr UTC"), "{text}");
}

#[tokio::test]
async fn an_invitation_runs_out_after_a_week_and_another_takes_its_place() {
    let (app, root) = start().await;
    let user = invite(&root, ADA, "en").await;
    let first = invitation_token(&app, ADA).await;
    app.clock.advance(SignedDuration::from_hours(7 * 24));
    let _ = app.get(&path(&first)).await.expect(410);
    let _ = app.post_json(&path(&first), &json!({"password": OTHER})).await.expect(410);

    let root = app.sign_in("super_admin").await;
    let again = format!("/api/v1/users/{}/invite", user["id"]);
    assert_eq!(root.call("POST", &again).send().await.expect(200).data()["status"], "invited");
    let second = invitation_token(&app, ADA).await;
    let _ = root.call("POST", &again).send().await.expect(200);
    let third = invitation_token(&app, ADA).await;
    let _ = app.get(&path(&second)).await.expect(410);
    let _ = app.post_json(&path(&third), &json!({"password": OTHER})).await.expect(201);
    assert_eq!(root.call("POST", &again).send().await.expect(409).code(), "CONFLICT");
    assert!(events(&app).await.contains(&"invitation_sent".to_owned()));
}

#[tokio::test]
async fn only_who_manages_users_sends_invitations_and_not_without_end() {
    let (app, root) = start().await;
    let again = format!("/api/v1/users/{}/invite", invite(&root, ADA, "en").await["id"]);
    for role in ["admin", "editor"] {
        let _ = app.sign_in(role).await.call("POST", &again).send().await.expect(403);
    }
    let _ = app.call("POST", &again).send().await.expect(401);
    let _ = root.call("POST", "/api/v1/users/999/invite").send().await.expect(404);
    for _ in 0..9 {
        let _ = root.call("POST", &again).send().await.expect(200);
    }
    assert_eq!(root.call("POST", &again).send().await.expect(429).code(), "RATE_LIMITED");
    assert_eq!(letters_to(&app, ADA).await.len(), 10);
}

#[tokio::test]
async fn an_invitation_to_who_was_removed_or_moved_is_worth_nothing() {
    let (app, root) = start().await;
    let user = format!("/api/v1/users/{}", invite(&root, ADA, "en").await["id"]);
    let first = invitation_token(&app, ADA).await;
    let moved = json!({"email": "lovelace@example.org"});
    let _ = root.patch_json(&user, &moved).await.expect(200);
    let _ = app.get(&path(&first)).await.expect(410);
    let second = invitation_token(&app, "lovelace@example.org").await;
    let _ = app.get(&path(&second)).await.expect(200);
    let _ = root.delete(&user).await.expect(204);
    let _ = app.get(&path(&second)).await.expect(410);
    let _ = root.call("POST", &format!("{user}/restore")).send().await.expect(200);
    let _ = app.post_json(&path(&second), &json!({"password": OTHER})).await.expect(410);
}

#[tokio::test]
async fn of_many_who_accept_one_invitation_at_once_one_is_in() {
    let (app, root) = start().await;
    let _ = invite(&root, ADA, "en").await;
    let token = invitation_token(&app, ADA).await;
    let tries = (0..20).map(|number| {
        let (visitor, path): (Client, _) = ((*app).clone(), path(&token));
        let body = json!({"password": format!("{OTHER} number {number}")});
        tokio::spawn(async move { visitor.post_json(&path, &body).await.status.as_u16() })
    });
    let mut answers = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        answers.push(attempt.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(count(&app, "SELECT count(*) FROM sessions WHERE user_id = 2").await, 1);
}

#[tokio::test]
async fn a_poor_password_or_name_leaves_the_invitation_good() {
    let (app, root) = start().await;
    let _ = invite(&root, ADA, "en").await;
    let path = path(&invitation_token(&app, ADA).await);
    let _ = app.post_json(&path, &json!({"password": "password1"})).await.expect(422);
    let long = json!({"password": PASSWORD, "name": "x".repeat(201)});
    assert_eq!(app.post_json(&path, &long).await.expect(422).fields(), ["name"]);
    let _ = app.post_json(&path, &json!({"password": PASSWORD})).await.expect(201);
}
