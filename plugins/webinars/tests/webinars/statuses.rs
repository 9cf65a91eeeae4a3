//! Whoever's status an organiser changes is told once, and their calendar follows.

use magnetiq_sdk::contract::mail::{Message, Method};
use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;
use webinars::Webinars;

use crate::support::{act, host, register, statuses};

/// Person, template, method and SEQUENCE of the calendar part.
type Told = (i64, String, Option<(Method, u32)>);

/// Saves a status; the mails that follow.
fn set(host: &FakeHost<Webinars>, id: i64, status: &str) -> Vec<Told> {
    let before = host.mails().len();
    host.save("registrations", Some(id), json!({ "status": status })).unwrap();
    host.mails()[before..].iter().map(told).collect()
}

fn told(mail: &Message) -> Told {
    let calendar = mail.calendar.as_ref().map(|calendar| (calendar.method, calendar.event.sequence));
    (mail.person.unwrap(), mail.template.clone(), calendar)
}

fn mail(person: i64, template: &str, calendar: Option<(Method, u32)>) -> Told {
    (person, template.to_owned(), calendar)
}

#[test]
fn who_loses_the_seat_to_the_waiting_list_gets_the_cancellation_and_the_next_gets_the_offer() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = register(&host, "b@example.com");
    host.advance(1.minutes());
    let mails = set(&host, 1, "waitlisted");
    assert_eq!(mails, [mail(2, "offer", None), mail(1, "waitlisted", Some((Method::Cancel, 1)))]);
    assert_eq!(statuses(&host), ["waitlisted", "offered"]);
    let back = set(&host, 2, "cancelled");
    assert_eq!(back, [mail(2, "goodbye", None), mail(1, "offer", None)]);
    let _ = act(&host, 1, "accept");
    assert_eq!(host.mails().last().map(told), Some(mail(1, "confirmation", Some((Method::Request, 2)))));
}

#[test]
fn who_goes_to_the_list_while_a_seat_is_free_gets_one_mail_with_the_offer_and_the_cancellation() {
    let host = host(Some(2));
    let _ = register(&host, "a@example.com");
    assert_eq!(set(&host, 1, "waitlisted"), [mail(1, "offer", Some((Method::Cancel, 1)))]);
    assert_eq!(statuses(&host), ["offered"]);
}

#[test]
fn every_other_change_tells_once_too() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    assert_eq!(set(&host, 1, "cancelled"), [mail(1, "goodbye", Some((Method::Cancel, 1)))]);
    assert_eq!(set(&host, 1, "confirmed"), [mail(1, "confirmation", Some((Method::Request, 2)))]);
    let _ = register(&host, "b@example.com");
    assert_eq!(set(&host, 2, "cancelled"), [mail(2, "goodbye", None)], "who waits has no invitation");
    assert_eq!(set(&host, 2, "waitlisted"), [mail(2, "waitlisted", None)]);
    host.save("registrations", Some(2), json!({ "note": "called" })).unwrap();
    assert_eq!(set(&host, 2, "waitlisted"), [], "the same status is no change");
}

#[test]
fn who_is_taken_back_after_a_move_is_not_told_of_the_move_again() {
    let host = host(Some(2));
    let _ = register(&host, "a@example.com");
    let _ = act(&host, 1, "cancel");
    host.save("sessions", Some(1), json!({ "time_zone": "Europe/London" })).unwrap();
    assert_eq!(set(&host, 1, "confirmed"), [mail(1, "confirmation", Some((Method::Request, 2)))]);
    let before = host.mails().len();
    host.advance(5.minutes());
    host.run_due_jobs();
    assert_eq!(host.mails().len(), before);
}

#[test]
fn a_cancelled_session_takes_the_invitation_back_once() {
    let host = host(Some(1));
    let _ = register(&host, "a@example.com");
    let _ = host.post("/sessions/1/cancel", ());
    host.run_due_jobs();
    assert_eq!(host.mails().last().map(told), Some(mail(1, "cancelled", Some((Method::Cancel, 1)))));
    assert_eq!(set(&host, 1, "cancelled"), [], "they know");
}
