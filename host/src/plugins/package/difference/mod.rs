//! What a package may do that an earlier one could not, in words: what an admin agrees to before an upgrade.
//!
//! `may` compares what the manifests ask for, `does` what the descriptions open to whom.

mod does;
mod may;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use magnetiq_contract::describe::Description;
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::text::Text;
use serde::Serialize;

/// A package's contract, as one of two that are compared.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What it may do.
    pub manifest: &'a Manifest,
    /// What it does.
    pub description: &'a Description,
}

/// Something that is otherwise in the newer package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whether somebody gets more by it: the plugin, or those who may call it. Then an admin is asked again.
    pub grows: bool,
    /// The sentence that an admin reads.
    pub text: Text,
}

impl Change {
    fn growing(text: Text) -> Self {
        Self { grows: true, text }
    }

    /// One that nobody gets more by.
    pub(in crate::plugins) fn harmless(text: Text) -> Self {
        Self { grows: false, text }
    }

    /// One that grows when `newer` is more than `older`; none when they are the same.
    fn between<T: PartialOrd + Copy>(older: T, newer: T, text: impl FnOnce() -> Text) -> Option<Self> {
        (older != newer).then(|| Self { grows: newer > older, text: text() })
    }
}

/// All that is otherwise in `newer`, what grows first.
#[must_use]
pub fn difference(older: Side<'_>, newer: Side<'_>) -> Vec<Change> {
    let mut changes = may::changes(older.manifest, newer.manifest);
    changes.extend(does::changes(older, newer));
    changes.sort_by_key(|change| !change.grows);
    changes
}
