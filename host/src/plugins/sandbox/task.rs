//! Work that the host gives to `run`: schedules, jobs, events, hooks, steps of life.

use magnetiq_contract::answer::Problem;
use magnetiq_contract::task::Outcome;
use serde_json::Value;

use super::fault::Fault;
use super::weight;
use crate::error::{Code, Error, Result};

/// Seconds: a guest's refusal carries no moment of its own.
pub(in crate::plugins) const RETRY_AFTER: u64 = 60;

/// Jobs with this prefix deliver an event.
pub(in crate::plugins) const EVENT_JOB: &str = "event:";

/// Reads what a guest said to a task.
///
/// # Errors
/// A fault, when it is not an outcome.
pub(super) fn outcome(json: &str) -> Result<Outcome, Fault> {
    weight::check(json.len()).map_err(Fault::Answer)?;
    serde_json::from_str(json).map_err(|error| Fault::Answer(error.to_string()))
}

/// The changes that a good outcome asks for.
///
/// # Errors
/// The guest's refusal as the caller sees it.
pub(in crate::plugins) fn changes(outcome: Outcome) -> Result<Value> {
    match outcome {
        Outcome::Done { changes } => Ok(changes),
        Outcome::Failed(problem) => Err(refusal(problem)),
    }
}

/// A guest's refusal in the envelope's terms; an unknown code is a conflict.
pub(in crate::plugins) fn refusal(problem: Problem) -> Error {
    if !problem.fields.is_empty() {
        return Error::fields(problem.fields);
    }
    let error = Error::new(Code::from_name(&problem.code).unwrap_or(Code::Conflict), problem.message);
    match error.code() {
        Code::RateLimited | Code::Unavailable => error.retry_after(RETRY_AFTER),
        _ => error,
    }
}
