//! What organisers change is told to those whom it concerns, once.

use magnetiq_sdk::contract::mail::Method;
use magnetiq_sdk::prelude::*;

use magnetiq_sdk::serde_json::Value;

use crate::support::{START, act, host, register, register_all, session_status, templates, token};

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
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    host.run_due_jobs();
    assert_eq!(host.mails().len(), told);
    host.save("registrations", Some(1), json!({ "status": "cancelled" })).unwrap();
    let closed = host.save("registrations", Some(2), json!({ "status": "confirmed" })).unwrap_err();
    assert_eq!(closed.fields[0].field, "status");
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
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(templates(&host)[3..], ["changed", "changed"], "two changes within five minutes are one mail");
    let changed = host.mails()[3].clone();
    assert_eq!((&changed.data["invited"], &host.mails()[4].data["invited"]), (&json!(true), &json!(false)));
    let calendar = changed.calendar.unwrap();
    assert_eq!((calendar.method, calendar.event.sequence), (Method::Request, 2));
    assert_eq!(calendar.event.location, format!("https://example.com/en/webinars/r/{}", token(&host, 1)));
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
    let offers = host.page("/heat-pumps").page().json_ld[0]["offers"].clone();
    assert!(offers.get("availability").is_none(), "{offers}");
    host.set_time("2026-03-10T13:00:00Z");
    host.run_due_jobs();
    assert_eq!(host.mails().len(), 4);
    assert_eq!(register(&host, "c@example.com").status, 409);
}

#[test]
fn a_session_that_takes_place_after_all_says_so_to_those_who_were_told_that_it_is_off() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com"]);
    let _ = host.post("/sessions/1/cancel", ());
    host.run_due_jobs();
    host.save("sessions", Some(1), json!({ "status": "published" })).unwrap();
    let _ = register(&host, "c@example.com");
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(templates(&host)[2..], ["cancelled", "cancelled", "waitlisted", "reinstated", "reinstated"]);
    let mails = host.mails();
    let calendar = mails[5].calendar.clone().unwrap();
    assert_eq!((calendar.method, calendar.event.sequence), (Method::Request, 2));
    assert_eq!((&mails[6].data["waiting"], mails[6].calendar.is_none()), (&json!(true), true));

    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(templates(&host)[7..], ["changed", "changed", "changed"], "it is news once");
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(templates(&host).last().unwrap(), "reminder");
}

#[test]
fn whoever_is_offered_a_seat_reads_until_when_also_of_a_session_that_was_moved_since() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
    let _ = act(&host, 1, "cancel");
    let told = |from: usize| -> Vec<(String, Value, Value)> {
        host.advance(5.minutes());
        host.run_due_jobs();
        let mails = host.mails().split_off(from);
        mails
            .into_iter()
            .map(|mail| (mail.template, mail.data["offered_until"].clone(), mail.data["waiting"].clone()))
            .collect()
    };
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    let until = json!("2026-03-04T14:00:00.000000Z".parse::<Timestamp>().unwrap());
    let expected = [("changed".to_owned(), until, json!(false)), ("changed".to_owned(), Value::Null, json!(true))];
    assert_eq!(told(5), expected);

    let sooner: Timestamp = "2026-03-03T20:00:00Z".parse().unwrap();
    host.save("sessions", Some(1), json!({ "starts_at": sooner, "ends_at": sooner + 1.hours() })).unwrap();
    assert_eq!(told(7)[0].1, json!(sooner), "never beyond the start");
    let page = host.page(&format!("/r/{}", token(&host, 2))).page();
    assert_eq!(page.data["offered_until"], json!(sooner));
}

#[test]
fn a_session_starts_in_the_future_when_it_is_made_or_moved_and_what_is_past_can_still_be_edited() {
    let host = host(None);
    let now: Timestamp = "2026-03-03T14:00:00Z".parse().unwrap();
    let session = |start: Timestamp| {
        json!({
            "topic_id": 1, "starts_at": start, "ends_at": start + 1.hours(), "time_zone": "Europe/Berlin",
            "language": "de", "status": "draft",
        })
    };
    for (id, body) in [(None, session(now)), (Some(1), json!({ "starts_at": now - 1.hours() }))] {
        let refused = host.save("sessions", id, body).unwrap_err();
        assert_eq!(refused.fields[0].field, "starts_at");
    }
    host.save("sessions", None, session(now + 1.minutes())).unwrap();
    host.set_time("2026-03-10T14:30:00Z");
    host.save("sessions", Some(1), json!({ "join_url": "https://meet.example.com/2" })).unwrap();
    host.save("sessions", Some(1), json!({ "ends_at": "2026-03-10T16:00:00Z", "starts_at": START })).unwrap();
}

#[test]
fn what_is_refused_is_said_in_both_languages() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    let mut said = vec![host.delete("sessions", 1).unwrap_err().message, act(&host, 2, "accept").problem().message];
    host.set_time(START);
    said.extend([act(&host, 1, "cancel").problem().message, register(&host, "c@example.com").problem().message]);
    assert_eq!(
        said,
        [
            Text::new(
                "People have registered for this session: cancel it first.",
                "Es gibt Anmeldungen für diesen Termin: Sagen Sie ihn zuerst ab.",
            ),
            Text::new("This offer has ended.", "Dieses Angebot ist abgelaufen."),
            Text::new("This session has started.", "Dieser Termin hat schon begonnen."),
            Text::new("This session has started.", "Dieser Termin hat schon begonnen."),
        ]
    );
    let _ = host.post("/sessions/1/cancel", ());
    assert_eq!(
        host.post("/sessions/1/cancel", ()).problem().message.de,
        "Nur ein veröffentlichter Termin kann abgesagt werden."
    );
    assert_eq!(register(&host, "c@example.com").problem().message.de, "Dieser Termin wurde abgesagt.");
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
fn nobody_speaks_twice_on_a_topic() {
    let host = host(None);
    for name in ["Ada", "Grace"] {
        host.save("speakers", None, json!({ "name": name })).unwrap();
    }
    let first = host.save("appearances", None, json!({ "topic_id": 1, "speaker_id": 1, "position": 0 })).unwrap();
    let second = host.save("appearances", None, json!({ "topic_id": 1, "speaker_id": 2, "position": 1 })).unwrap();
    for (id, change) in
        [(None, json!({ "topic_id": 1, "speaker_id": 1, "position": 2 })), (Some(second), json!({ "speaker_id": 1 }))]
    {
        assert_eq!(host.save("appearances", id, change).unwrap_err().fields[0].field, "speaker_id");
    }
    host.save("appearances", Some(first), json!({ "position": 5 })).unwrap();
    host.delete("appearances", first).unwrap();
    host.save("appearances", Some(second), json!({ "speaker_id": 1 })).unwrap();
}

#[test]
fn what_changes_shortly_before_the_start_is_told_at_once() {
    let host = host(None);
    let _ = register(&host, "a@example.com");
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation"], "several changes become one mail");
    host.set_time("2026-03-10T13:50:00Z");
    host.run_due_jobs();
    let told = templates(&host).len();
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/Paris" })).unwrap();
    host.run_due_jobs();
    assert_eq!(templates(&host)[told..], ["changed"]);
}
