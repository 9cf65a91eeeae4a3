//! Why a guest call failed, in words for the plugin's page.

use std::fmt;
use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap};

use super::state::CallState;
use crate::error::{Code, Error};

/// A failure that is the guest's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It computed for too long.
    Cpu(Duration),
    /// It took too long from start to end.
    Wall(Duration),
    /// It held the writer for too long.
    WriterHold,
    /// It wanted more memory than it may have.
    Memory,
    /// It trapped; the reason and where.
    Trap(String),
    /// Its answer is not what the contract says.
    Answer(String),
    /// There was no room for it among all that run.
    Full,
    /// It waited for the writer, which others held, all the time that it had.
    Queue(Duration),
}

impl Fault {
    /// What an error of wasmtime means for this call.
    pub(super) fn of(error: &wasmtime::Error, state: &CallState) -> Self {
        if state.memory.refused {
            return Self::Memory;
        }
        if let Some(fault) = error.downcast_ref::<Self>() {
            return fault.clone();
        }
        if is_full(error) {
            return Self::Full;
        }
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) if state.lane.over_budget() => Self::Cpu(state.lane.computed()),
            Some(Trap::Interrupt) => Self::WriterHold,
            Some(trap) => Self::Trap(in_its_words(trap.to_string(), state)),
            None => Self::Trap(in_its_words(format!("{error:#}"), state)),
        }
    }

    /// False when the host is at its end, not the guest.
    #[must_use]
    pub fn is_the_guests(&self) -> bool {
        !matches!(self, Self::Full | Self::Queue(_))
    }

    /// What the caller is told.
    #[must_use]
    pub fn error(&self, plugin: &str) -> Error {
        if !self.is_the_guests() {
            return Error::unavailable(("The site has too much to do.", "Die Website hat zu viel zu tun."), 1);
        }
        let german = format!("Das Plugin {plugin} konnte nicht antworten.");
        Error::new(Code::PluginFailed, (format!("The plugin {plugin} failed to answer."), german))
            .because(self.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu(spent) => write!(out, "it computed for {} ms, more than it may", spent.as_millis()),
            Self::Wall(limit) => write!(out, "it took longer than {} ms", limit.as_millis()),
            Self::WriterHold => out.write_str("it held the database's writer for too long"),
            Self::Memory => out.write_str("it wanted more memory than it may have"),
            Self::Trap(reason) => write!(out, "it trapped: {reason}"),
            Self::Queue(limit) => write!(out, "it waited {} ms for the database's writer", limit.as_millis()),
            Self::Full => out.write_str("there was no room for it"),
            Self::Answer(reason) => write!(out, "its answer is not what the contract says: {reason}"),
        }
    }
}

impl std::error::Error for Fault {}

/// A trap with what the guest said last: a panic's message comes before it.
fn in_its_words(reason: String, state: &CallState) -> String {
    match &state.last_words {
        Some(words) => format!("{reason} ({words})"),
        None => reason,
    }
}

/// No guest of any plugin finds room any more.
fn is_full(error: &wasmtime::Error) -> bool {
    error.is::<PoolConcurrencyLimitError>()
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use wasmtime::{Config, Engine, Instance, InstanceAllocationStrategy, Module, PoolingAllocationConfig, Store};

    use super::*;

    #[test]
    fn a_full_pool_is_nobodys_fault_and_the_caller_may_come_again() {
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(1);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config).unwrap();
        let module = Module::new(&engine, b"\0asm\x01\0\0\0").unwrap();
        let mut store = Store::new(&engine, ());
        Instance::new(&mut store, &module, &[]).unwrap();
        let error = Instance::new(&mut store, &module, &[]).unwrap_err();
        assert!(is_full(&error), "{error:#}");

        assert!(!Fault::Full.is_the_guests() && Fault::Memory.is_the_guests());
        let error = Fault::Full.error("villain");
        assert_eq!(error.code(), Code::Unavailable);
        assert_eq!(error.into_response().headers()["retry-after"], "1");
    }
}
