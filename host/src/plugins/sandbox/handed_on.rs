//! What a guest said to the end of its call. A refusal of the host's own that it hands on is the host's still: with its
//! sentence in both languages, its cause, and the moment to come again.

use serde_json::Value;

use super::answers::Answer;
use super::ask::Said;
use super::call::Finished;
use super::task;
use crate::error::{Error, Result};

impl Finished {
    /// The answer to `serve`.
    ///
    /// # Errors
    /// Internal, when something else was asked.
    pub fn answer(self) -> Result<Answer> {
        match self.said {
            Said::Response(Answer::Problem(refusal)) => Ok(Answer::Problem(own_or(refusal, self.ungranted))),
            Said::Response(answer) => Ok(answer),
            Said::Outcome(_) | Said::View(_) => Err(Error::internal("not an answer to a request")),
        }
    }

    /// The changes that a good outcome of `run` asks for.
    ///
    /// # Errors
    /// The refusal; internal, when something else was asked.
    pub fn changes(self) -> Result<Value> {
        match self.said {
            Said::Outcome(outcome) => task::changes(outcome).map_err(|refusal| own_or(refusal, self.ungranted)),
            Said::Response(_) | Said::View(_) => Err(Error::internal("not an outcome of a task")),
        }
    }
}

fn own_or(refusal: Error, own: Option<Error>) -> Error {
    own.filter(|own| own.code() == refusal.code() && own.message() == refusal.message()).unwrap_or(refusal)
}
