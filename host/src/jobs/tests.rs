//! Jobs and schedules in a real database.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::json;
use tempfile::TempDir;
use tokio::sync::Barrier;

use super::schedules::{self, NewSchedule};
use super::{CORE, CoreTask, Duty, NewJob, Outcome, Run, Runner, Worker, cancel, enqueue, finish, purge, retry};
use crate::clock::{self, Clock};
use crate::error::{Code, Error, Result};
use crate::resources::Actor;
use crate::store::{Connection, Owner, Store};

struct Work {
    _folder: TempDir,
    clock: Clock,
    store: Store,
    worker: Worker,
    runs: Arc<Mutex<Vec<Run>>>,
}

impl Work {
    /// Runs end as `end` says.
    fn ending(end: impl Fn(&Run) -> Outcome + Send + Sync + 'static) -> Self {
        let runs: Arc<Mutex<Vec<Run>>> = Arc::default();
        let seen = runs.clone();
        let runner: Runner = Arc::new(move |run| {
            let outcome = end(&run);
            seen.lock().push(run);
            Box::pin(async move { outcome })
        });
        Self::with(|_, _| runner, &[], runs)
    }

    fn with(
        runner: impl FnOnce(&Store, &Clock) -> Runner,
        tasks: &'static [CoreTask],
        runs: Arc<Mutex<Vec<Run>>>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-03-28T12:00:00Z".parse().unwrap());
        let store = Store::open(&folder.path().join("magnetiq.db"), &clock).unwrap();
        let worker = Worker::new(store.clone(), clock.clone(), runner(&store, &clock), tasks);
        Self { _folder: folder, clock, store, worker, runs }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Clock) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let clock = self.clock.clone();
        self.store.write(Owner::Core, move |unit| work(unit, &clock)).await
    }

    async fn enqueue(&self, job: NewJob) -> Result<i64> {
        self.write(|unit, clock| enqueue(unit, clock, job)).await
    }

    async fn schedule(&self, zone: &'static str, list: &'static [(&'static str, &'static str)]) -> Result<()> {
        let named = |(name, cron): &(&str, &str)| NewSchedule { name: (*name).to_owned(), cron: (*cron).to_owned() };
        let list: Vec<NewSchedule> = list.iter().map(named).collect();
        self.write(move |unit, clock| schedules::set(unit, clock, "webinars", zone, &list)).await
    }

    async fn text(&self, sql: &'static str) -> String {
        self.store.read(move |unit| Ok(unit.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
    }

    async fn drain(&self) -> usize {
        self.worker.drain_due().await.unwrap()
    }

    fn go_to(&self, moment: &str) {
        let moment: Timestamp = moment.parse().unwrap();
        self.clock.advance(moment.duration_since(self.clock.now()));
    }

    /// Name and due moment of each run so far.
    fn seen(&self) -> Vec<String> {
        let told = |run: &Run| run.due_at.map_or(run.name.clone(), |due| format!("{} {due}", run.name));
        self.runs.lock().iter().map(told).collect()
    }
}

fn job(owner: &str, name: &str) -> NewJob {
    NewJob { owner: owner.to_owned(), name: name.to_owned(), payload: json!({"n": 1}), ..NewJob::default() }
}

#[tokio::test]
async fn a_job_runs_once_with_what_it_was_given() {
    let work = Work::ending(|_| Outcome::Done);
    work.enqueue(job("webinars", "remind")).await.unwrap();
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.drain().await, 0);
    let run = work.runs.lock()[0].clone();
    assert_eq!((run.owner.as_str(), run.name.as_str(), run.lease.attempt), ("webinars", "remind", 1));
    assert_eq!((run.payload, run.due_at), (json!({"n": 1}), None));
    assert_eq!(work.text("SELECT status FROM jobs").await, "done");
}

#[tokio::test]
async fn a_job_for_later_waits_for_its_moment() {
    let work = Work::ending(|_| Outcome::Done);
    let at = work.clock.now() + SignedDuration::from_hours(2);
    work.enqueue(NewJob { at: Some(at), ..job("webinars", "remind") }).await.unwrap();
    work.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(work.drain().await, 0);
    work.clock.advance(SignedDuration::from_hours(1));
    assert_eq!(work.drain().await, 1);
}

#[tokio::test]
async fn a_job_that_fails_waits_longer_each_time_and_is_dead_in_the_end() {
    let work = Work::ending(|_| Outcome::Failed("no luck".to_owned()));
    let id = work.enqueue(NewJob { attempts: 4, ..job("webinars", "remind") }).await.unwrap();
    let mut waits = Vec::new();
    while work.drain().await == 1 {
        if work.text("SELECT status FROM jobs").await == "dead" {
            break;
        }
        let next = clock::parse_sql(&work.text("SELECT run_at FROM jobs").await).unwrap();
        let wait = next.duration_since(work.clock.now());
        assert_eq!(work.drain().await, 0);
        work.clock.advance(wait);
        waits.push(wait.as_secs());
    }
    assert_eq!(waits.len(), 3);
    assert!(waits.is_sorted_by(|a, b| a * 2 < *b), "{waits:?}");
    assert_eq!(work.text("SELECT attempts || last_error FROM jobs").await, "4no luck");

    work.write(move |unit, clock| retry(unit, clock, &Actor::system(), id)).await.unwrap();
    let again = work.write(move |unit, clock| retry(unit, clock, &Actor::system(), id)).await.unwrap_err();
    assert_eq!(again.code(), Code::Conflict);
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.text("SELECT status || attempts FROM jobs").await, "queued1");
}

#[tokio::test]
async fn a_key_holds_one_job_while_it_waits_or_runs() {
    let work = Work::ending(|_| Outcome::Done);
    let keyed = |owner: &str| NewJob { key: Some("remind:7".to_owned()), ..job(owner, "remind") };
    let first = work.enqueue(keyed("webinars")).await.unwrap();
    assert_eq!(work.enqueue(keyed("webinars")).await.unwrap(), first);
    assert_ne!(work.enqueue(keyed("booking")).await.unwrap(), first);
    assert_eq!(work.drain().await, 2);
    assert_ne!(work.enqueue(keyed("webinars")).await.unwrap(), first);
}

#[tokio::test]
async fn a_cancelled_job_does_not_run() {
    let work = Work::ending(|_| Outcome::Done);
    work.enqueue(NewJob { key: Some("remind:7".to_owned()), ..job("webinars", "remind") }).await.unwrap();
    assert!(!work.write(|unit, clock| cancel(unit, clock, "booking", "remind:7")).await.unwrap());
    assert!(work.write(|unit, clock| cancel(unit, clock, "webinars", "remind:7")).await.unwrap());
    assert!(!work.write(|unit, clock| cancel(unit, clock, "webinars", "remind:7")).await.unwrap());
    assert_eq!(work.drain().await, 0);
}

#[tokio::test]
async fn a_job_that_cannot_begin_waits_without_losing_a_try() {
    let work = Work::ending(|_| Outcome::Waits("disabled".to_owned()));
    work.enqueue(NewJob { attempts: 1, ..job("webinars", "remind") }).await.unwrap();
    for _ in 0..3 {
        assert_eq!(work.drain().await, 1);
        work.clock.advance(SignedDuration::from_secs(60));
    }
    assert_eq!(work.text("SELECT status || attempts || last_error FROM jobs").await, "queued0disabled");
}

#[tokio::test]
async fn a_run_that_lost_its_lease_leaves_nothing() {
    let work = Work::ending(|_| Outcome::Marked);
    work.enqueue(job("webinars", "remind")).await.unwrap();
    work.drain().await;
    let stale = work.runs.lock()[0].lease;
    // The process died, the lease is over, another run has begun.
    work.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(work.drain().await, 1);
    let current = work.runs.lock()[1].lease;
    assert_eq!((current.job, current.attempt), (stale.job, 2));

    let effect = move |unit: &Connection, clock: &Clock, lease| {
        enqueue(unit, clock, job("webinars", "effect"))?;
        finish(unit, clock, lease)
    };
    let refused = work.write(move |unit, clock| effect(unit, clock, stale)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Conflict);
    assert_eq!(work.text("SELECT '' || count(*) FROM jobs").await, "1");
    work.write(move |unit, clock| effect(unit, clock, current)).await.unwrap();
    assert_eq!(work.text("SELECT group_concat(status) FROM jobs").await, "done,queued");
}

#[tokio::test]
async fn a_job_that_kills_its_process_each_time_is_dead_in_the_end() {
    let work = Work::ending(|_| Outcome::Marked);
    work.enqueue(NewJob { attempts: 2, ..job("webinars", "poison") }).await.unwrap();
    for expected in [1, 1, 0] {
        assert_eq!(work.drain().await, expected);
        work.clock.advance(SignedDuration::from_mins(6));
    }
    assert_eq!(work.text("SELECT status FROM jobs").await, "dead");
}

#[tokio::test]
async fn an_owner_with_many_slow_jobs_leaves_room_for_others() {
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Both first jobs of the slow owner and the quick one are under way at once, or none of them ends.
    let meeting = Arc::new(Barrier::new(3));
    let (counted, peak) = (running.clone(), most.clone());
    let runner: Runner = Arc::new(move |run| {
        let (counted, peak, meeting) = (counted.clone(), peak.clone(), meeting.clone());
        Box::pin(async move {
            if run.owner == "quick" {
                meeting.wait().await;
                return Outcome::Done;
            }
            let now = counted.fetch_add(1, Ordering::SeqCst) + 1;
            peak.fetch_max(now, Ordering::SeqCst);
            if run.payload == json!("first") {
                meeting.wait().await;
            }
            counted.fetch_sub(1, Ordering::SeqCst);
            Outcome::Done
        })
    });
    let work = Work::with(|_, _| runner, &[], Arc::default());
    for _ in 0..2 {
        work.enqueue(NewJob { payload: json!("first"), ..job("slow", "grind") }).await.unwrap();
    }
    for _ in 0..20 {
        work.enqueue(job("slow", "grind")).await.unwrap();
    }
    work.enqueue(job("quick", "ping")).await.unwrap();
    assert_eq!(work.drain().await, 23);
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_run_missed_while_the_process_was_down_is_made_up_for_once() {
    let work = Work::ending(|_| Outcome::Done);
    work.schedule("Europe/Berlin", &[("daily", "0 9 * * *")]).await.unwrap();
    assert_eq!(work.drain().await, 0);
    work.go_to("2026-04-02T10:00:00Z");
    // What every start does; it must not forget what was missed.
    work.schedule("Europe/Berlin", &[("daily", "0 9 * * *")]).await.unwrap();
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.seen(), ["daily 2026-04-02T07:00:00Z"], "the last that was missed");
    work.go_to("2026-04-03T06:59:59Z");
    assert_eq!(work.drain().await, 0);
    work.go_to("2026-04-03T07:00:00Z");
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.seen()[1], "daily 2026-04-03T07:00:00Z");
}

#[tokio::test]
async fn a_schedule_whose_run_is_still_open_waits_and_catches_up_once() {
    let work = Work::ending(|run| match run.lease.attempt {
        1 => Outcome::Failed("first".to_owned()),
        _ => Outcome::Done,
    });
    work.schedule("UTC", &[("tick", "* * * * *")]).await.unwrap();
    work.go_to("2026-03-28T12:01:00Z");
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.drain().await, 0);
    // The second try of the first run, then one run for all the minutes since.
    work.go_to("2026-03-28T12:10:30Z");
    assert_eq!(work.drain().await, 2);
    let due = ["tick 2026-03-28T12:01:00Z", "tick 2026-03-28T12:01:00Z", "tick 2026-03-28T12:10:00Z"];
    assert_eq!(work.seen(), due);
}

#[tokio::test]
async fn a_paused_schedule_does_not_run_and_starts_afresh() {
    let work = Work::ending(|_| Outcome::Done);
    work.schedule("UTC", &[("daily", "0 9 * * *"), ("weekly", "0 9 * * 1")]).await.unwrap();
    work.write(|unit, clock| schedules::pause(unit, clock, "webinars")).await.unwrap();
    work.go_to("2026-04-05T12:00:00Z");
    assert_eq!(work.drain().await, 0);
    work.schedule("UTC", &[("daily", "0 9 * * *")]).await.unwrap();
    assert_eq!(work.drain().await, 0);
    work.go_to("2026-04-06T09:00:00Z");
    assert_eq!(work.drain().await, 1);
    assert_eq!(work.seen(), ["daily 2026-04-06T09:00:00Z"]);
}

#[tokio::test]
async fn a_wrong_schedule_is_refused_whole() {
    let work = Work::ending(|_| Outcome::Done);
    let refused = work.schedule("UTC", &[("good", "0 9 * * *"), ("bad", "0 25 * * *")]).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].field, "cron");
    assert_eq!(work.text("SELECT '' || count(*) FROM schedules").await, "0");
}

#[tokio::test]
async fn the_hosts_own_task_runs_on_its_schedule_with_its_mark() {
    const TASKS: &[CoreTask] = &[
        CoreTask {
            name: "note",
            cron: "0 * * * *",
            duty: Duty::Unit(|unit, clock| enqueue(unit, clock, job("webinars", "noted")).map(drop)),
        },
        CoreTask {
            name: "broken",
            cron: "0 * * * *",
            duty: Duty::Unit(|unit, clock| {
                enqueue(unit, clock, job("webinars", "never"))?;
                Err(Error::not_found())
            }),
        },
    ];
    let work = Work::with(|_, _| Arc::new(|_| Box::pin(async { Outcome::Done })), TASKS, Arc::default());
    work.worker.set_core_schedules().await.unwrap();
    work.go_to("2026-03-28T13:00:00Z");
    work.drain().await;
    let sql =
        "SELECT group_concat(owner || ' ' || name || ' ' || status, ', ') FROM (SELECT * FROM jobs ORDER BY name)";
    assert_eq!(work.text(sql).await, "core broken queued, core note done, webinars noted done");
    assert_eq!(CORE, "core");
}

#[tokio::test]
async fn old_jobs_are_removed_and_dead_ones_are_kept_longer() {
    let work = Work::ending(|run| match run.name.as_str() {
        "fails" => Outcome::Failed("x".to_owned()),
        _ => Outcome::Done,
    });
    work.enqueue(NewJob { attempts: 1, ..job("webinars", "fails") }).await.unwrap();
    work.enqueue(job("webinars", "works")).await.unwrap();
    work.drain().await;
    let mut left = BTreeMap::new();
    for days in [29, 2, 150] {
        work.clock.advance(SignedDuration::from_hours(24 * days));
        work.write(purge).await.unwrap();
        left.insert(left.len(), work.text("SELECT coalesce(group_concat(name), '') FROM jobs").await);
    }
    assert_eq!(left.into_values().collect::<Vec<_>>(), ["fails,works", "fails", ""]);
}

#[tokio::test]
async fn the_list_agrees_with_the_migrated_table() {
    let work = Work::ending(|_| Outcome::Done);
    let findings = work.store.read(|snapshot| super::table().check(snapshot)).await.unwrap();
    assert_eq!((findings.faults, findings.warnings), (Vec::new(), Vec::new()));
}
