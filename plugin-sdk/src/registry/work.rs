//! Schedules, jobs, events and steps of the plugin's life.

use magnetiq_contract::describe::{Job as Described, Schedule};
use magnetiq_contract::task::Task;
use magnetiq_contract::text::Text;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Found, Registry, Wanted};
use crate::error::{Error, Result};
use crate::handler::{Hears, Runs, Ticks};
use crate::jobs::Job;
use crate::time::Timestamp;
use crate::tx::Tx;

impl Registry {
    /// A scheduled hook, with five cron fields in the site's time zone: `fn(&Tx) -> Result<()>`, or with [`Due`]. Runs
    /// that were missed come as one.
    pub fn schedule<M>(&mut self, name: &'static str, cron: &str, handler: impl Ticks<M>) -> ScheduleEntry<'_> {
        if let Some(description) = &mut self.description {
            description.schedules.push(Schedule { name: name.into(), cron: cron.into(), label: Text::default() });
        }
        if matches!(&self.wanted, Wanted::Schedule(wanted) if wanted == name) {
            self.found = Some(done(move |task| handler.tick(Due::of(&task))));
        }
        ScheduleEntry { site: self }
    }

    /// A kind of job: `fn(&Tx, Remind) -> Result<()>`, or with `&Detached` to call other servers. A refusal is tried
    /// again later.
    pub fn job<M, J: Job, H: Runs<J, M>>(&mut self, handler: H) -> JobEntry<'_> {
        if let Some(description) = &mut self.description {
            let (name, label) = (J::NAME.into(), Text::default());
            description.jobs.push(Described { name, label, detached: H::DETACHED, attempts: J::ATTEMPTS });
        }
        if matches!(&self.wanted, Wanted::Job(wanted) if wanted == J::NAME) {
            self.found = Some(done(move |task| match task {
                Task::Job { payload, .. } => handler.run(read(payload)?),
                _ => Ok(()),
            }));
        }
        JobEntry { site: self }
    }

    /// Hears an event, `<plugin>.<event>`, after the commit of what published it: `fn(&Tx, Payload) -> Result<()>`.
    pub fn on<P: DeserializeOwned>(&mut self, event: &'static str, handler: impl Hears<P>) {
        if let Some(description) = &mut self.description {
            description.subscriptions.push(event.into());
        }
        if matches!(&self.wanted, Wanted::Event(wanted) if wanted == event) {
            self.found = Some(done(move |task| match task {
                Task::Event { payload, .. } => handler.hear(read(payload)?),
                _ => Ok(()),
            }));
        }
    }

    /// Runs once when an admin enables the plugin.
    pub fn on_enable(&mut self, handler: impl Fn(&Tx) -> Result<()> + 'static) {
        self.life("enable", handler);
    }

    /// Runs once when an admin disables the plugin.
    pub fn on_disable(&mut self, handler: impl Fn(&Tx) -> Result<()> + 'static) {
        self.life("disable", handler);
    }

    fn life(&mut self, step: &str, handler: impl Fn(&Tx) -> Result<()> + 'static) {
        if matches!(&self.wanted, Wanted::Life(wanted) if wanted == step) {
            self.found = Some(done(move |_| handler(&Tx::new())));
        }
    }
}

fn done(work: impl FnOnce(Task) -> Result<()> + 'static) -> Found {
    Found::Work(Box::new(move |task| work(task).map(|()| Value::Null)))
}

fn read<T: DeserializeOwned>(payload: Value) -> Result<T> {
    serde_json::from_value(payload).map_err(|cause| Error::failed(format!("payload: {cause}")))
}

/// When a schedule's run was due, which may be some time ago: what is still to be done is counted from here.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn report(tx: &Tx, due: Due) -> Result<()> {
///     let sql = "SELECT count(*) FROM p_notes__notes WHERE created_at < ?";
///     let count: i64 = tx.one(sql, [due.at])?;
///     tx.mail("report").to("owner@example.com").data(json!({ "count": count })).queue().map(drop)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The moment. Of runs that were missed, the last.
    pub at: Timestamp,
    /// The first moment of the next day in the site's zone.
    pub day_ends_at: Timestamp,
}

impl Due {
    fn of(task: &Task) -> Self {
        let (at, day_ends_at) = match task {
            Task::Schedule { due_at, day_ends_at, .. } => (*due_at, *day_ends_at),
            _ => (0, 0),
        };
        Self { at: Timestamp::from_micros(at), day_ends_at: Timestamp::from_micros(day_ends_at) }
    }
}

/// A schedule that is being registered.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # fn tidy(_: &Tx) -> Result<()> { Ok(()) }
/// fn register(site: &mut Registry) {
///     site.schedule("nightly", "0 3 * * *", tidy).label(("Tidies up", "Räumt auf"));
/// }
/// ```
#[derive(Debug)]
pub struct ScheduleEntry<'a> {
    site: &'a mut Registry,
}

impl ScheduleEntry<'_> {
    /// Its name for the admin, in English and German.
    pub fn label(self, label: impl Into<Text>) -> Self {
        if let Some(schedule) = self.site.description.as_mut().and_then(|description| description.schedules.last_mut())
        {
            schedule.label = label.into();
        }
        self
    }
}

/// A kind of job that is being registered.
#[derive(Debug)]
pub struct JobEntry<'a> {
    site: &'a mut Registry,
}

impl JobEntry<'_> {
    /// What it does, for the admin, in English and German.
    pub fn label(self, label: impl Into<Text>) -> Self {
        if let Some(job) = self.site.description.as_mut().and_then(|description| description.jobs.last_mut()) {
            job.label = label.into();
        }
        self
    }
}
