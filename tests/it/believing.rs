//! How far callers are believed about people, through plugins: whoever types an address proves nothing by it, and a
//! plugin sees no more for a caller than they may see themselves.

use std::collections::BTreeSet;

use magnetiq_tests::{Client, Guest, PASSWORD, TestApp};
use serde_json::{Value, json};

/// A site with so many sessions to register for, and one contact.
async fn site(sessions: u32) -> (TestApp, i64) {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let root = app.sign_in("super_admin").await;
    let title = json!({"en": "Heat pumps", "de": "Wärmepumpen"});
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    root.post_json("/api/v1/webinars/topics", &topic).await.expect(201);
    for day in 0..sessions {
        let session = json!({
            "topic_id": 1, "starts_at": format!("2026-04-{}T09:00:00Z", 10 + day),
            "ends_at": format!("2026-04-{}T10:00:00Z", 10 + day),
            "time_zone": "Europe/Berlin", "language": "en", "status": "published",
        });
        root.post_json("/api/v1/webinars/sessions", &session).await.expect(201);
    }
    let person = super::people::contact(&app, "ada@example.org").await;
    (app, person)
}

async fn register(caller: &Client, session: usize, name: &str) -> Value {
    let body = json!({"email": "ADA@example.org", "name": name, "company": name, "consent": {"marketing": false}});
    let path = format!("/api/v1/webinars/sessions/{session}/registrations");
    caller.post_json(&path, &body).await.expect(201).data()
}

async fn key(app: &TestApp, owner: &Client, scopes: &[&str]) -> Client {
    let body = json!({"name": "Program", "scopes": scopes, "password": PASSWORD});
    let made = owner.post_json("/api/v1/api-keys", &body).await.expect(201).data();
    app.with_token(made["key"].as_str().unwrap())
}

async fn stored(app: &TestApp, person: i64) -> (Value, Value) {
    let admin = app.sign_in("super_admin").await;
    let contact = admin.get(&format!("/api/v1/people/{person}/export")).await.expect(200).data()["contact"].clone();
    (contact["name"].clone(), contact["company"].clone())
}

#[tokio::test]
async fn whoever_may_not_change_people_changes_nothing_of_a_contact_through_a_plugin() {
    let (app, person) = site(6).await;
    let admin = app.sign_in("admin").await;
    let unbelieved = [
        (*app).clone(),
        app.sign_in("viewer").await,
        app.sign_in("editor").await,
        key(&app, &admin, &["people:read"]).await,
    ];
    for (place, caller) in unbelieved.iter().enumerate() {
        let told = register(caller, place + 1, "Mallory").await;
        let fields: BTreeSet<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["receipt", "status"].into(), "nothing of the contact is told: {told}");
        assert_eq!(stored(&app, person).await, (json!("Ada"), json!("Engines")), "caller {place}");
    }
    register(&key(&app, &admin, &["people:write"]).await, 5, "Augusta").await;
    assert_eq!(stored(&app, person).await, (json!("Augusta"), json!("Augusta")));
    register(&admin, 6, "Lovelace").await;
    assert_eq!(stored(&app, person).await, (json!("Lovelace"), json!("Lovelace")));
}

#[tokio::test]
async fn a_plugin_reads_for_a_program_what_its_key_may_and_its_user_may() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let met = app.post_json("/api/v1/villain/people", &json!({"answer": "ada@example.org"})).await.expect(200).data();
    let path = format!("/api/v1/villain/people/{met}");
    let editor = app.sign_in("editor").await;
    let (reader, other) = (key(&app, &editor, &["people:read"]).await, key(&app, &editor, &["content:read"]).await);
    assert_eq!(reader.get(&path).await.expect(200).data(), "ada@example.org");
    assert_eq!(other.get(&path).await.expect(403).code(), "FORBIDDEN");

    let root = app.sign_in("super_admin").await;
    let users = root.get("/api/v1/users?email=editor@example.org").await.expect(200).data();
    root.patch_json(&format!("/api/v1/users/{}", users[0]["id"]), &json!({"role": "viewer"})).await.expect(200);
    assert_eq!(reader.get(&path).await.expect(403).code(), "FORBIDDEN");
}
