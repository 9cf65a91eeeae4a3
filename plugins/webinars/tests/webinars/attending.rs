//! Who joins is led to the meeting and counted, once; who only looks is not.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;
use webinars::Webinars;

use crate::support::{START, act, host, register, register_all, templates, token};

const ROOM: &str = "https://meet.example.com/1";

/// Whether each of the registered was there, and since when.
fn attendance(host: &FakeHost<Webinars>) -> Vec<(bool, Option<Timestamp>)> {
    host.rows("SELECT attended, joined_at FROM p_webinars__registrations ORDER BY id", ())
}

fn page(host: &FakeHost<Webinars>, id: i64) -> magnetiq_sdk::contract::answer::Page {
    host.page(&format!("/r/{}", token(host, id))).page()
}

#[test]
fn the_button_leads_to_the_meeting_and_counts_once() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_time("2026-03-10T13:45:00Z");
    let joined = Some(host.now());
    for _ in 0..2 {
        let reply = act(&host, 1, "join");
        assert_eq!((reply.status, reply.kind.as_str(), reply.head.as_str()), (303, "away", ROOM));
        host.advance(30.minutes());
    }
    assert_eq!(attendance(&host), [(true, joined)]);
    let joins = host.activities().into_iter().filter(|(_, kind, _)| kind == "webinars.attended");
    assert_eq!(joins.count(), 1);
}

#[test]
fn looking_at_the_page_counts_nothing_and_shows_the_meeting_to_nobody() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    let early = page(&host, 1);
    assert_eq!((&early.data["can_join"], early.meta.leads_to.clone()), (&json!(false), None));
    let opens: Timestamp = "2026-03-10T13:45:00Z".parse().unwrap();
    assert_eq!(early.data["opens_at"], json!(opens));
    host.set_time(START);
    let open = page(&host, 1);
    assert_eq!((&open.data["can_join"], &open.data["opens_at"]), (&json!(true), &json!(null)));
    assert_eq!(open.meta.leads_to.as_deref(), Some(ROOM), "the browser may follow");
    assert!(!early.data.to_string().contains(ROOM) && !open.data.to_string().contains(ROOM));
    assert_eq!(attendance(&host), [(false, None)]);
}

#[test]
fn people_join_from_some_minutes_before_the_start_until_the_end() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_setting("join_minutes", 30);
    for (time, status) in [
        ("2026-03-10T13:29:59Z", 409),
        ("2026-03-10T13:30:00Z", 303),
        ("2026-03-10T14:59:59Z", 303),
        ("2026-03-10T15:00:00Z", 409),
    ] {
        host.set_time(time);
        assert_eq!(act(&host, 1, "join").status, status, "{time}");
        assert_eq!(page(&host, 1).data["can_join"], status == 303, "{time}");
    }
}

#[test]
fn who_has_no_seat_or_no_room_reads_why_and_is_not_counted() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com"]);
    host.set_time("2026-03-10T13:50:00Z");
    let said = |id: i64| act(&host, id, "join").problem().message;
    assert_eq!(said(2).en, "You have no seat in this session.");
    host.save("sessions", Some(1), json!({ "join_url": null })).unwrap();
    assert!(said(1).de.starts_with("Die Veranstalter haben den Raum noch nicht geöffnet."));
    host.save("sessions", Some(1), json!({ "join_url": ROOM, "status": "cancelled" })).unwrap();
    assert_eq!(said(1).de, "Dieser Termin wurde abgesagt.");
    assert_eq!(attendance(&host), [(false, None), (false, None)]);
}

#[test]
fn an_organiser_who_knows_better_sets_who_was_there_once_it_has_begun() {
    let host = host(None);
    register_all(&host, ["a@example.com", "b@example.com"]);
    let attended = |id: i64, value: bool| host.save("registrations", Some(id), json!({ "attended": value }));
    assert_eq!(attended(1, true).unwrap_err().fields[0].field, "attended");
    host.set_time(START);
    let _ = act(&host, 2, "join");
    attended(1, true).unwrap();
    attended(2, false).unwrap();
    assert_eq!(attendance(&host), [(true, None), (false, Some(host.now()))]);
}

#[test]
fn a_session_that_is_moved_after_people_joined_counts_them_anew() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_time("2026-03-10T13:50:00Z");
    let _ = act(&host, 1, "join");
    let later: Timestamp = "2026-03-12T14:00:00Z".parse().unwrap();
    host.save("sessions", Some(1), json!({ "starts_at": later, "ends_at": later + 1.hours() })).unwrap();
    assert_eq!(attendance(&host), [(false, None)]);
}

#[test]
fn mails_and_calendars_lead_to_the_personal_page_and_never_to_the_meeting() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    host.save("sessions", Some(1), json!({ "join_url": "https://meet.example.com/2" })).unwrap();
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder"], "another room changes nothing for anybody");
    let link = format!("https://example.com/en/webinars/r/{}", token(&host, 1));
    for mail in host.mails() {
        assert_eq!(mail.data["link"], json!(link));
        assert!(!mail.data.to_string().contains("meet.example.com"), "{}", mail.data);
        assert!(mail.calendar.is_none_or(|calendar| calendar.event.location == link));
    }
}
