//! Removing what identity keeps and nobody asks for any more.

use jiff::{SignedDuration, Timestamp};

use super::store;
use crate::clock::{Clock, sql};
use crate::error::Result;
use crate::store::{Owner, Store};

/// Rows removed in one unit of work, so that the writer is not held long.
pub const BATCH: u32 = 2000;

/// A table, the column that says when a row was last worth something, and for how long after that it is kept. Each
/// column has an index.
const RULES: [(&str, &str, SignedDuration); 7] = [
    ("sessions", "absolute_expires_at", SignedDuration::ZERO),
    ("jwt_blacklist", "expires_at", SignedDuration::ZERO),
    ("sign_in_challenges", "expires_at", SignedDuration::ZERO),
    ("passkey_ceremonies", "expires_at", SignedDuration::ZERO),
    // A sign-in counts failed ones for a day.
    ("login_attempts", "updated_at", SignedDuration::from_hours(24)),
    ("account_lockouts", "expires_at", SignedDuration::from_hours(24)),
    ("security_events", "created_at", SignedDuration::from_hours(365 * 24)),
];

/// Removes all rows whose time is over, some at a time; returns how many.
///
/// # Errors
/// The store's.
pub async fn purge(store: &Store, clock: &Clock) -> Result<usize> {
    let (now, mut removed) = (clock.now(), 0);
    for (table, column, kept) in RULES {
        removed += purge_table(store, table, column, now - kept).await?;
    }
    Ok(removed)
}

async fn purge_table(store: &Store, table: &'static str, column: &'static str, before: Timestamp) -> Result<usize> {
    let before = sql(before);
    let mut removed = 0;
    loop {
        let before = before.clone();
        let batch = store.write(Owner::Core, move |unit| store::purge(unit, table, column, &before, BATCH)).await?;
        removed += batch;
        if batch < BATCH as usize {
            return Ok(removed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_rule_finds_its_rows_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("magnetiq.db"), &Clock::system()).unwrap();
        for (table, column, _) in RULES {
            let plan = store.read(move |snapshot| store::purge_plan(snapshot, table, column)).await.unwrap();
            let index = format!("SEARCH {table} USING COVERING INDEX {table}_{column} ({column}<?)");
            assert!(plan.contains(&index), "{table}: {plan}");
            assert!(!plan.contains("SCAN"), "{table}: {plan}");
        }
    }
}
