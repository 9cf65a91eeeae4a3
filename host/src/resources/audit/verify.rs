//! Does every record still say what it said?

use schemars::JsonSchema;
use serde::Serialize;

use super::chain::{self, BEGINNING, Covered};
use super::record::Record;
use crate::error::Result;
use crate::resources::store;
use crate::store::Store;

/// Records read at once.
pub const BATCH: u32 = 500;

/// What a look at all records found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verified {
    /// Whether every chained record is as it was written.
    pub intact: bool,
    /// Records in the chain.
    pub chained: u64,
    /// Records from before there was a chain.
    pub older: u64,
    /// Chained records of which values about a person were erased.
    pub erased: u64,
    /// The last hash: keep it elsewhere to notice when records are cut off at the end.
    pub last_hash: Option<String>,
    /// The first record that is not as it was written, and why.
    pub broken_at: Option<Broken>,
}

/// Where the chain breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Broken {
    /// The record.
    pub id: i64,
    /// What is wrong with it: `missing`, `hash`, `before` or `after`.
    pub what: &'static str,
}

/// Goes through all records, while others are written.
///
/// # Errors
/// The store's.
pub async fn verify(store: &Store) -> Result<Verified> {
    let mut walk = Walk { found: Verified::default(), expected: None, next: 1 };
    loop {
        let after = walk.next - 1;
        let records = store.read(move |snapshot| store::audit::after(snapshot, after, BATCH)).await?;
        for record in &records {
            walk.step(record)?;
            if walk.found.broken_at.is_some() {
                return Ok(walk.found);
            }
        }
        if records.is_empty() {
            walk.found.intact = true;
            walk.found.last_hash = walk.expected;
            return Ok(walk.found);
        }
    }
}

struct Walk {
    found: Verified,
    /// The hash of the record before; none before the chain.
    expected: Option<String>,
    /// The id that follows.
    next: i64,
}

impl Walk {
    fn step(&mut self, record: &Record) -> Result<()> {
        let wrong = if record.id == self.next { self.wrong_with(record)? } else { Some("missing") };
        self.found.broken_at = wrong.map(|what| Broken { id: self.next, what });
        self.next = record.id + 1;
        if record.hash.is_none() {
            self.found.older += 1;
        } else {
            self.found.chained += 1;
            self.expected.clone_from(&record.hash);
            self.found.erased += u64::from(record.salt.is_none());
        }
        Ok(())
    }

    fn wrong_with(&self, record: &Record) -> Result<Option<&'static str>> {
        let Some(hash) = &record.hash else { return Ok(self.expected.as_ref().map(|_| "hash")) };
        let previous = self.expected.as_deref().unwrap_or(BEGINNING);
        if chain::link(previous, &record.covered())? != *hash {
            return Ok(Some("hash"));
        }
        let values = [("before", &record.before, &record.before_hash), ("after", &record.after, &record.after_hash)];
        let changed = |salt: &[u8]| values.into_iter().find(|(_, value, hash)| !fits(salt, value.as_deref(), hash));
        Ok(record.salt.as_deref().and_then(changed).map(|(name, ..)| name))
    }
}

fn fits(salt: &[u8], value: Option<&str>, hash: &Option<String>) -> bool {
    value.map(|value| chain::value_hash(salt, value)) == *hash
}

impl Record {
    fn covered(&self) -> Covered<'_> {
        Covered(
            self.id,
            &self.actor_kind,
            self.actor_id,
            &self.action,
            &self.resource,
            self.record_id,
            self.before_hash.as_deref(),
            self.after_hash.as_deref(),
            &self.request_id,
            &self.created_at,
        )
    }
}
