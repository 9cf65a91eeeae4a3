//! Work without a request: schedules, jobs, events, resource hooks and steps of the plugin's life.

use crate::answer::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the host asks `run` to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// A described schedule is due.
    Schedule {
        /// Its name.
        name: String,
        /// The moment it was due, microseconds since 1970. Runs that were missed come as one, due when the last was.
        due_at: i64,
        /// The first moment of the day after that, in the site's zone.
        #[serde(default)]
        day_ends_at: i64,
    },
    /// A queued job.
    Job {
        /// Its described name.
        name: String,
        /// As given when it was queued.
        payload: Value,
        /// 1 for the first try.
        attempt: u32,
    },
    /// A subscribed event.
    Event {
        /// Its name, `<plugin>.<event>`.
        name: String,
        /// As published.
        payload: Value,
    },
    /// A declared hook of a resource, inside the unit that saves it.
    Hook {
        /// The resource.
        resource: String,
        /// When it runs.
        hook: Hook,
        /// The row as stored until now; null on create.
        before: Value,
        /// The row as it is to be stored, or was.
        after: Value,
    },
    /// A step of the plugin's life: `enable` or `disable`.
    Life {
        /// The step.
        step: String,
    },
}

/// When a resource's hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Hook {
    /// After validation, before the row is written; may refuse or change fields.
    BeforeSave,
    /// After the row is written, in the same unit.
    AfterSave,
    /// Before the row is hidden; may refuse.
    BeforeDelete,
    /// After the row is hidden, in the same unit.
    AfterDelete,
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Done. A `before_save` hook may hand back the row's changed fields.
    Done {
        /// Fields to change; null for none.
        #[serde(default)]
        changes: Value,
    },
    /// Not done: a hook refuses, a job is tried again.
    Failed(Problem),
}
