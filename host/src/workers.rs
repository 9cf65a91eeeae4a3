//! What works in the background: the outbox and the jobs.

use crate::accounts::links;
use crate::app::{SEALED, Site};
use crate::auth::{self, Keys};
use crate::clock::Clock;
use crate::error::Result;
use crate::jobs::{self, CoreTask, Duty, Outcome};
use crate::mail;
use crate::resources::audit;
use crate::secrets::{self, Secrets};
use crate::shutdown::Shutdown;
use crate::store::Store;

/// The host's own scheduled work.
pub const TASKS: &[CoreTask] = &[
    CoreTask { name: "log-audit", cron: "0 0 * * *", duty: Duty::Unit(audit::log_last_hash) },
    CoreTask { name: TEND_KEYS, cron: "5 * * * *", duty: Duty::Errand },
    CoreTask { name: "purge-jobs", cron: "15 * * * *", duty: Duty::Unit(jobs::purge) },
    CoreTask { name: PURGE_IDENTITY, cron: "25 * * * *", duty: Duty::Errand },
    CoreTask { name: "purge-links", cron: "35 * * * *", duty: Duty::Unit(links::purge) },
    CoreTask { name: "purge-mail", cron: "45 * * * *", duty: Duty::Unit(mail::purge) },
];

const TEND_KEYS: &str = "tend-keys";
const PURGE_IDENTITY: &str = "purge-identity";

/// The host's scheduled work that takes more than one unit, and what it needs.
#[derive(Clone)]
pub struct Errands {
    /// The site's database.
    pub store: Store,
    /// The site's clock.
    pub clock: Clock,
    /// The master key.
    pub secrets: Secrets,
    /// The keys that sign tokens.
    pub keys: Keys,
}

impl Errands {
    /// Runs one of them.
    pub async fn run(&self, name: &str) -> Outcome {
        let done = match name {
            TEND_KEYS => self.tend_keys().await,
            PURGE_IDENTITY => auth::purge(&self.store, &self.clock).await.map(drop),
            _ => return Outcome::Failed("The host has no such task.".to_owned()),
        };
        done.map_or_else(|error| Outcome::Failed(error.to_string()), |()| Outcome::Done)
    }

    async fn tend_keys(&self) -> Result<()> {
        self.keys.tend().await?;
        secrets::tend(&self.secrets, &self.store, &self.clock, SEALED).await
    }
}

/// Works until the end is asked for; what has begun is finished.
///
/// # Errors
/// When the host's schedules cannot be set.
pub async fn run(site: &Site, shutdown: &Shutdown) -> Result<()> {
    let (mail, jobs) = (site.mail.clone(), site.jobs.clone());
    let ((), done) = tokio::join!(mail.run(shutdown.clone()), jobs.run(shutdown.clone()));
    done
}

/// Does all that is due now and what that brings about, until nothing is left.
///
/// # Errors
/// The store's own; what goes wrong in a job or with a message is marked there.
pub async fn settle(site: &Site) -> Result<()> {
    while site.jobs.drain_due().await? + site.mail.drain_due().await? > 0 {}
    Ok(())
}
