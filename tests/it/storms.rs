//! Whoever types addresses makes the site write to them: how many mails one visitor can cause.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::json;

async fn announced(app: &TestApp) {
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let title = json!({"en": "Heat pumps", "de": "Wärmepumpen"});
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201);
    for day in 10..22 {
        let session = json!({
            "topic_id": 1, "starts_at": format!("2026-04-{day}T09:00:00Z"), "ends_at": format!("2026-04-{day}T10:00:00Z"),
            "time_zone": "Europe/Berlin", "language": "en", "status": "published",
        });
        admin.post_json("/api/v1/webinars/sessions", &session).await.expect(201);
    }
}

/// A site that believes its proxy and has no limit of its own, so that the plugin's limits are seen alone.
async fn start() -> TestApp {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1"), ("RATE_BURST", "100000")]).await;
    announced(&app).await;
    app
}

async fn by_api(app: &TestApp, from: &str, session: i64, email: &str) -> Answer {
    let body = json!({"email": email, "name": "Ada", "consent": {"marketing": false}});
    let call = app.call("POST", &format!("/api/v1/webinars/sessions/{session}/registrations"));
    call.header("x-forwarded-for", from).json(&body).send().await
}

async fn by_form(app: &TestApp, from: &str, fields: &str) -> Answer {
    let call = app.call("POST", "/en/webinars/heat-pumps").header("x-forwarded-for", from);
    call.body("application/x-www-form-urlencoded", fields.to_owned()).send().await
}

#[tokio::test]
async fn one_visitor_writes_to_thirty_strangers_an_hour_by_each_door() {
    let app = start().await;
    for place in 0..30 {
        by_api(&app, "192.0.2.1", 1, &format!("api{place}@example.org")).await.expect(201);
        let form = format!("session=1&name=Ada&email=form{place}%40example.org");
        by_form(&app, "192.0.2.1", &form).await.expect(303);
    }
    assert_eq!(by_api(&app, "192.0.2.1", 1, "more@example.org").await.expect(429).code(), "RATE_LIMITED");
    by_form(&app, "192.0.2.1", "session=1&name=Ada&email=more%40example.org").await.expect(429);
    by_api(&app, "192.0.2.2", 1, "neighbour@example.org").await.expect(201);
    assert_eq!(app.mails().await.iter().filter(|mail| mail.to.contains("@example.org")).count(), 61);
    app.advance(SignedDuration::from_mins(2)).await;
    by_api(&app, "192.0.2.1", 1, "later@example.org").await.expect(201);
    by_api(&app, "192.0.2.1", 1, "too-soon@example.org").await.expect(429);
}

#[tokio::test]
async fn one_address_gets_ten_mails_a_day_from_however_many_visitors() {
    let app = start().await;
    for session in 1..=10 {
        by_api(&app, &format!("192.0.2.{session}"), session, "victim@example.org").await.expect(201);
    }
    let refused = by_api(&app, "192.0.2.11", 11, "victim@example.org").await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "60"));
    app.advance(SignedDuration::from_hours(2)).await;
    by_api(&app, "192.0.2.12", 1, "victim@example.org").await.expect(201);
    assert_eq!(app.mails().await.iter().filter(|mail| mail.to.contains("victim@")).count(), 10);
}

#[tokio::test]
async fn a_machine_that_fills_in_the_hidden_field_is_thanked_and_nothing_happens() {
    let app = start().await;
    let answer =
        by_form(&app, "192.0.2.1", "session=1&name=Ada&email=ada%40example.org&website=spam").await.expect(303);
    assert_eq!(answer.header("location"), "/en/webinars/heat-pumps?done=1");
    assert_eq!(app.mails().await.iter().filter(|mail| mail.to.contains("ada@")).count(), 0);
}
