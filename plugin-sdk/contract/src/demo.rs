//! Rows that show a plugin at work: what the files in a package's `demo` folder hold.
//!
//! `demo/NNNN_name.json` is an array of steps. The host does them once, in the order of files and steps, when a site is
//! served with `--demo` and the plugin's tables are empty.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Adds a row to a resource, as a form would: its checks and hooks hold.
    Create(Create),
    /// Calls one of the plugin's POST routes, for what only its code may write.
    Post(Post),
}

/// A row of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// The resource's name: `topics`.
    #[serde(rename = "in")]
    pub resource: String,
    /// What later steps call the row.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Values by field. A reference may be the name of an earlier row, a time may be a [`Moment`].
    pub fields: Map<String, Value>,
}

/// A call of a route.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Below the plugin's API prefix; `{name}` is the id of an earlier row: `/sessions/{autumn}/registrations`.
    pub to: String,
    /// The route's JSON.
    pub body: Map<String, Value>,
}

/// A time as seen from the day on which the rows are made, so that they never get old.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// So many days from Monday to Friday after today, or before it where negative.
    pub workdays: i32,
    /// Hours and minutes there: `10:00`.
    pub at: String,
    /// IANA zone; the site's where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
}
