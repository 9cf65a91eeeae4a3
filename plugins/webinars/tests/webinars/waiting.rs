//! Seats are given in the order in which people came.

use magnetiq_sdk::contract::mail::Method;
use magnetiq_sdk::prelude::*;

use crate::support::{START, act, host, register, register_all, statuses, templates};

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
fn a_seat_that_comes_free_is_offered_to_the_one_who_waits_longest() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
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
fn whoever_waits_shows_since_when_and_nobody_else_does() {
    let host = host(Some(1));
    for email in ["a@example.com", "b@example.com", "c@example.com", "d@example.com"] {
        let _ = register(&host, email);
        host.advance(1.minutes());
    }
    let since = || -> Vec<Option<Timestamp>> {
        host.rows("SELECT waiting_since FROM p_webinars__registrations ORDER BY id", ())
    };
    let [first, second, third] =
        [1, 2, 3].map(|minutes| Some("2026-03-03T14:00:00Z".parse::<Timestamp>().unwrap() + minutes.minutes()));
    assert_eq!(since(), [None, first, second, third]);
    let _ = act(&host, 3, "cancel");
    assert_eq!(since(), [None, first, None, third]);
    let _ = register(&host, "c@example.com");
    assert!(since()[2] > third, "who comes back stands at the end");
    let _ = act(&host, 1, "cancel");
    assert_eq!(since()[..2], [None, None], "who is offered a seat waits no more");
    host.advance(1.minutes());
    host.save("registrations", Some(2), json!({ "status": "waitlisted" })).unwrap();
    assert_eq!(statuses(&host), ["cancelled", "waitlisted", "waitlisted", "offered"]);
    assert!(since()[1] > since()[2] && since()[3].is_none(), "who is sent back stands at the end");
    host.save("sessions", Some(1), json!({ "capacity": 2 })).unwrap();
    host.save("registrations", Some(2), json!({ "status": "cancelled" })).unwrap();
    host.delete("registrations", 3).unwrap();
    assert_eq!(since(), [None; 4]);
}

#[test]
fn a_session_that_is_moved_after_its_start_offers_its_seats_again() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
    let _ = act(&host, 1, "cancel");
    host.set_time(START);
    host.run_due_jobs();
    assert_eq!(statuses(&host), ["cancelled", "expired", "waitlisted"]);
    let later: Timestamp = "2026-03-12T14:00:00Z".parse().unwrap();
    host.save("sessions", Some(1), json!({ "starts_at": later, "ends_at": later + 1.hours() })).unwrap();
    assert_eq!(statuses(&host), ["cancelled", "expired", "offered"]);
}

#[test]
fn a_registration_that_comes_back_from_the_trash_asks_for_a_seat_again() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.delete("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["confirmed", "offered"]);
    host.restore("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["waitlisted", "offered"], "the seat is held for somebody else now");
    assert_eq!(templates(&host)[2..], ["goodbye", "offer", "waitlisted"]);
    let _ = act(&host, 2, "cancel");
    assert_eq!(statuses(&host), ["offered", "cancelled"]);

    host.delete("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["waitlisted", "cancelled"], "an offer does not last in the trash");
    host.restore("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["confirmed", "cancelled"], "a seat was free and nobody waited");
    let confirmation = host.mails().pop().unwrap();
    let calendar = confirmation.calendar.unwrap();
    assert_eq!((confirmation.template.as_str(), calendar.method), ("confirmation", Method::Request));
    assert!(calendar.event.sequence > host.mails()[2].calendar.clone().unwrap().event.sequence);
}

#[test]
fn the_trash_changes_nothing_of_who_had_cancelled_and_of_what_has_started() {
    let host = host(None);
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    let _ = act(&host, 2, "cancel");
    host.set_time(START);
    let mails = host.mails().len();
    for id in [1, 2] {
        host.delete("registrations", id).unwrap();
        host.restore("registrations", id).unwrap();
    }
    assert_eq!((statuses(&host), host.mails().len()), (vec!["confirmed".to_owned(), "cancelled".to_owned()], mails));
}

#[test]
fn a_seat_that_was_given_away_is_not_taken_back_out_of_the_trash_after_the_start() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.delete("registrations", 1).unwrap();
    let _ = act(&host, 2, "accept");
    host.set_time(START);
    host.restore("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["cancelled", "confirmed"], "one seat, also when the session is moved now");
}

#[test]
fn somebody_who_was_erased_gets_no_seat_out_of_the_trash() {
    let host = host(None);
    let _ = register(&host, "a@example.com");
    host.delete("registrations", 1).unwrap();
    host.hear("people.erased", json!({ "person": 1 })).unwrap();
    host.restore("registrations", 1).unwrap();
    assert_eq!(statuses(&host), ["cancelled"]);
}

#[test]
fn an_offer_is_not_told_after_its_end() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    let _ = act(&host, 1, "cancel");
    let mails = host.mails();
    let offer = mails.iter().find(|mail| mail.template == "offer").unwrap();
    assert_eq!(offer.not_after, Some("2026-03-04T14:00:00Z".parse::<Timestamp>().unwrap().as_micros()));
}

#[test]
fn an_offer_that_is_not_taken_goes_to_the_next() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
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
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
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
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
    let receipt = register(&host, "b@example.com").data()["receipt"].clone();
    let _ = act(&host, 2, "cancel");
    let _ = act(&host, 1, "cancel");
    assert_eq!(statuses(&host), ["cancelled", "cancelled", "offered"]);
    let again = register(&host, "b@example.com").data();
    assert_eq!((again["receipt"].clone(), again["status"].as_str()), (receipt, Some("waitlisted")));
    assert_eq!(statuses(&host), ["cancelled", "waitlisted", "offered"]);
}

#[test]
fn more_seats_are_offered_and_fewer_take_nobodys() {
    let host = host(Some(1));
    register_all(&host, ["a@example.com", "b@example.com", "c@example.com"]);
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
    assert_eq!(statuses(&host), ["cancelled", "confirmed"], "in the trash it keeps where it stood");
    assert_eq!(register(&host, "a@example.com").data()["status"], "confirmed", "and frees its seat");
}
