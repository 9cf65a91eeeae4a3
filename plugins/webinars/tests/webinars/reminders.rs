//! Each reminder is sent once, and none too late.

use magnetiq_sdk::prelude::*;

use crate::support::{START, add_session, host, register, register_for, templates};

#[test]
fn each_reminder_is_sent_once() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_time("2026-03-09T14:00:00Z");
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder"]);
    host.set_time("2026-03-10T08:00:00Z");
    for _ in 0..2 {
        host.run_schedule("morning").unwrap();
        host.run_due_jobs();
    }
    assert_eq!(templates(&host).len(), 3);
    host.set_time("2026-03-10T13:00:00Z");
    host.run_due_jobs();
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder", "reminder", "reminder"]);
    let start = START.parse::<Timestamp>().unwrap().as_micros();
    assert!(host.mails()[1..].iter().all(|mail| mail.not_after == Some(start)), "none leaves once it has started");
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
fn the_morning_run_reminds_of_what_is_left_of_its_day_whenever_it_runs() {
    let nine: Timestamp = "2026-03-10T08:00:00Z".parse().unwrap();
    for (now, due, reminded) in [
        ("2026-03-10T08:00:00Z", nine, vec![1, 2]),
        ("2026-03-10T21:00:00Z", nine, vec![2]),
        ("2026-03-10T23:30:00Z", nine, vec![]),
        ("2026-03-10T07:59:00Z", nine - 24.hours(), vec![]),
    ] {
        let host = host(None);
        let late = add_session(&host, "2026-03-10T22:59:00Z", None);
        let tomorrow = add_session(&host, "2026-03-10T23:00:00Z", None);
        for session in [1, late, tomorrow] {
            assert_eq!(register_for(&host, session, &format!("{session}@example.com")).status, 201);
        }
        host.set_setting("remind_day", false);
        host.set_setting("remind_hour", false);
        host.set_time(now);
        host.run_due_schedule("morning", due).unwrap();
        host.run_due_jobs();
        let reminders = host.mails().into_iter().filter(|mail| mail.template == "reminder");
        assert_eq!(reminders.filter_map(|mail| mail.person).collect::<Vec<_>>(), reminded, "{now}");
    }
}

#[test]
fn a_reminder_steps_back_only_for_one_that_is_sent() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.set_setting("remind_hour", false);
    host.set_time("2026-03-10T13:30:00Z");
    host.run_due_jobs();
    host.run_schedule("morning").unwrap();
    host.run_due_jobs();
    assert_eq!(templates(&host), ["confirmation", "reminder", "reminder"], "both are late, and both are due");
}
