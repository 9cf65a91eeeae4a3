//! What a guest call carries: its plugin, who calls, its lane and its limits.

use std::sync::Arc;

use magnetiq_contract::text::Locale;
use wasmtime::ResourceLimiter;

use super::lane::Lane;
use crate::auth::Caller;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::http::layers::RequestId;
use crate::plugins::live::Live;
use crate::plugins::registry::Picture;
use crate::store::Store;
use crate::store::sql::SqlBudget;

/// How a call may touch the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reads one snapshot; writes are refused.
    Snapshot,
    /// One transaction for the whole call, from its first transactional import.
    Transaction,
    /// No transaction unless it opens one; may call granted hosts.
    Detached,
}

/// For whom a call works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plugins) enum Behalf {
    /// For who sent the request: it sees no more than they may.
    Caller,
    /// For the plugin itself: jobs, schedules, events; with the events that lie between it and what first caused it.
    Plugin { depth: u32 },
}

impl Behalf {
    /// Events that lie between the call and what first caused it.
    pub fn depth(self) -> u32 {
        match self {
            Self::Caller => 0,
            Self::Plugin { depth } => depth,
        }
    }
}

/// What caused a call; cheap to copy. What a guest reads of it is made when it asks.
#[derive(Clone)]
pub(in crate::plugins) struct Cause {
    /// Who asked; for the plugin itself, nobody.
    pub caller: Caller,
    /// In which language.
    pub locale: Locale,
    /// By which request.
    pub request: RequestId,
}

impl Cause {
    /// The plugin itself, whose work has a language at most.
    pub fn itself(locale: Locale) -> Self {
        Self { caller: Caller::Anonymous, locale, request: RequestId("".into()) }
    }
}

/// The store data of one guest call.
pub(in crate::plugins) struct CallState {
    /// The plugin that runs.
    pub plugin: Arc<Live>,
    /// What caused it.
    pub cause: Cause,
    /// For whom it works.
    pub behalf: Behalf,
    /// May it write?
    pub mode: Mode,
    /// Where it runs.
    pub lane: Arc<Lane>,
    /// All enabled plugins, for events.
    pub picture: Arc<Picture>,
    /// The site's database.
    pub database: Store,
    /// The site's clock.
    pub clock: Clock,
    /// What is left for its statements.
    pub sql: SqlBudget,
    /// Was the clock, chance or the caller asked? Decides what the page cache may keep.
    pub asked: Asked,
    /// Memory in use and its peak, in bytes.
    pub memory: Memory,
    /// Its newest error line: a panic's message comes before its trap.
    pub last_words: Option<String>,
    /// It has used up its budget for statements, which counts as one failure however often it goes on.
    pub overspent: bool,
    /// Messages that it has queued; they count again when nothing of the call stays.
    pub mails: u64,
    /// The newest refusal that its grants do not reach.
    pub ungranted: Option<Error>,
}

/// What a call asked for beside its request and its tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The time.
    pub clock: bool,
    /// Random bytes.
    pub chance: bool,
    /// Who calls.
    pub caller: bool,
}

/// Bounds a guest's memory and remembers its peak.
#[derive(Clone, Copy, Debug)]
pub(in crate::plugins) struct Memory {
    limit: usize,
    /// The most it has used, in bytes.
    pub peak: usize,
    /// A growth was refused.
    pub refused: bool,
}

impl Memory {
    /// At most `limit` bytes.
    pub const fn new(limit: usize) -> Self {
        Self { limit, peak: 0, refused: false }
    }
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, _now: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        let fits = desired <= self.limit;
        if fits {
            self.peak = self.peak.max(desired);
        } else {
            self.refused = true;
        }
        Ok(fits)
    }

    fn table_growing(&mut self, _now: usize, desired: usize, _max: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= 10_000)
    }
}

impl CallState {
    /// Gives back what was counted of a call of which nothing stays. A detached one may have committed before.
    pub fn give_back(&self) {
        if self.mode == Mode::Transaction {
            self.plugin.quotas.mail.give_back(self.mails);
        }
    }

    /// Refuses a write outside a transaction.
    ///
    /// # Errors
    /// Forbidden on snapshots; conflict in detached calls that have not begun a transaction.
    pub fn may_write(&self) -> Result<()> {
        match self.mode {
            Mode::Transaction => Ok(()),
            Mode::Detached if self.lane.in_transaction() => Ok(()),
            Mode::Detached => Err(Error::new(Code::Conflict, "Open a transaction before you write.")),
            Mode::Snapshot => Err(Error::new(Code::Forbidden, "This call reads a snapshot and cannot write.")),
        }
    }
}
