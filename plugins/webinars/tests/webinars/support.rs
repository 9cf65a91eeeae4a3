//! A topic with a session, and what tests do with them.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;
use magnetiq_sdk::testing::{FakeHost, Reply};
use webinars::Webinars;

pub const START: &str = "2026-03-10T14:00:00Z";

/// A published topic and one published session with so many seats, a week before it starts.
pub fn host(capacity: Option<i64>) -> FakeHost<Webinars> {
    let host = FakeHost::new(env!("CARGO_MANIFEST_DIR"));
    host.set_mount(("/en/webinars", "/de/webinare"));
    host.set_time("2026-03-03T14:00:00Z");
    let title = json!({ "en": "Heat pumps", "de": "Wärmepumpen" });
    let topic = json!({ "title": title, "slug": "heat-pumps", "summary": title, "status": "published" });
    host.save("topics", None, topic).unwrap();
    add_session(&host, START, capacity);
    host
}

pub fn add_session(host: &FakeHost<Webinars>, start: &str, capacity: Option<i64>) -> i64 {
    let starts_at: Timestamp = start.parse().unwrap();
    let session = json!({
        "topic_id": 1, "starts_at": start, "ends_at": starts_at + 1.hours(), "time_zone": "Europe/Berlin",
        "language": "de", "capacity": capacity, "join_url": "https://meet.example.com/1", "status": "published",
    });
    host.save("sessions", None, session).unwrap()
}

pub fn register(host: &FakeHost<Webinars>, email: &str) -> Reply {
    register_for(host, 1, email)
}

/// Registers these people in their order.
pub fn register_all<const N: usize>(host: &FakeHost<Webinars>, emails: [&str; N]) {
    for email in emails {
        assert_eq!(register(host, email).status, 201);
    }
}

pub fn register_for(host: &FakeHost<Webinars>, session: i64, email: &str) -> Reply {
    let path = format!("/sessions/{session}/registrations");
    host.post(&path, json!({ "email": email, "name": "Ada", "consent": { "marketing": false } }))
}

pub fn statuses(host: &FakeHost<Webinars>) -> Vec<String> {
    host.rows("SELECT status FROM p_webinars__registrations ORDER BY id", ())
}

pub fn token(host: &FakeHost<Webinars>, id: i64) -> String {
    host.rows("SELECT token FROM p_webinars__registrations WHERE id = ?", [id]).remove(0)
}

pub fn act(host: &FakeHost<Webinars>, id: i64, step: &str) -> Reply {
    host.submit(&format!("/r/{}", token(host, id)), &[("step", step)])
}

pub fn templates(host: &FakeHost<Webinars>) -> Vec<String> {
    host.mails().into_iter().map(|mail| mail.template).collect()
}

pub fn session_status(host: &FakeHost<Webinars>) -> Value {
    host.page("/heat-pumps").page().json_ld[0]["eventStatus"].clone()
}
