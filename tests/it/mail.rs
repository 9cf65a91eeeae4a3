//! The outbox over HTTP: a test message, the list, another chance for a dead message.

use magnetiq::store::Owner;
use magnetiq_tests::{Client, TestApp};
use serde_json::json;

const MAIL: &str = "/api/v1/mail";
const TEST: &str = "/api/v1/mail/test";

async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let admin = app.sign_in("admin").await;
    (app, admin)
}

#[tokio::test]
async fn a_test_message_shows_whether_mail_works() {
    let (app, admin) = start().await;
    let answer = admin.post_json(TEST, &json!({"to": "Ada@example.org"})).await.expect(201);
    assert_eq!(answer.header("location"), format!("{MAIL}/{}", answer.data()["id"]));
    let mails = app.mails().await;
    let sent: Vec<_> = mails.iter().filter(|mail| mail.to == "ada@example.org").collect();
    assert_eq!(sent.len(), 1);
    assert!(sent[0].subject.starts_with("Test: mail from"), "{}", sent[0].subject);
    assert!(sent[0].text().contains("whether mail is delivered") && sent[0].html().contains("<h1>Mail works</h1>"));

    let list = admin.get(&format!("{MAIL}?to_email=ada@example.org")).await.expect(200).json();
    assert_eq!(list["pagination"]["total"], 1);
    let row = &list["data"][0];
    assert_eq!((&row["status"], &row["attempts"], &row["template"]), (&json!("sent"), &json!(1), &json!("test")));
    assert!(row["sent_at"].is_string() && row.get("data").is_none(), "{row}");
    assert_eq!(admin.get(answer.header("location")).await.expect(200).data(), *row);
    let audit = app.sign_in("super_admin").await.get("/api/v1/audit?resource=mail").await.expect(200).json();
    assert_eq!((&audit["data"][0]["action"], &audit["data"][0]["record_id"]), (&json!("test"), &json!(1)), "{audit}");
}

#[tokio::test]
async fn a_test_message_that_is_asked_for_twice_under_one_key_is_sent_once() {
    let (app, admin) = start().await;
    let before = app.mails().await.len();
    for _ in 0..2 {
        let call = admin.call("POST", TEST).header("idempotency-key", "once").json(&json!({"to": "ada@example.org"}));
        let _ = call.send().await.expect(201);
    }
    assert_eq!(app.mails().await.len(), before + 1);
}

#[tokio::test]
async fn what_is_no_address_is_named() {
    let (_app, admin) = start().await;
    assert_eq!(admin.post_json(TEST, &json!({"to": "ada"})).await.expect(422).fields(), ["to"]);
    assert_eq!(admin.post_json(TEST, &json!({"to": 7})).await.expect(422).fields(), ["to"]);
    assert_eq!(admin.post_json(TEST, &json!({"to": "a@example.org", "cc": "x"})).await.expect(422).fields(), ["cc"]);
}

#[tokio::test]
async fn a_dead_message_gets_another_chance() {
    let (app, admin) = start().await;
    let answer = admin.post_json(TEST, &json!({"to": "ada@example.org"})).await.expect(201);
    let retry = format!("{}/retry", answer.header("location"));
    assert_eq!(admin.post_json(&retry, &json!({})).await.code(), "CONFLICT");
    let dead = |unit: &magnetiq::store::Connection| Ok(unit.execute("UPDATE mails SET status = 'dead'", [])?);
    app.site.store.write(Owner::Core, move |unit| dead(unit)).await.unwrap();
    assert_eq!(admin.post_json(&retry, &json!({})).await.expect(200).data()["status"], "queued");
    app.settle().await;
    assert_eq!(admin.get(answer.header("location")).await.data()["status"], "sent");
    assert_eq!(admin.post_json(&format!("{MAIL}/999/retry"), &json!({})).await.code(), "NOT_FOUND");
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=mail&action=retry").await.expect(200).json();
    assert_eq!(audit["pagination"]["total"], 1);
}

#[tokio::test]
async fn an_editor_does_not_see_the_outbox() {
    let (app, _admin) = start().await;
    let editor = app.sign_in("editor").await;
    assert_eq!(editor.get(MAIL).await.code(), "FORBIDDEN");
    assert_eq!(editor.post_json(TEST, &json!({"to": "ada@example.org"})).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn the_sender_may_have_a_name_as_people_write_it() {
    let app = TestApp::start_with(&[("MAIL_FROM", "Müller & Söhne, Inc. <hello@example.org>")]).await;
    let admin = app.sign_in("admin").await;
    let _ = admin.post_json(TEST, &json!({"to": "ada@example.org"})).await.expect(201);
    let from = &app.mails().await[0].from;
    assert!(from.contains("Müller & Söhne, Inc.") && from.ends_with("<hello@example.org>"), "{from}");
}
