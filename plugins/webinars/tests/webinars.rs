//! The rules of webinars, through the plugin's public door.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

use magnetiq_sdk::contract::mail::Method;
use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;
use magnetiq_sdk::testing::{FakeHost, Reply};
use webinars::Webinars;

const START: &str = "2026-03-10T14:00:00Z";

/// A published topic and one published session with so many seats, a week before it starts.
fn host(capacity: Option<i64>) -> FakeHost<Webinars> {
    let host = FakeHost::new(env!("CARGO_MANIFEST_DIR"));
    host.set_mount(("/en/webinars", "/de/webinare"));
    host.set_time("2026-03-03T14:00:00Z");
    let title = json!({ "en": "Heat pumps", "de": "Wärmepumpen" });
    let topic = json!({ "title": title, "slug": "heat-pumps", "summary": title, "status": "published" });
    host.save("topics", None, topic).unwrap();
    add_session(&host, START, capacity);
    host
}

fn add_session(host: &FakeHost<Webinars>, start: &str, capacity: Option<i64>) -> i64 {
    let starts_at: Timestamp = start.parse().unwrap();
    let session = json!({
        "topic_id": 1, "starts_at": start, "ends_at": starts_at + 1.hours(), "time_zone": "Europe/Berlin",
        "language": "de", "capacity": capacity, "join_url": "https://meet.example.com/1", "status": "published",
    });
    host.save("sessions", None, session).unwrap()
}

fn register(host: &FakeHost<Webinars>, email: &str) -> Reply {
    host.post("/sessions/1/registrations", json!({ "email": email, "name": "Ada", "consent": { "marketing": false } }))
}

fn statuses(host: &FakeHost<Webinars>) -> Vec<String> {
    host.rows("SELECT status FROM p_webinars__registrations ORDER BY id", ())
}

fn token(host: &FakeHost<Webinars>, id: i64) -> String {
    host.rows("SELECT token FROM p_webinars__registrations WHERE id = ?", [id]).remove(0)
}

fn act(host: &FakeHost<Webinars>, id: i64, step: &str) -> Reply {
    host.submit(&format!("/r/{}", token(host, id)), &[("step", step)])
}

fn templates(host: &FakeHost<Webinars>) -> Vec<String> {
    host.mails().into_iter().map(|mail| mail.template).collect()
}

fn session_status(host: &FakeHost<Webinars>) -> Value {
    host.page("/heat-pumps").page().json_ld[0]["eventStatus"].clone()
}

#[test]
fn a_registration_is_confirmed_with_an_invitation() {
    let host = host(Some(10));
    let reply = register(&host, "ada@example.com");
    assert_eq!((reply.status, reply.data()["status"].as_str()), (201, Some("confirmed")));
    let mails = host.mails();
    let calendar = mails[0].calendar.clone().unwrap();
    assert_eq!(
        (mails[0].template.as_str(), calendar.method, calendar.event.sequence),
        ("confirmation", Method::Request, 0)
    );
    assert_eq!(calendar.event.uid, "webinar-session-1@example.com");
    let link = format!("https://example.com/en/webinars/r/{}", token(&host, 1));
    assert_eq!(mails[0].data["link"], json!(link));
}

#[test]
fn the_last_seat_is_given_once_and_the_rest_wait_in_order() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        assert_eq!(register(&host, email).status, 201);
    }
    assert_eq!(statuses(&host), ["confirmed", "waitlisted", "waitlisted"]);
    assert_eq!(templates(&host), ["confirmation", "waitlisted", "waitlisted"]);
}

#[test]
fn a_repeated_registration_is_the_same_record_and_is_mailed_again_once_an_hour() {
    let host = host(None);
    let first = register(&host, "ada@example.com").data();
    host.advance(59.minutes());
    assert_eq!(register(&host, "ADA@example.com").data(), first);
    assert_eq!(host.mails().len(), 1);
    host.advance(1.minutes());
    assert_eq!(register(&host, "ada@example.com").data(), first);
    let _ = register(&host, "ada@example.com");
    assert_eq!((host.mails().len(), statuses(&host).len()), (2, 1));
}

#[test]
fn a_seat_that_comes_free_is_offered_to_the_one_who_waits_longest() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = register(&host, email);
    }
    assert_eq!(act(&host, 1, "cancel").status, 303);
    assert_eq!(statuses(&host), ["cancelled", "offered", "waitlisted"]);
    assert_eq!(templates(&host)[3..], ["goodbye", "offer"]);
    let goodbye = host.mails()[3].calendar.clone().unwrap();
    assert_eq!((goodbye.method, goodbye.event.sequence), (Method::Cancel, 1));

    assert_eq!(register(&host, "d@example.com").data()["status"], "waitlisted", "a held seat is not given away");
    assert_eq!(act(&host, 2, "accept").status, 303);
    assert_eq!(statuses(&host), ["cancelled", "confirmed", "waitlisted", "waitlisted"]);
}

#[test]
fn an_offer_that_is_not_taken_goes_to_the_next() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = register(&host, email);
    }
    let _ = act(&host, 1, "cancel");
    host.advance(24.hours());
    assert_eq!(act(&host, 2, "accept").status, 409, "the offer has ended even before its job ran");
    assert_eq!(register(&host, "d@example.com").data()["status"], "waitlisted", "nobody new overtakes who waits");
    assert_eq!(host.run_due_jobs(), 1);
    assert_eq!(statuses(&host), ["cancelled", "expired", "offered", "waitlisted"]);
}

#[test]
fn no_offer_is_made_after_the_start_or_lasts_beyond_it() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = register(&host, email);
    }
    host.set_time("2026-03-10T13:00:00Z");
    let _ = act(&host, 1, "cancel");
    let until: Vec<Timestamp> = host.rows("SELECT offered_until FROM p_webinars__registrations WHERE id = 2", ());
    assert_eq!(until, [START.parse().unwrap()]);
    host.set_time(START);
    host.run_due_jobs();
    assert_eq!(statuses(&host), ["cancelled", "expired", "waitlisted"]);
    assert_eq!(act(&host, 3, "accept").status, 409);
}

#[test]
fn somebody_who_cancelled_leaves_the_list_and_may_come_back_at_its_end() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = register(&host, email);
    }
    let receipt = register(&host, "b@example.com").data()["receipt"].clone();
    let _ = act(&host, 2, "cancel");
    let _ = act(&host, 1, "cancel");
    assert_eq!(statuses(&host), ["cancelled", "cancelled", "offered"]);
    let again = register(&host, "b@example.com").data();
    assert_eq!((again["receipt"].clone(), again["status"].as_str()), (receipt, Some("waitlisted")));
    assert_eq!(statuses(&host), ["cancelled", "waitlisted", "offered"]);
}

#[test]
fn a_closed_session_takes_nobody() {
    let host = host(None);
    host.set_time(START);
    assert_eq!(register(&host, "a@example.com").status, 409);
    assert_eq!(host.post("/sessions/9/registrations", json!({ "email": "a@example.com", "name": "A" })).status, 404);
    host.set_time("2026-03-03T14:00:00Z");
    host.save("sessions", Some(1), json!({ "status": "draft" })).unwrap();
    assert_eq!(register(&host, "a@example.com").status, 404);
    assert_eq!((host.people().len(), host.mails().len()), (0, 0));
}

#[test]
fn the_form_names_its_faults_and_the_trap_catches_machines() {
    let host = host(None);
    let sent = [("session", "1"), ("email", "ada@"), ("name", "")];
    let faults = host.submit("/heat-pumps", &sent).faults();
    assert_eq!(faults, ["email", "name"]);
    let sent = [("session", "7"), ("email", "ada@example.com"), ("name", "Ada")];
    assert_eq!(host.submit("/heat-pumps", &sent).faults(), ["session"]);
    let sent = [("session", "1"), ("email", "ada@example.com"), ("name", "Ada"), ("website", "https://spam.example")];
    assert_eq!(host.submit("/heat-pumps", &sent).status, 303);
    assert_eq!((statuses(&host).len(), host.mails().len()), (0, 0));
    let sent =
        [("session", "1"), ("email", "ada@example.com"), ("name", "Ada"), ("marketing", "true"), ("website", "")];
    let reply = host.submit("/heat-pumps", &sent);
    assert_eq!((reply.status, reply.head.as_str()), (303, "/en/webinars/heat-pumps?done=1"));
    assert_eq!((host.consents().len(), host.consents()[0].1.source.as_str()), (1, "/en/webinars/heat-pumps"));
}

#[test]
fn the_form_of_one_topic_registers_for_no_other() {
    let host = host(None);
    let title = json!({ "en": "Boilers", "de": "Kessel" });
    let topic = json!({ "title": title, "slug": "boilers", "summary": title, "status": "published" });
    host.save("topics", None, topic).unwrap();
    let sent = [("session", "1"), ("email", "ada@example.com"), ("name", "Ada")];
    assert_eq!(host.submit("/boilers", &sent).faults(), ["session"]);
    assert_eq!(statuses(&host).len(), 0);
}

#[test]
fn a_topic_that_people_count_on_stays_on_the_site() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    for status in ["draft", "archived"] {
        let refused = host.save("topics", Some(1), json!({ "status": status })).unwrap_err();
        assert_eq!(refused.fields[0].field, "status");
    }
    assert!(host.delete("topics", 1).is_err());
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    host.save("topics", Some(1), json!({ "status": "archived" })).unwrap();
    assert!(host.delete("topics", 1).is_ok());
}

#[test]
fn nothing_more_is_told_of_a_cancelled_session_and_nobody_is_confirmed_for_it() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    host.run_due_jobs();
    let told = host.mails().len();
    host.save("sessions", Some(1), json!({ "join_url": "https://meet.example.com/2" })).unwrap();
    host.run_due_jobs();
    assert_eq!(host.mails().len(), told);
    host.save("registrations", Some(1), json!({ "status": "cancelled" })).unwrap();
    let closed = host.save("registrations", Some(2), json!({ "status": "confirmed" })).unwrap_err();
    assert_eq!(closed.fields[0].field, "status");
}

#[test]
fn reading_a_personal_link_changes_nothing() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    let page = host.page(&format!("/r/{}", token(&host, 1))).page();
    assert!(page.meta.private);
    assert_eq!(
        (&page.data["can_cancel"], &page.data["join_url"]),
        (&json!(true), &json!("https://meet.example.com/1"))
    );
    assert_eq!(statuses(&host), ["confirmed"]);
    assert_eq!(host.page("/r/unknown").status, 404);
}

#[test]
fn each_reminder_is_sent_once() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder"]);
    host.set_time("2026-03-10T08:00:00Z");
    host.run_schedule("morning").unwrap();
    host.run_schedule("morning").unwrap();
    assert_eq!(templates(&host).len(), 3);
    host.set_time("2026-03-10T13:00:00Z");
    host.run_due_jobs();
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder", "reminder", "reminder"]);
}

#[test]
fn after_a_long_downtime_one_reminder_is_sent_and_none_after_the_start() {
    let late = host(None);
    let _ = register(&late, "ada@example.com");
    late.set_time("2026-03-10T13:30:00Z");
    late.run_schedule("morning").unwrap();
    late.run_due_jobs();
    assert_eq!(templates(&late), ["confirmation", "reminder"]);

    let too_late = host(None);
    let _ = register(&too_late, "ada@example.com");
    too_late.set_time(START);
    too_late.run_due_jobs();
    assert_eq!(templates(&too_late), ["confirmation"]);
}

#[test]
fn a_moved_session_tells_everybody_once_and_is_reminded_of_anew() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    let moved = json!({ "starts_at": "2026-03-12T14:00:00Z", "ends_at": "2026-03-12T15:00:00Z" });
    host.save("sessions", Some(1), moved).unwrap();
    host.advance(2.minutes());
    host.save("sessions", Some(1), json!({ "join_url": "https://meet.example.com/2" })).unwrap();
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(templates(&host)[3..], ["changed", "changed"], "two changes within five minutes are one mail");
    let changed = host.mails()[3].clone();
    let calendar = changed.calendar.unwrap();
    assert_eq!(
        (calendar.method, calendar.event.sequence, calendar.event.location.as_str()),
        (Method::Request, 2, "https://meet.example.com/2")
    );
    assert_eq!(session_status(&host), "https://schema.org/EventRescheduled");

    host.set_time("2026-03-11T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(templates(&host).len(), 6, "the day before the new date");
}

#[test]
fn a_cancelled_session_tells_everybody_at_once_and_reminds_nobody() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    assert_eq!(host.post("/sessions/1/cancel", ()).status, 204);
    assert_eq!(host.post("/sessions/1/cancel", ()).status, 409);
    host.run_due_jobs();
    let mails = host.mails();
    assert_eq!(templates(&host)[2..], ["cancelled", "cancelled"]);
    let calendar = mails[2].calendar.clone().unwrap();
    assert_eq!((calendar.method, calendar.event.sequence), (Method::Cancel, 1));
    assert!(mails[3].calendar.is_none(), "who waits has no invitation");
    assert_eq!(session_status(&host), "https://schema.org/EventCancelled");
    host.set_time("2026-03-10T13:00:00Z");
    host.run_due_jobs();
    assert_eq!(host.mails().len(), 4);
    assert_eq!(register(&host, "c@example.com").status, 409);
}

#[test]
fn more_seats_are_offered_and_fewer_take_nobodys() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com"] {
        let _ = register(&host, email);
    }
    host.save("sessions", Some(1), json!({ "capacity": 2 })).unwrap();
    assert_eq!(statuses(&host), ["confirmed", "offered", "waitlisted"]);
    host.save("sessions", Some(1), json!({ "capacity": 0 })).unwrap();
    assert_eq!(act(&host, 2, "accept").status, 303);
    let _ = act(&host, 1, "cancel");
    assert_eq!(statuses(&host), ["cancelled", "confirmed", "waitlisted"]);
}

#[test]
fn an_organiser_confirms_within_the_seats_and_cancels_with_a_mail() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    let full = host.save("registrations", Some(2), json!({ "status": "confirmed" })).unwrap_err();
    assert_eq!(full.fields[0].field, "status");
    assert!(host.save("registrations", Some(2), json!({ "status": "offered" })).is_err());
    host.save("registrations", Some(1), json!({ "status": "cancelled" })).unwrap();
    assert_eq!(statuses(&host), ["cancelled", "offered"]);
    host.save("registrations", Some(2), json!({ "status": "confirmed" })).unwrap();
    assert_eq!(templates(&host)[2..], ["goodbye", "offer", "confirmation"]);
    host.delete("registrations", 2).unwrap();
    assert_eq!(statuses(&host), ["cancelled", "cancelled"]);
    assert_eq!(register(&host, "b@example.com").data()["status"], "confirmed");
}

#[test]
fn what_cannot_be_is_refused() {
    let host = host(None);
    let backwards = host.save("sessions", Some(1), json!({ "ends_at": START })).unwrap_err();
    assert_eq!(backwards.fields[0].field, "ends_at");
    let _ = register(&host, "a@example.com");
    assert_eq!(host.save("sessions", Some(1), json!({ "status": "draft" })).unwrap_err().fields[0].field, "status");
    assert!(host.delete("sessions", 1).is_err());
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    assert!(host.delete("sessions", 1).is_ok());
}

#[test]
fn pages_hold_until_the_next_start_or_end() {
    let host = host(Some(1));
    let start: Timestamp = START.parse().unwrap();
    let page = host.page("/").page();
    assert_eq!(page.fresh_until, Some(start.as_micros()));
    assert_eq!(page.data["sessions"][0]["open"], true);
    let _ = register(&host, "a@example.com");
    assert_eq!(host.page("/heat-pumps").page().json_ld[0]["offers"]["availability"], "https://schema.org/SoldOut");
    host.set_time(START);
    let page = host.page("/heat-pumps").page();
    assert_eq!(page.fresh_until, Some((start + 1.hours()).as_micros()));
    assert_eq!((&page.data["open"], &page.data["sessions"][0]["running"]), (&json!(false), &json!(true)));
    host.advance(1.hours());
    assert_eq!(host.page("/").page().data["sessions"], json!([]));
    assert_eq!(host.page("/unknown").status, 404);
}

#[test]
fn the_feed_carries_the_same_uid_and_sequence_as_the_invitations() {
    let host = host(None);
    host.set_locale(Locale::De);
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    let feed = host.page("/calendar.ics").text();
    for line in [
        "METHOD:PUBLISH",
        "UID:webinar-session-1@example.com",
        "SEQUENCE:1",
        "SUMMARY:Wärmepumpen",
        "DTSTART:20260310T140000Z",
        "STATUS:CANCELLED",
    ] {
        assert!(feed.contains(&format!("{line}\r\n")), "{line} in {feed}");
    }
}

#[test]
fn the_block_shows_what_is_open() {
    let host = host(None);
    add_session(&host, "2026-04-10T14:00:00Z", None);
    let shown = host.block("upcoming-webinars", json!({ "count": 1 }));
    assert_eq!((shown.template.as_str(), shown.data["sessions"].as_array().unwrap().len()), ("upcoming_block.html", 1));
}

#[test]
fn every_text_stands_in_both_languages() {
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(format!("{}/locales/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
        magnetiq_sdk::serde_json::from_str(&text).unwrap()
    };
    let (mut english, mut german) = (Vec::new(), Vec::new());
    keys(&read("en"), "", &mut english);
    keys(&read("de"), "", &mut german);
    assert_eq!(english, german);
}

fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    match value.as_object() {
        Some(map) => map.iter().for_each(|(name, value)| keys(value, &format!("{path}.{name}"), found)),
        None => found.push(path.to_owned()),
    }
}
