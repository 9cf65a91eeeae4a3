//! A webinar that is announced, for tests of what comes of it.

use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::{Value, json};

/// Where sessions stand on the API.
pub const SESSIONS: &str = "/api/v1/webinars/sessions";

/// An enabled plugin with one open session of one seat; an admin and the session's path.
pub async fn announced(app: &TestApp) -> (Client, String) {
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let title = json!({"en": "Heat pumps", "de": "Wärmepumpen"});
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    let topic = admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201).data();
    let session = json!({
        "topic_id": topic["id"], "starts_at": "2026-03-20T09:00:00Z", "ends_at": "2026-03-20T10:00:00Z",
        "time_zone": "Europe/Berlin", "language": "en", "status": "published", "capacity": 1,
    });
    let session = admin.post_json(SESSIONS, &session).await.expect(201).data();
    (admin, format!("{SESSIONS}/{}", session["id"]))
}

/// The rows of a list.
pub async fn rows(admin: &Client, list: &str) -> Vec<Value> {
    admin.get(list).await.expect(200).data().as_array().unwrap().clone()
}

/// Somebody who agrees to nothing else registers for the session at this path.
pub async fn register(app: &TestApp, session: &str, email: &str) -> Answer {
    let body = json!({"email": email, "name": "Ada", "consent": {"marketing": false}});
    app.post_json(&format!("{session}/registrations"), &body).await.expect(201)
}

/// The path of the personal page that somebody's first mail leads to.
pub async fn personal_page(app: &TestApp, email: &str) -> String {
    let mail = app.mails().await.into_iter().find(|mail| mail.to.contains(email)).expect("a mail");
    let link = mail.text().split_whitespace().find(|word| word.contains("/r/")).expect("a link");
    link[link.find("/en/").or_else(|| link.find("/de/")).expect("a path")..].to_owned()
}

/// Lets time pass until this moment.
pub async fn reach(app: &TestApp, moment: &str) {
    let moment: jiff::Timestamp = moment.parse().unwrap();
    app.advance(moment.duration_since(app.clock.now())).await;
}
