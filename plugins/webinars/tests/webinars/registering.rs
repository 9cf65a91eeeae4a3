//! Who registers is confirmed, once, and told what is wrong.

use magnetiq_sdk::contract::mail::Method;
use magnetiq_sdk::prelude::*;

use crate::support::{START, act, add_session, host, register, register_for, statuses, token};

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
    let link = format!("https://example.com/en/webinars/r/{}", token(&host, 1));
    assert_eq!(mails[0].data["link"], json!(link));
}

#[test]
fn a_registration_is_found_again_at_its_receipt_while_it_counts() {
    let host = host(Some(1));
    let first = register(&host, "ada@example.com");
    let location = first.location().unwrap();
    let path = location.strip_prefix("/api/v1/webinars").unwrap().to_owned();
    assert!(!path.contains("registrations"), "{path}: nobody learns the record's number");
    assert_eq!(host.get(&path).data(), first.data());
    let second = register(&host, "bob@example.com").data();
    let other = format!("/receipts/{}", second["receipt"].as_str().unwrap());
    assert_eq!((host.get(&other).data(), &second["status"]), (second.clone(), &json!("waitlisted")));
    let _ = act(&host, 1, "cancel");
    assert_eq!(host.get(&path).status, 404);
    let _ = act(&host, 2, "accept");
    assert_eq!(host.get(&other).data()["status"], "confirmed");
    assert_eq!(host.get("/receipts/unknown").status, 404);
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
fn a_closed_session_takes_nobody() {
    let host = host(None);
    host.set_time(START);
    assert_eq!(register(&host, "a@example.com").status, 409);
    assert_eq!(
        host.post(
            "/sessions/9/registrations",
            json!({ "email": "a@example.com", "name": "A", "consent": { "marketing": false } })
        )
        .status,
        404
    );
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
    assert_eq!(faults, ["name", "email"]);
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
fn consent_must_be_answered_and_an_empty_version_of_its_text_breaks_nothing() {
    let host = host(None);
    let send = |body| host.post("/sessions/1/registrations", body);
    assert_eq!(send(json!({ "email": "a@example.com", "name": "A" })).faults(), ["consent"]);
    assert_eq!(send(json!({ "email": "a@example.com", "name": "A", "consent": {} })).faults(), ["consent.marketing"]);
    for (email, version) in [("a@example.com", ""), ("b@example.com", "  "), ("c@example.com", "2026-03")] {
        host.set_setting("consent_version", version);
        assert_eq!(send(json!({ "email": email, "name": "A", "consent": { "marketing": true } })).status, 201);
    }
    let versions: Vec<_> = host.consents().into_iter().map(|(_, consent)| consent.text_version).collect();
    assert_eq!(versions, ["1", "1", "2026-03"]);
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
fn one_address_for_many_sessions_gets_ten_mails_a_day_however_often_it_is_typed() {
    let host = host(None);
    let sessions: Vec<i64> =
        (10..22).map(|day| add_session(&host, &format!("2026-04-{day}T14:00:00Z"), None)).collect();
    for (place, session) in sessions.iter().enumerate() {
        let expected = if place < 10 { 201 } else { 429 };
        assert_eq!(register_for(&host, *session, "victim@example.com").status, expected);
    }
    for _ in 0..3 {
        host.advance(2.hours());
        assert_eq!(register_for(&host, sessions[0], "victim@example.com").status, 201);
    }
    assert_eq!((host.mails().len(), statuses(&host).len()), (10, 10));
    assert_eq!(register_for(&host, sessions[11], "other@example.com").status, 201);
    host.advance(18.hours());
    assert_eq!(register_for(&host, sessions[11], "victim@example.com").status, 201);
    host.run_schedule("forget-letters").unwrap();
    let kept: Vec<i64> = host.rows("SELECT count(*) FROM p_webinars__letters", ());
    assert_eq!((host.mails().len(), kept), (12, vec![2]));
}

#[test]
fn what_people_do_is_written_down_with_them() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com"] {
        let _ = register(&host, email);
        let _ = register(&host, email);
    }
    let _ = act(&host, 1, "cancel");
    let _ = act(&host, 2, "accept");
    let _ = act(&host, 2, "cancel");
    let _ = register(&host, "a@example.com");
    let done: Vec<_> = host.activities().into_iter().map(|(person, kind, _)| (person, kind)).collect();
    let expected = ["registered", "waitlisted", "cancelled", "accepted", "cancelled", "registered"];
    let people = [1, 2, 1, 2, 2, 1];
    let expected: Vec<_> =
        people.into_iter().zip(expected).map(|(person, kind)| (person, format!("webinars.{kind}"))).collect();
    assert_eq!(done, expected);
    assert_eq!(host.activities()[0].2, "Heat pumps, 2026-03-10 14:00 UTC");
}

#[test]
fn an_erased_person_leaves_the_seat_to_the_next_and_keeps_what_is_past() {
    let host = host(Some(1));
    let past = add_session(&host, "2026-03-04T14:00:00Z", None);
    let _ = register_for(&host, past, "a@example.com");
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.set_time("2026-03-05T14:00:00Z");
    let (link, mails) = (token(&host, 2), host.mails().len());
    host.hear("people.erased", json!({ "person": 1 })).unwrap();
    assert_eq!(statuses(&host), ["confirmed", "cancelled", "offered"]);
    let told: Vec<_> = host.mails()[mails..].iter().map(|mail| (mail.person, mail.template.clone())).collect();
    assert_eq!(told, [(Some(2), "offer".to_owned())], "nobody writes to who was erased");
    assert_eq!(host.page(&format!("/r/{link}")).status, 404);
}

#[test]
fn reading_a_personal_link_changes_nothing() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    let page = host.page(&format!("/r/{}", token(&host, 1))).page();
    assert!(page.meta.private);
    assert_eq!(page.data["can_cancel"], true);
    assert_eq!(statuses(&host), ["confirmed"]);
    assert_eq!(host.page("/r/unknown").status, 404);
}
