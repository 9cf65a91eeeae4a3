//! After a session: thanks, or word to those who were missed; once, and never too late.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;
use webinars::Webinars;

use crate::support::{START, act, add_session, host, register, register_all, token};

/// A session to which the first of two people came.
fn held() -> FakeHost<Webinars> {
    let host = host(None);
    for switch in ["remind_day", "remind_hour", "remind_morning"] {
        host.set_setting(switch, false);
    }
    register_all(&host, ["a@example.com", "b@example.com"]);
    host.set_time(START);
    let _ = act(&host, 1, "join");
    host
}

/// Lets it be this moment; who has been followed up until then, and how.
fn told(host: &FakeHost<Webinars>, time: &str) -> Vec<(i64, String)> {
    host.set_time(time);
    host.run_schedule("follow-ups").unwrap();
    host.run_due_jobs();
    let mails = host.mails().into_iter().filter(|mail| ["thanks", "missed"].contains(&mail.template.as_str()));
    mails.map(|mail| (mail.person.unwrap(), mail.template)).collect()
}

fn both() -> Vec<(i64, String)> {
    vec![(1, "thanks".to_owned()), (2, "missed".to_owned())]
}

/// When the mails of these tests are due: a day after the end.
const DUE: &str = "2026-03-11T15:00:00Z";

#[test]
fn who_came_is_thanked_and_who_did_not_is_missed_once() {
    let host = held();
    assert_eq!(told(&host, "2026-03-11T14:59:59Z"), []);
    assert_eq!(told(&host, DUE), both());
    assert_eq!(told(&host, "2026-03-11T15:15:00Z"), both());
    assert_eq!(told(&host, "2026-03-10T16:00:00Z"), both(), "the clock was set back");
    assert_eq!(told(&host, "2026-03-12T09:00:00Z"), both(), "and forward");
}

#[test]
fn after_a_downtime_people_are_told_late_and_after_a_long_one_not_at_all() {
    assert_eq!(told(&held(), "2026-03-14T14:59:59Z"), both());
    assert_eq!(told(&held(), "2026-03-14T15:00:00Z"), []);
}

#[test]
fn nobody_is_told_of_a_cancelled_session_or_of_one_that_they_left() {
    let host = held();
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    assert_eq!(told(&host, DUE), []);
    let host = held();
    host.set_time(DUE);
    host.run_schedule("follow-ups").unwrap();
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    assert_eq!(told(&host, DUE), [], "cancelled at the last moment");
    let host = held();
    host.save("registrations", Some(2), json!({ "status": "cancelled" })).unwrap();
    host.delete("registrations", 1).unwrap();
    assert_eq!(told(&host, DUE), []);
}

#[test]
fn each_of_both_is_switched_off_and_the_delay_is_a_setting() {
    for (switch, left) in [("thank_attended", "missed"), ("tell_missed", "thanks")] {
        let host = held();
        host.set_setting(switch, false);
        host.set_setting("follow_up_hours", 2);
        assert_eq!(told(&host, "2026-03-10T16:59:59Z"), []);
        let told = told(&host, "2026-03-10T17:00:00Z");
        assert_eq!(told.iter().map(|(_, template)| template.as_str()).collect::<Vec<_>>(), [left]);
    }
}

#[test]
fn where_nobody_can_know_who_was_there_nobody_is_told_that_they_were_missed() {
    let host = held();
    host.save("registrations", Some(1), json!({ "attended": false })).unwrap();
    host.save("sessions", Some(1), json!({ "join_url": null })).unwrap();
    assert_eq!(told(&host, DUE), []);
    host.save("registrations", Some(2), json!({ "attended": true })).unwrap();
    let told = told(&host, "2026-03-11T16:00:00Z");
    assert_eq!(told, [(2, "thanks".to_owned()), (1, "missed".to_owned())], "the organiser has a list after all");
}

#[test]
fn they_read_of_the_replay_and_of_the_next_date_where_there_are_any() {
    let host = held();
    add_session(&host, "2026-04-10T14:00:00Z", None);
    let replay = json!({ "replay_url": "https://video.example.com/1", "replay_shown": true });
    host.save("sessions", Some(1), replay).unwrap();
    assert_eq!(told(&host, DUE), both());
    let mails = host.mails();
    let missed = &mails.last().unwrap().data;
    assert_eq!((&missed["replay"], missed["next"]["time_zone"].as_str()), (&json!(true), Some("Europe/Berlin")));
    assert_eq!(missed["link"], json!(format!("https://example.com/en/webinars/r/{}", token(&host, 2))));
    assert!(!missed.to_string().contains("video.example.com"), "the personal page leads there: {missed}");

    let bare = held();
    assert_eq!(told(&bare, DUE), both());
    let missed = &bare.mails().pop().unwrap().data;
    assert_eq!((&missed["replay"], &missed["next"]), (&json!(false), &json!(null)));
}

#[test]
fn many_people_are_told_in_several_runs_each_once() {
    let host = host(None);
    for person in 0..230 {
        let _ = register(&host, &format!("p{person}@example.com"));
    }
    host.set_time(DUE);
    host.run_schedule("follow-ups").unwrap();
    host.run_due_jobs();
    let told: std::collections::BTreeSet<_> =
        host.mails().into_iter().filter(|mail| mail.template == "missed").map(|mail| mail.person).collect();
    assert_eq!(told.len(), 230);
    assert_eq!(host.mails().iter().filter(|mail| mail.template == "missed").count(), 230);
}

#[test]
fn a_session_that_is_held_again_at_another_time_is_followed_up_again() {
    let host = held();
    assert_eq!(told(&host, DUE), both());
    let again: Timestamp = "2026-03-20T14:00:00Z".parse().unwrap();
    host.save("sessions", Some(1), json!({ "starts_at": again, "ends_at": again + 1.hours() })).unwrap();
    let told = told(&host, "2026-03-21T15:00:00Z");
    assert_eq!(told[2..], [(1, "missed".to_owned()), (2, "missed".to_owned())]);
}
