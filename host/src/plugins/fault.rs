//! Why a guest call failed, in words for the plugin's page.

use std::fmt;
use std::time::Duration;

use wasmtime::Trap;

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
        match error.downcast_ref::<Trap>() {
            Some(Trap::Interrupt) if state.lane.over_budget() => Self::Cpu(state.lane.computed()),
            Some(Trap::Interrupt) => Self::WriterHold,
            Some(trap) => Self::Trap(trap.to_string()),
            None => Self::Trap(format!("{error:#}")),
        }
    }

    /// What the caller is told.
    #[must_use]
    pub fn error(&self, plugin: &str) -> Error {
        Error::new(Code::PluginFailed, format!("The plugin {plugin} failed to answer.")).because(self.to_string())
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
            Self::Answer(reason) => write!(out, "its answer is not what the contract says: {reason}"),
        }
    }
}

impl std::error::Error for Fault {}
