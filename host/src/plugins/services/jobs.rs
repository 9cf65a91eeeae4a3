//! Jobs and schedules of plugins, as the job worker hands them over.

use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::describe::Description;
use magnetiq_contract::task::Task;
use magnetiq_contract::text::Locale;

use crate::error::{Code, Error, Result};
use crate::jobs::{self, Outcome, Run};
use crate::plugins::Plugins;
use crate::plugins::life::quarantine::Trial;
use crate::plugins::live::Live;
use crate::plugins::rights::gate::{Capability, Ungranted};
use crate::plugins::sandbox::ask::Ask;
use crate::plugins::sandbox::call::{BeforeCommit, Call};
use crate::plugins::sandbox::state::{Cause, Mode};
use crate::plugins::sandbox::task::EVENT_JOB;

impl Plugins {
    /// Runs one job of a plugin. What it writes and the mark that it is done commit together; a job that calls other
    /// servers is marked after its end. They wait while the plugin is not enabled or knows nothing of them, rests or has too
    /// much to do, has used up a quantity, or was not granted its jobs or the event.
    pub async fn run_job(&self, run: Run) -> Outcome {
        let Some(plugin) = self.alive.load().get(&run.owner).cloned() else {
            return Outcome::Waits(format!("The plugin {} is not enabled.", run.owner));
        };
        if !knows(plugin.description(), &run.name) {
            return Outcome::Waits(unknown(&plugin, &run.name));
        }
        if let Err(refusal) = may_run(&plugin, &run.name) {
            return Outcome::Waits(refusal.to_string());
        }
        let mut place = match plugin.place().await {
            Ok(place) => place,
            Err(refusal) => return Outcome::Waits(refusal.to_string()),
        };
        match self.run_job_of(&plugin, run, &mut place.trial).await {
            Ok(()) => Outcome::Marked,
            Err(error) if error.code() == Code::RateLimited && Ungranted::caused(&error) => {
                Outcome::Waits(error.to_string())
            }
            Err(error) => Outcome::Failed(error.to_string()),
        }
    }

    async fn run_job_of(&self, plugin: &Arc<Live>, run: Run, trial: &mut Trial) -> Result<()> {
        let (mode, lease, depth) = (mode_of(plugin, &run.name), run.lease, run.depth);
        let ask = Ask::Run(serde_json::to_string(&task_of(run, plugin, &self.site.time_zone)?)?);
        let clock = self.clock.clone();
        let mark: BeforeCommit = Box::new(move |unit, _| jobs::finish(unit, &clock, lease));
        let setting = self.setting(plugin, Cause::itself(Locale::default()), mode).for_itself(depth);
        let call = Call::new(setting, self.limits(plugin, true), ask).before_commit(mark);
        let finished = call.finish().await?;
        trial.pass();
        finished.changes().map(drop)
    }
}

/// Does a version do work of this name: a job, a schedule, an event that it hears?
pub(in crate::plugins) fn knows(description: &Description, name: &str) -> bool {
    match name.strip_prefix(EVENT_JOB) {
        Some(event) => description.subscriptions.iter().any(|known| known == event),
        None => {
            description.jobs.iter().any(|job| job.name == name)
                || description.schedules.iter().any(|schedule| schedule.name == name)
        }
    }
}

fn unknown(plugin: &Live, name: &str) -> String {
    let version = &plugin.manifest().version;
    format!("The version {version} of the plugin {} does not know {name}; it waits for one that does.", plugin.id)
}

/// Is the plugin granted this work? An event by its name, everything else as a job.
fn may_run(plugin: &Live, name: &str) -> Result<()> {
    match name.strip_prefix(EVENT_JOB) {
        Some(event) => plugin.gate.require_name(Capability::Events, event).map(drop),
        None => plugin.gate.require(Capability::Jobs).map(drop),
    }
}

fn mode_of(plugin: &Live, name: &str) -> Mode {
    let detached = plugin.description().jobs.iter().any(|job| job.name == name && job.detached);
    if detached { Mode::Detached } else { Mode::Transaction }
}

/// An event's name stands behind its prefix; a run with a due moment is a schedule's.
fn task_of(run: Run, plugin: &Live, zone: &str) -> Result<Task> {
    let Run { name, payload, due_at, lease, .. } = run;
    if let Some(due) = due_at {
        let day_ends_at = day_end(due, zone).map_err(Error::internal)?.as_microsecond();
        return Ok(Task::Schedule { name, due_at: due.as_microsecond(), day_ends_at });
    }
    Ok(
        match name
            .strip_prefix(EVENT_JOB)
            .filter(|event| plugin.description().subscriptions.iter().any(|known| known == event))
        {
            Some(event) => Task::Event { name: event.to_owned(), payload },
            None => Task::Job { name, payload, attempt: lease.attempt },
        },
    )
}

/// The first moment of the next day in the zone.
fn day_end(moment: Timestamp, zone: &str) -> Result<Timestamp, jiff::Error> {
    Ok(moment.in_tz(zone)?.tomorrow()?.start_of_day()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_of_the_zone_also_where_midnight_does_not_exist() {
        for (moment, zone, end) in [
            ("2026-03-28T08:00:00Z", "Europe/Berlin", "2026-03-28T23:00:00Z"),
            ("2026-03-29T07:00:00Z", "Europe/Berlin", "2026-03-29T22:00:00Z"),
            ("2026-09-05T12:00:00Z", "America/Santiago", "2026-09-06T04:00:00Z"),
        ] {
            assert_eq!(day_end(moment.parse().unwrap(), zone).unwrap().to_string(), end);
        }
    }
}
