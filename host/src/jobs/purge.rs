//! Removing what nobody asks for any more.

use jiff::SignedDuration;

use super::store;
use crate::clock::{self, Clock};
use crate::error::Result;
use crate::store::Connection;

/// Days that a finished job is kept.
const FINISHED_DAYS: i64 = 30;
/// Days that a dead job is kept.
const DEAD_DAYS: i64 = 180;
/// Rows removed at once, so that the writer is not held long.
const BATCH: u32 = 2000;

/// Removes jobs that ended long ago.
///
/// # Errors
/// The store's own.
pub fn purge(unit: &Connection, clock: &Clock) -> Result<()> {
    let before = |days: i64| clock::sql(clock.now() - SignedDuration::from_hours(24 * days));
    store::purge(unit, "done", &before(FINISHED_DAYS), BATCH)?;
    store::purge(unit, "cancelled", &before(FINISHED_DAYS), BATCH)?;
    store::purge(unit, "dead", &before(DEAD_DAYS), BATCH)
}
