//! Webinars in the real host, where other parts of it have a say.

use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::{Value, json};

/// An enabled plugin with one open session of one seat; an admin and the session's path.
async fn announced(app: &TestApp) -> (Client, String) {
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let title = json!({"en": "Heat pumps", "de": "Wärmepumpen"});
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    let topic = admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201).data();
    let session = json!({
        "topic_id": topic["id"], "starts_at": "2026-03-20T09:00:00Z", "ends_at": "2026-03-20T10:00:00Z",
        "time_zone": "Europe/Berlin", "language": "en", "status": "published", "capacity": 1,
    });
    let session = admin.post_json("/api/v1/webinars/sessions", &session).await.expect(201).data();
    (admin, format!("/api/v1/webinars/sessions/{}", session["id"]))
}

async fn register(app: &TestApp, session: &str, email: &str) -> Answer {
    let body = json!({"email": email, "name": "Ada", "consent": {"marketing": false}});
    app.post_json(&format!("{session}/registrations"), &body).await.expect(201)
}

async fn rows(admin: &Client, list: &str) -> Vec<Value> {
    admin.get(list).await.expect(200).data().as_array().unwrap().clone()
}

#[tokio::test]
async fn forms_sent_to_made_up_addresses_are_not_found_and_no_fault_of_the_plugin() {
    let app = TestApp::start().await;
    let (admin, _) = announced(&app).await;
    for (address, body) in [
        ("/en/webinars/nonexistent", "session=2"),
        ("/de/webinare/nonexistent", "session=1&email=ada%40example.org&name=Ada"),
        ("/en/webinars/r/nonexistent", "step=bogus"),
    ] {
        app.post_form(address, body).await.expect(404);
    }
    let usage = admin.get("/api/v1/plugins/webinars/usage").await.expect(200).data();
    assert_eq!(usage["faults"], 0, "{usage}");
}

#[tokio::test]
async fn an_erased_person_holds_up_nobody_else() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for email in ["first@example.org", "second@example.org", "third@example.org"] {
        register(&app, &session, email).await;
    }
    let second = rows(&admin, "/api/v1/people?q=second").await[0]["id"].clone();
    admin.delete(&format!("/api/v1/people/{second}")).await.expect(204);
    admin.call("POST", &format!("{session}/cancel")).send().await.expect(204);
    app.settle().await;
    let told = rows(&admin, "/api/v1/mail?per_page=50").await;
    let told: Vec<_> =
        told.iter().filter(|mail| mail["template"] == "cancelled").map(|mail| &mail["to_email"]).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(["first@example.org", "third@example.org"].iter().all(|email| told.contains(&&json!(email))), "{told:?}");
}

#[tokio::test]
async fn who_enables_a_plugin_again_gives_it_no_more_than_it_had() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let grants = json!({"db": 200, "jobs": true, "mail": 10, "people": true});
    admin.put_json("/api/v1/plugins/webinars/grants", &grants).await.expect(200);
    admin.post_json("/api/v1/plugins/webinars/disable", &json!({})).await.expect(200);
    admin.post_json("/api/v1/plugins/webinars/enable", &json!({})).await.expect(200);
    assert_eq!(admin.get("/api/v1/plugins/webinars/grants").await.expect(200).data(), grants);
}
