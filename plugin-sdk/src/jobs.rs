//! Durable jobs, queued in the call's transaction.

use magnetiq_contract::jobs::Enqueue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::host;
use crate::time::Timestamp;

/// A kind of job and what it carries: a struct with `#[derive(Job, Serialize, Deserialize)]`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Job, Serialize, Deserialize)]
/// struct Remind {
///     session: i64,
/// }
///
/// assert_eq!(Remind::NAME, "remind");
/// ```
pub trait Job: Serialize + DeserializeOwned {
    /// Its name.
    const NAME: &'static str;
    /// Tries before it is dead.
    const ATTEMPTS: u32;
}

/// A job that is being queued.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Job, Serialize, Deserialize)]
/// struct Remind {
///     session: i64,
/// }
///
/// fn plan(tx: &Tx, at: Timestamp) -> Result<()> {
///     tx.job(Remind { session: 7 }).key("remind-7").at(at).map(drop)
/// }
///
/// fn register(site: &mut Registry) {
///     site.job(|tx: &Tx, job: Remind| tx.event("reminded", &job));
/// }
/// ```
#[derive(Debug)]
#[must_use = "`now` or `at` queues it"]
pub struct Queueing<J> {
    job: J,
    key: Option<String>,
}

impl<J: Job> Queueing<J> {
    pub(crate) const fn new(job: J) -> Self {
        Self { job, key: None }
    }

    /// While a job with this key waits or runs, another is not queued; also the handle for
    /// [`Tx::cancel_job`](crate::Tx::cancel_job).
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Runs it as soon as the call has committed; the job's id.
    ///
    /// # Errors
    /// FORBIDDEN without the grant.
    ///
    /// ```
    /// # use magnetiq_sdk::prelude::*;
    /// # #[derive(Job, Serialize, Deserialize)]
    /// # struct Remind {}
    /// fn at_once(tx: &Tx) -> Result<i64> {
    ///     tx.job(Remind {}).now()
    /// }
    /// ```
    pub fn now(self) -> Result<i64> {
        self.enqueue(None)
    }

    /// Runs it once `moment` has come; the job's id.
    ///
    /// # Errors
    /// FORBIDDEN without the grant.
    pub fn at(self, moment: Timestamp) -> Result<i64> {
        self.enqueue(Some(moment.as_micros()))
    }

    fn enqueue(self, at: Option<i64>) -> Result<i64> {
        let payload = serde_json::to_value(&self.job)?;
        host::job_enqueue(&serde_json::to_string(&Enqueue { name: J::NAME.into(), payload, at, key: self.key })?)
    }
}

pub(crate) fn cancel(key: &str) -> Result<bool> {
    host::job_cancel(key)
}
