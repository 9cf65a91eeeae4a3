//! What visitors and erased people leave behind, and what nobody is to see.

use jiff::SignedDuration;
use magnetiq_tests::{Client, TestApp};
use serde_json::{Value, json};

use crate::webinar::{SESSIONS, announced, rows};

async fn register(app: &TestApp, session: &str, email: &str) {
    let body = json!({"email": email, "name": "Ada", "company": "Engines", "consent": {"marketing": true}});
    app.post_json(&format!("{session}/registrations"), &body).await.expect(201);
}

async fn person(admin: &Client, address: &str) -> Value {
    rows(admin, &format!("/api/v1/people?q={address}")).await[0]["id"].clone()
}

async fn statuses(admin: &Client) -> Vec<Value> {
    let list = rows(admin, "/api/v1/webinars/registrations?sort=id").await;
    list.into_iter().map(|row| row["status"].clone()).collect()
}

#[tokio::test]
async fn the_public_list_shows_no_session_of_a_topic_that_visitors_do_not_see() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    assert_eq!(rows(&app, SESSIONS).await.len(), 1);
    for (status, seen) in [("draft", 0), ("published", 1), ("archived", 0)] {
        admin.patch_json("/api/v1/webinars/topics/1", &json!({"status": status})).await.expect(200);
        assert_eq!(rows(&app, SESSIONS).await.len(), seen, "{status}");
        app.get(&session).await.expect(if seen == 1 { 200 } else { 404 });
    }
    admin.patch_json("/api/v1/webinars/topics/1", &json!({"status": "published"})).await.expect(200);
    admin.delete("/api/v1/webinars/topics/1").await.expect(204);
    assert_eq!(rows(&app, SESSIONS).await.len(), 0);
    assert_eq!(rows(&admin, SESSIONS).await.len(), 1);
}

#[tokio::test]
async fn what_somebody_did_is_listed_and_their_export_reads_without_looking_ids_up() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org").await;
    register(&app, &session, "bob@example.org").await;
    app.settle().await;
    let ada = person(&admin, "ada@").await;
    let done = rows(&admin, &format!("/api/v1/activities?contact_id={ada}")).await;
    assert_eq!(done.len(), 1);
    assert_eq!(
        (&done[0]["kind"], &done[0]["contact_id_email"]),
        (&json!("webinars.registered"), &json!("ada@example.org"))
    );
    assert_eq!(done[0]["subject"], "Heat pumps, 2026-03-20 09:00 UTC");
    app.sign_in("viewer").await.get("/api/v1/activities").await.expect(403);

    let export = admin.get(&format!("/api/v1/people/{ada}/export")).await.expect(200).data();
    assert_eq!(export["consents"][0]["given"], true);
    let registration = &export["tables"]["webinars/registrations"][0];
    assert_eq!(registration["status"], "confirmed");
    assert_eq!(registration["session"]["starts_at"], "2026-03-20T09:00:00.000000Z");
    assert_eq!(registration["session"]["topic"]["title"], json!({"en": "Heat pumps", "de": "Wärmepumpen"}));
    assert!(registration["session"].get("join_url").is_none(), "what is not public stays out: {registration}");
    let mails = export["mails"].as_array().unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!((&mails[0]["template"], &mails[0]["status"]), (&json!("confirmation"), &json!("sent")));
    assert!(mails[0]["subject"].as_str().unwrap().contains("Heat pumps"), "{mails:?}");
}

#[tokio::test]
async fn the_seat_of_an_erased_person_goes_to_the_next() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for email in ["ada@example.org", "bob@example.org", "eve@example.org"] {
        register(&app, &session, email).await;
    }
    let erase = async |name| admin.delete(&format!("/api/v1/people/{}", person(&admin, name).await)).await.expect(204);
    erase("ada@").await;
    app.settle().await;
    assert_eq!(statuses(&admin).await, ["cancelled", "offered", "waitlisted"]);

    admin.post_json("/api/v1/plugins/webinars/disable", &json!({})).await.expect(200);
    erase("bob@").await;
    app.settle().await;
    admin.post_json("/api/v1/plugins/webinars/enable", &json!({})).await.expect(200);
    app.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(statuses(&admin).await, ["cancelled", "cancelled", "offered"], "heard once it is enabled");
    let told = app.mails().await;
    assert!(told.iter().filter(|mail| mail.to.contains("ada@")).count() <= 1, "only what had left before");
}

#[tokio::test]
async fn the_mail_files_of_an_erased_person_go_and_those_of_others_stay() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for email in ["ada@example.org", "bob@example.org"] {
        register(&app, &session, email).await;
    }
    let to = async |name: &str| app.mails().await.iter().filter(|mail| mail.to.contains(name)).count();
    assert_eq!((to("ada@").await, to("bob@").await), (1, 1));
    admin.delete(&format!("/api/v1/people/{}", person(&admin, "ada@").await)).await.expect(204);
    assert_eq!(to("ada@").await, 0);
    assert!(to("bob@").await >= 1);
}

#[tokio::test]
async fn the_version_of_the_consent_text_is_never_empty() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    let path = "/api/v1/plugins/webinars/settings";
    let refused = admin.put_json(path, &json!({"consent_version": ""})).await.expect(422);
    assert_eq!(refused.fields(), ["consent_version"]);
    admin.put_json(path, &json!({"consent_version": " "})).await.expect(200);
    register(&app, &session, "ada@example.org").await;
}
