//! Durable jobs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A job to be run once after the call's commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Enqueue {
    /// A described job of the plugin.
    pub name: String,
    /// Handed to the job.
    pub payload: Value,
    /// Not before this moment, microseconds since 1970; at once when none.
    pub at: Option<i64>,
    /// While a job with this key waits or runs, another is not queued; also the handle for `cancel`.
    pub key: Option<String>,
}
