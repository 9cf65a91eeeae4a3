//! Each reminder is sent once, and none too late.

use crate::support::{START, host, register, templates};

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
