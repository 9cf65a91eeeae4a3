//! Reminders in the real host, over restarts, downtimes and moved sessions: each is mailed once.

use jiff::SignedDuration;
use magnetiq_tests::{Guest, TestApp};
use serde_json::json;

use crate::webinar::reach;

/// Somebody has registered for a session on Friday the 20th at 10:00 in Berlin.
async fn registered() -> TestApp {
    let app = TestApp::start().await;
    app.install(Guest::Webinars);
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let title = json!({"en": "Heat pumps", "de": "Wärmepumpen"});
    let topic = json!({"title": title, "slug": "heat-pumps", "summary": title, "status": "published"});
    admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201);
    let session = json!({
        "topic_id": 1, "starts_at": "2026-03-20T09:00:00Z", "ends_at": "2026-03-20T10:00:00Z",
        "time_zone": "Europe/Berlin", "language": "en", "status": "published",
    });
    admin.post_json("/api/v1/webinars/sessions", &session).await.expect(201);
    let ada = json!({"email": "ada@example.org", "name": "Ada", "consent": {"marketing": false}});
    app.post_json("/api/v1/webinars/sessions/1/registrations", &ada).await.expect(201);
    app
}

/// The reminders that have left.
async fn reminders(app: &TestApp) -> usize {
    app.mails().await.iter().filter(|mail| mail.subject.starts_with("Your webinar starts soon")).count()
}

#[tokio::test]
async fn reminders_survive_restarts_and_come_once() {
    let app = registered().await;
    reach(&app, "2026-03-19T08:59:59Z").await;
    assert_eq!(reminders(&app).await, 0);
    let app = app.restart(SignedDuration::from_secs(1)).await;
    assert_eq!(reminders(&app).await, 1, "a day before");
    let app = app.restart(SignedDuration::ZERO).await;
    assert_eq!(reminders(&app).await, 1);
    reach(&app, "2026-03-20T07:59:59Z").await;
    let before = reminders(&app).await;
    let app = app.restart(SignedDuration::from_secs(1)).await;
    assert_eq!(reminders(&app).await, before + 1, "an hour before");
    let app = app.restart(SignedDuration::from_hours(48)).await;
    assert_eq!(reminders(&app).await, before + 1);
}

#[tokio::test]
async fn after_a_downtime_people_are_reminded_once_and_never_after_the_start() {
    let app = registered().await;
    reach(&app, "2026-03-18T12:00:00Z").await;
    let app = app.restart(SignedDuration::from_mins(44 * 60 + 30)).await;
    assert_eq!(app.clock.now().to_string(), "2026-03-20T08:30:00Z");
    assert_eq!(reminders(&app).await, 1, "the one of the hour; those of the day and the morning are of no more use");
    let app = app.restart(SignedDuration::ZERO).await;
    assert_eq!(reminders(&app).await, 1);

    let app = registered().await;
    reach(&app, "2026-03-18T12:00:00Z").await;
    let app = app.restart(SignedDuration::from_hours(48)).await;
    assert_eq!(reminders(&app).await, 0, "it has begun");
}

#[tokio::test]
async fn a_moved_session_is_reminded_of_at_its_new_time_once_more() {
    let app = registered().await;
    reach(&app, "2026-03-19T09:00:00Z").await;
    assert_eq!(reminders(&app).await, 1);
    let later = json!({"starts_at": "2026-03-27T09:00:00Z", "ends_at": "2026-03-27T10:00:00Z"});
    app.sign_in("super_admin").await.patch_json("/api/v1/webinars/sessions/1", &later).await.expect(200);
    reach(&app, "2026-03-20T12:00:00Z").await;
    assert_eq!(reminders(&app).await, 1, "nobody is reminded of the old time");
    let app = app.restart(SignedDuration::ZERO).await;
    reach(&app, "2026-03-26T09:00:00Z").await;
    assert_eq!(reminders(&app).await, 2);
    reach(&app, "2026-03-27T08:00:00Z").await;
    let before = reminders(&app).await;
    assert!(before >= 3, "{before}");
    let app = app.restart(SignedDuration::from_hours(24)).await;
    assert_eq!(reminders(&app).await, before);
}

#[tokio::test]
async fn a_morning_missed_while_the_site_was_down_reminds_of_what_is_left_of_that_day() {
    let app = registered().await;
    let admin = app.sign_in("super_admin").await;
    admin.put_json("/api/v1/plugins/webinars/settings", &json!({"remind_day": false})).await.expect(200);
    // In Berlin: the evening of the fifth, and the first moment of the sixth.
    for (session, start, end, email) in [
        (2, "2026-03-05T20:00:00Z", "2026-03-05T21:00:00Z", "today@example.org"),
        (3, "2026-03-05T23:00:00Z", "2026-03-05T23:30:00Z", "tomorrow@example.org"),
    ] {
        let dates = json!({
            "topic_id": 1, "starts_at": start, "ends_at": end, "time_zone": "Europe/Berlin", "language": "en",
            "status": "published",
        });
        admin.post_json("/api/v1/webinars/sessions", &dates).await.expect(201);
        let person = json!({"email": email, "name": "Ada", "consent": {"marketing": false}});
        app.post_json(&format!("/api/v1/webinars/sessions/{session}/registrations"), &person).await.expect(201);
    }
    // From the first to the fifth, 13:00 in Berlin: four runs were missed, and come as the last of them.
    let app = app.restart(SignedDuration::from_hours(4 * 24 + 3)).await;
    let mails = app.mails().await;
    let reminded: Vec<_> = mails.iter().filter(|mail| mail.subject.starts_with("Your webinar starts soon")).collect();
    assert!(matches!(reminded[..], [mail] if mail.to.contains("today@")), "{reminded:?}");
    reach(&app, "2026-03-05T19:00:00Z").await;
    assert_eq!(reminders(&app).await, 2, "today, in an hour");
    reach(&app, "2026-03-05T22:00:00Z").await;
    assert_eq!(reminders(&app).await, 3, "tomorrow, in an hour");
}
