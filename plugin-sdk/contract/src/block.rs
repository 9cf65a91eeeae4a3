//! Blocks for the page builder.

use crate::answer::Problem;
use crate::text::Locale;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The template of a block that no code renders; it sees the block's props by name.
#[must_use]
pub fn template(name: &str) -> String {
    format!("blocks/{name}.html")
}

/// A block to be rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its described name.
    pub name: String,
    /// Values that passed the block's props.
    pub props: Value,
    /// The page's language.
    pub locale: Locale,
}

/// What a block shows: a template of the plugin and its data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct View {
    /// Template of the plugin, such as `upcoming.html`.
    pub template: String,
    /// What it shows.
    pub data: Value,
    /// As in [`crate::answer::Page::fresh_until`].
    pub fresh_until: Option<i64>,
    /// Why the block shows nothing; the rest is empty then.
    pub problem: Option<Problem>,
}
