//! What works in the background: the outbox and the jobs.

use crate::accounts::links;
use crate::app::Site;
use crate::error::Result;
use crate::jobs::{self, CoreTask};
use crate::mail;
use crate::shutdown::Shutdown;

/// The host's own scheduled work.
pub const TASKS: &[CoreTask] = &[
    CoreTask { name: "purge-jobs", cron: "15 * * * *", run: jobs::purge },
    CoreTask { name: "purge-links", cron: "30 * * * *", run: links::purge },
    CoreTask { name: "purge-mail", cron: "45 * * * *", run: mail::purge },
];

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
