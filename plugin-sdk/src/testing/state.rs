//! What the fake host keeps, and units of work on it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use magnetiq_contract::call::{Context, SiteInfo};
use magnetiq_contract::mail::Message;
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::people::{Consent, Person};
use magnetiq_contract::task::Task;
use magnetiq_contract::text::{Locale, Text};
use serde_json::Value;

pub use crate::environment::Level;
use crate::error::Result;
use crate::time::{Span, Timestamp};

use super::store::Store;

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// What a call may do to the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read.
    Read,
    /// Read and write.
    Write,
    /// Nothing until `begin`.
    Detached,
}

/// A job as it was queued.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::testing::FakeHost;
/// # struct Notes;
/// # impl Plugin for Notes { fn register(_: &mut Registry) {} }
///
/// fn check(host: &FakeHost<Notes>) {
///     let job = &host.jobs()[0];
///     assert_eq!((job.name.as_str(), job.at > host.now()), ("remind", true));
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedJob {
    /// Its name.
    pub name: String,
    /// What it carries.
    pub payload: Value,
    /// When it is due.
    pub at: Timestamp,
    /// Its key.
    pub key: Option<String>,
    /// How far it is.
    pub status: JobStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it failed last.
    pub last_error: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobStatus {
    /// Not due or not run yet.
    Waiting,
    /// Ran.
    Done,
    /// Taken back.
    Cancelled,
}

pub(crate) struct State {
    pub manifest: Manifest,
    pub store: Store,
    pub mode: Mode,
    pub now: Timestamp,
    pub context: Context,
    pub settings: BTreeMap<String, Value>,
    pub outbound: Vec<(String, u16, String)>,
    pub people: Vec<Person>,
    pub consents: Vec<(i64, Consent)>,
    pub activities: Vec<(i64, String, String)>,
    pub mails: Vec<Message>,
    /// Mails from this place on wait; none where each leaves at once.
    pub held_from: Option<usize>,
    pub recalled: Vec<Message>,
    pub jobs: Vec<QueuedJob>,
    pub events: Vec<(String, Value)>,
    pub log: Vec<(Level, String)>,
    pub random: u64,
    kept: Option<Box<Kept>>,
}

/// What a refusal takes back beside the tables.
#[derive(Clone)]
struct Kept {
    people: Vec<Person>,
    consents: Vec<(i64, Consent)>,
    activities: Vec<(i64, String, String)>,
    mails: Vec<Message>,
    recalled: Vec<Message>,
    jobs: Vec<QueuedJob>,
    events: Vec<(String, Value)>,
}

/// Uses the thread's host.
pub(crate) fn with<T>(work: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(|state| work(state.as_mut().unwrap_or_else(|| panic!("make a FakeHost first"))))
}

impl State {
    pub(super) fn install(manifest: Manifest, store: Store) {
        let site = SiteInfo {
            name: "Example".into(),
            public_url: "https://example.com".into(),
            time_zone: "Europe/Berlin".into(),
            mount: Text::new("/en/plugin", "/de/plugin"),
        };
        let context = Context { caller: None, locale: Locale::En, site, request_id: "test".into() };
        let state = Self {
            manifest,
            store,
            mode: Mode::Read,
            now: "2026-01-15T12:00:00Z".parse().unwrap_or_default(),
            context,
            settings: BTreeMap::new(),
            outbound: Vec::new(),
            people: Vec::new(),
            consents: Vec::new(),
            activities: Vec::new(),
            mails: Vec::new(),
            held_from: None,
            recalled: Vec::new(),
            jobs: Vec::new(),
            events: Vec::new(),
            log: Vec::new(),
            random: 0x9e37_79b9_7f4a_7c15,
            kept: None,
        };
        STATE.set(Some(state));
    }

    pub(super) fn remove() {
        STATE.set(None);
    }

    /// The first moment of the next day in the site's zone.
    pub(super) fn day_end(&self, moment: Timestamp) -> Timestamp {
        let end = || {
            let moment = jiff::Timestamp::from_microsecond(moment.as_micros())?;
            moment.in_tz(&self.context.site.time_zone)?.tomorrow()?.start_of_day()
        };
        let end = end().unwrap_or_else(|cause| panic!("{moment}: {cause}"));
        Timestamp::from_micros(end.timestamp().as_microsecond())
    }

    /// The first job that is due.
    pub(super) fn due_job(&mut self) -> Option<(usize, Task)> {
        let now = self.now;
        let waiting =
            self.jobs.iter_mut().enumerate().filter(|(_, job)| job.status == JobStatus::Waiting && job.at <= now);
        let (place, job) = waiting.min_by_key(|(place, job)| (job.at, *place))?;
        job.attempts += 1;
        Some((place, Task::Job { name: job.name.clone(), payload: job.payload.clone(), attempt: job.attempts }))
    }

    pub(super) fn job_ended(&mut self, place: usize, fault: Option<String>) {
        let now = self.now;
        let job = &mut self.jobs[place];
        match fault {
            None => job.status = JobStatus::Done,
            Some(fault) => {
                job.at = now + 1.minutes();
                job.last_error = Some(fault);
            }
        }
    }

    pub(crate) fn begin(&mut self) -> Result<()> {
        self.store.begin()?;
        let Self { people, consents, activities, mails, recalled, jobs, events, .. } = self;
        self.kept = Some(Box::new(Kept {
            people: people.clone(),
            consents: consents.clone(),
            activities: activities.clone(),
            mails: mails.clone(),
            recalled: recalled.clone(),
            jobs: jobs.clone(),
            events: events.clone(),
        }));
        self.mode = Mode::Write;
        Ok(())
    }

    pub(crate) fn commit(&mut self) -> Result<()> {
        self.kept = None;
        self.store.commit()
    }

    fn roll_back(&mut self) {
        let Some(kept) = self.kept.take() else { return };
        let Kept { people, consents, activities, mails, recalled, jobs, events } = *kept;
        (self.people, self.consents, self.activities) = (people, consents, activities);
        (self.mails, self.recalled) = (mails, recalled);
        (self.jobs, self.events) = (jobs, events);
        self.store.roll_back();
    }
}

/// Runs one call; `succeeded` says whether its transaction is kept.
pub(super) fn unit<T>(mode: Mode, call: impl FnOnce() -> T, succeeded: impl FnOnce(&T) -> bool) -> T {
    with(|state| {
        state.mode = mode;
        if mode == Mode::Write {
            state.begin().unwrap_or_else(|error| panic!("{error}"));
        }
    });
    let answer = call();
    with(|state| {
        if state.kept.is_some() && mode == Mode::Write && succeeded(&answer) {
            state.commit().unwrap_or_else(|error| panic!("{error}"));
        }
        state.roll_back();
        state.mode = Mode::Read;
    });
    answer
}

/// As [`unit`], for work that is kept when it succeeds.
pub(super) fn fallible<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    unit(Mode::Write, work, Result::is_ok)
}
