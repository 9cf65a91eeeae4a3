//! A session that is moved or cancelled is announced once, as it is when people read of it.

use magnetiq_sdk::contract::mail::{Message, Method};
use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;
use webinars::Webinars;

use crate::support::{START, act, host, register, token};

const LATER: &str = "2026-03-12T14:00:00Z";
const LATEST: &str = "2026-03-14T14:00:00Z";

fn move_to(host: &FakeHost<Webinars>, start: &str) {
    let starts_at: Timestamp = start.parse().unwrap();
    host.save("sessions", Some(1), json!({ "starts_at": starts_at, "ends_at": starts_at + 1.hours() })).unwrap();
}

fn set_status(host: &FakeHost<Webinars>, status: &str) {
    host.save("sessions", Some(1), json!({ "status": status })).unwrap();
    host.run_due_jobs();
}

/// Lets the announcement leave; template and time of each mail after the confirmations.
fn announced(host: &FakeHost<Webinars>) -> Vec<(String, Timestamp)> {
    host.advance(5.minutes());
    host.run_due_jobs();
    let told = |mail: Message| (mail.template, mail.data["starts_at"].as_str().unwrap().parse().unwrap());
    host.mails().into_iter().filter(|mail| mail.template != "confirmation").map(told).collect()
}

fn mail(template: &str, start: &str) -> (String, Timestamp) {
    (template.to_owned(), start.parse().unwrap())
}

/// A session with somebody in it.
fn expected() -> FakeHost<Webinars> {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host
}

#[test]
fn a_session_that_is_saved_twice_is_announced_once_as_it_is_then() {
    let host = expected();
    move_to(&host, LATER);
    move_to(&host, LATEST);
    assert_eq!(announced(&host), [mail("changed", LATEST)]);
    assert_eq!(announced(&host).len(), 1);
}

#[test]
fn a_session_that_is_moved_back_before_anybody_was_told_is_announced_to_those_alone_who_know_another_time() {
    let host = expected();
    move_to(&host, LATER);
    host.advance(1.minutes());
    let _ = register(&host, "bob@example.com");
    move_to(&host, START);
    assert_eq!(announced(&host), [mail("changed", START)]);
    assert_eq!(host.mails().pop().unwrap().person, Some(2));
}

#[test]
fn a_session_that_is_moved_and_then_cancelled_is_announced_as_cancelled_alone() {
    let host = expected();
    move_to(&host, LATER);
    set_status(&host, "cancelled");
    assert_eq!(host.mails().pop().unwrap().template, "cancelled", "at once");
    assert_eq!(announced(&host), [mail("cancelled", LATER)]);
}

#[test]
fn what_waits_for_the_mail_server_is_recalled_when_there_is_newer_to_tell() {
    let host = expected();
    host.hold_mails();
    move_to(&host, LATER);
    assert_eq!(announced(&host), [mail("changed", LATER)]);
    move_to(&host, LATEST);
    assert_eq!(announced(&host), [mail("changed", LATEST)], "one mail, with the right time");
    set_status(&host, "cancelled");
    assert_eq!(announced(&host), [mail("cancelled", LATEST)]);
    host.release_mails();
    set_status(&host, "published");
    assert_eq!(announced(&host)[1..], [mail("reinstated", LATEST)], "what has left is answered");
}

#[test]
fn a_session_that_is_moved_back_while_its_announcement_waits_is_told_as_it_is() {
    let host = expected();
    host.hold_mails();
    move_to(&host, LATER);
    let _ = announced(&host);
    move_to(&host, START);
    assert_eq!(announced(&host), [mail("changed", START)]);
    move_to(&host, LATER);
    move_to(&host, START);
    assert_eq!(announced(&host), [mail("changed", START)], "also when it changed twice meanwhile");
}

#[test]
fn a_cancellation_that_never_left_is_not_taken_back_in_words_but_the_invitation_stands_again() {
    let host = expected();
    host.hold_mails();
    set_status(&host, "cancelled");
    set_status(&host, "published");
    assert_eq!(announced(&host), [mail("changed", START)]);
    assert_eq!(host.mails().pop().unwrap().calendar.unwrap().method, Method::Request);
    host.release_mails();
    set_status(&host, "cancelled");
    assert_eq!(host.mails().pop().unwrap().calendar.unwrap().method, Method::Cancel);
}

#[test]
fn a_reminder_of_the_old_time_that_waits_still_never_leaves() {
    let host = expected();
    host.hold_mails();
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(host.mails().pop().unwrap().template, "reminder");
    move_to(&host, LATER);
    assert_eq!(announced(&host), [mail("changed", LATER)]);
}

#[test]
fn who_has_cancelled_gets_no_reminder_that_waits_still() {
    let host = expected();
    host.hold_mails();
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(act(&host, 1, "cancel").status, 303, "{}", token(&host, 1));
    assert_eq!(announced(&host), [mail("goodbye", START)]);
}
