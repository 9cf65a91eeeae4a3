//! Durable jobs and the schedules that make some of them.
//!
//! A job is queued in the unit of what caused it. A worker leases it, hands it to its runner and marks it; what a
//! crash leaves leased is taken again once the lease is over. A runner that writes marks the job in its own unit
//! ([`finish`]), so that effect and mark commit together; for all others a job runs at least once.

pub mod backoff;
pub mod cron;
mod described;
pub mod lanes;
mod lease;
mod purge;
mod queue;
pub mod routes;
pub mod schedules;
mod store;
#[cfg(test)]
mod tests;
mod worker;

pub use described::table;
pub use lease::{Lease, finish, has_dead, retry, waiting};
pub use purge::purge;
pub use queue::{NewJob, cancel, cancel_all, enqueue};
#[cfg(test)]
pub(crate) use store::shapes;
pub use worker::{CoreTask, Duty, Outcome, Run, Runner, Worker};

/// The owner of the host's own jobs.
pub const CORE: &str = "core";
