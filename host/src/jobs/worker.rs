//! Runs jobs that are due.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::lanes::{self, Lane, Source, Step};
use super::lease::{self, Lease};
use super::schedules::{self, NewSchedule};
use super::{CORE, store};
use crate::clock::{self, Clock};
use crate::error::Result;
use crate::shutdown::Shutdown;
use crate::store::{Connection, Owner, Store};

/// Jobs that run at the same time.
const LANES: usize = 4;
/// Jobs of one owner that run at the same time, so that no owner takes all lanes.
const LANES_PER_OWNER: u32 = 2;
/// Seconds of a lease: far beyond the longest a job may take, which is 60 s.
const LEASE: i64 = 300;
/// Most characters kept of an error.
const REASON: usize = 500;

/// One run of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// For [`super::finish`] in the unit of the job's effects.
    pub lease: Lease,
    /// A plugin's id.
    pub owner: String,
    /// The job, or the schedule when `due_at` is set.
    pub name: String,
    /// As queued; null for a schedule.
    pub payload: Value,
    /// The moment a schedule was due; none for other jobs.
    pub due_at: Option<Timestamp>,
    /// Events between it and what first caused it.
    pub depth: u32,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done, to be marked by the worker.
    Done,
    /// Done, and marked by [`super::finish`] in the unit of its effects.
    Marked,
    /// Not done; to be tried again while tries are left.
    Failed(String),
    /// Could not begin, such as while the plugin is disabled; does not count as a try.
    Waits(String),
}

/// Reaches the owner of a job.
pub type Runner = Arc<dyn Fn(Run) -> BoxFuture<'static, Outcome> + Send + Sync>;

/// A scheduled job of the host itself.
#[derive(Clone, Copy)]
pub struct CoreTask {
    /// Its name.
    pub name: &'static str,
    /// Five cron fields, read in UTC.
    pub cron: &'static str,
    /// What it does.
    pub duty: Duty,
}

/// What a scheduled job of the host does.
#[derive(Clone, Copy)]
pub enum Duty {
    /// Runs in one unit with its mark.
    Unit(fn(&Connection, &Clock) -> Result<()>),
    /// Takes several units or something outside the database: the runner does it.
    Errand,
}

/// Takes jobs and runs them. Clones share all they have.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    clock: Clock,
    runner: Runner,
    tasks: &'static [CoreTask],
}

impl Worker {
    /// A worker that reaches plugins through `runner`.
    #[must_use]
    pub fn new(store: Store, clock: Clock, runner: Runner, tasks: &'static [CoreTask]) -> Self {
        Self { store, clock, runner, tasks }
    }

    /// Sets the host's own schedules and runs jobs until the end is asked for; runs that have begun are finished.
    ///
    /// # Errors
    /// When the host's schedules cannot be set.
    pub async fn run(self, shutdown: Shutdown) -> Result<()> {
        self.set_core_schedules().await?;
        let source = Source { store: self.store.clone(), tables: self.store.tables(["jobs", "schedules"]) };
        lanes::run(self, LANES, source, shutdown).await;
        Ok(())
    }

    /// Runs all that is due now and tells how many runs that were.
    ///
    /// # Errors
    /// The store's own; what goes wrong in a job is marked on the job.
    pub async fn drain_due(&self) -> Result<usize> {
        lanes::drain(self, LANES).await
    }

    /// Sets the schedules of the host's own tasks.
    ///
    /// # Errors
    /// When their times are wrong; the store's own.
    pub async fn set_core_schedules(&self) -> Result<()> {
        let (clock, tasks) = (self.clock.clone(), self.tasks);
        let set = move |unit: &Connection| {
            let named = |task: &CoreTask| NewSchedule { name: task.name.to_owned(), cron: task.cron.to_owned() };
            let schedules: Vec<NewSchedule> = tasks.iter().map(named).collect();
            schedules::set(unit, &clock, CORE, "UTC", &schedules)
        };
        self.store.write(Owner::Core, move |unit| set(unit)).await
    }

    async fn take(&self) -> Result<Option<store::Taken>> {
        let clock = self.clock.clone();
        let taking = move |unit: &Connection| {
            let now = clock.now();
            let until = clock::sql(now + SignedDuration::from_secs(LEASE));
            store::release_expired(unit, &clock::sql(now))?;
            schedules::tick(unit, &clock)?;
            store::take(unit, LANES_PER_OWNER, &clock::sql(now), &until)
        };
        self.store.write(Owner::Core, move |unit| taking(unit)).await
    }

    /// How long until something may be due; zero when it already is.
    async fn pause(&self) -> Result<Duration> {
        let nearest = self.store.read(|snapshot| nearest(snapshot)).await?;
        let Some(nearest) = nearest else { return Ok(Duration::MAX) };
        let ahead = clock::parse_sql(&nearest)?.duration_since(self.clock.now());
        Ok(ahead.try_into().unwrap_or_default())
    }

    async fn perform(&self, taken: store::Taken) -> Result<()> {
        let lease = taken.lease;
        match self.outcome(taken).await {
            Outcome::Marked => Ok(()),
            Outcome::Done => self.mark(move |unit, clock| lease::finish_if_held(unit, clock, lease)).await,
            Outcome::Failed(reason) => {
                let reason: String = reason.chars().take(REASON).collect();
                tracing::warn!(job = lease.job, attempt = lease.attempt, reason, "a job failed");
                self.mark(move |unit, clock| lease::fail(unit, clock, lease, &reason)).await
            }
            Outcome::Waits(reason) => {
                let reason: String = reason.chars().take(REASON).collect();
                self.mark(move |unit, clock| lease::postpone(unit, clock, lease, &reason)).await
            }
        }
    }

    async fn outcome(&self, taken: store::Taken) -> Outcome {
        if taken.owner == CORE { self.run_core(taken).await } else { self.run_by_runner(taken).await }
    }

    async fn run_by_runner(&self, taken: store::Taken) -> Outcome {
        match run_of(taken) {
            Ok(run) => (self.runner)(run).await,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    async fn run_core(&self, taken: store::Taken) -> Outcome {
        let Some(task) = self.tasks.iter().find(|task| task.name == taken.name) else {
            return Outcome::Failed("The host has no such task.".to_owned());
        };
        let lease = taken.lease;
        let Duty::Unit(work) = task.duty else { return self.run_by_runner(taken).await };
        let done = self.mark(move |unit, clock| {
            work(unit, clock)?;
            lease::finish(unit, clock, lease)
        });
        match done.await {
            Ok(()) => Outcome::Marked,
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    async fn mark(&self, work: impl FnOnce(&Connection, &Clock) -> Result<()> + Send + 'static) -> Result<()> {
        let clock = self.clock.clone();
        self.store.write(Owner::Core, move |unit| work(unit, &clock)).await
    }
}

impl Lane for Worker {
    async fn step(&self) -> Result<Step> {
        let pause = self.pause().await?;
        if !pause.is_zero() {
            return Ok(Step::Idle(pause));
        }
        let Some(taken) = self.take().await? else { return Ok(Step::Idle(Duration::ZERO)) };
        self.perform(taken).await?;
        Ok(Step::Worked)
    }
}

fn nearest(snapshot: &Connection) -> Result<Option<String>> {
    let moments = [store::next_due(snapshot)?, schedules::store::next_due(snapshot)?];
    Ok(moments.into_iter().flatten().min())
}

fn run_of(taken: store::Taken) -> Result<Run> {
    Ok(Run {
        lease: taken.lease,
        owner: taken.owner,
        name: taken.name,
        payload: serde_json::from_str(&taken.payload)?,
        depth: taken.depth,
        due_at: taken.due_at.as_deref().map(clock::parse_sql).transpose()?,
    })
}
