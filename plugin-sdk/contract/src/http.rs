//! Calls to other companies' servers.

use serde::{Deserialize, Serialize};

/// The head of an outbound request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// `GET` and so on.
    pub method: String,
    /// Absolute address whose scheme, host and port are granted.
    pub url: String,
    /// Names and values; `{secret:NAME}` in a value is replaced by the host.
    pub headers: Vec<(String, String)>,
}

/// The head of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetched {
    /// Status code.
    pub status: u16,
    /// Names in lower case and values.
    pub headers: Vec<(String, String)>,
}
