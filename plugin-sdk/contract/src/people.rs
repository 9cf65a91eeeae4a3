//! Contacts: one person across all plugins.

use crate::text::Locale;
use serde::{Deserialize, Serialize};

/// Reach of the capability `people`: fields of contacts of whom the plugin has kept an activity.
pub const READ_OWN: &str = "read own";
/// Reach of the capability `people`: fields of every contact.
pub const READ_ALL: &str = "read all";
/// Reach of the capability `people`: handles, consents and activities.
pub const WRITE: &str = "write";
/// All of them.
pub const REACHES: [&str; 3] = [READ_OWN, READ_ALL, WRITE];

/// Is this the kind of one of the plugin's own activities, `webinars.registered`?
#[must_use]
pub fn is_own_kind(plugin: &str, kind: &str) -> bool {
    kind.strip_prefix(plugin).and_then(|rest| rest.strip_prefix('.')).is_some_and(|verb| !verb.is_empty())
}

/// A person as a form knows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    /// The address that identifies them; compared without case.
    pub email: String,
    /// Full name.
    pub name: String,
    /// Company, or empty.
    pub company: String,
    /// Language of mails.
    pub locale: Locale,
    /// IANA zone, or empty when unknown.
    pub time_zone: String,
}

/// A decision about consent. Each is kept; the newest of a purpose counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// What for: `marketing`.
    pub purpose: String,
    /// Given or refused.
    pub given: bool,
    /// Version of the text that was shown.
    pub text_version: String,
    /// Where: a path of the site.
    pub source: String,
}

/// Something the person did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Verb with the plugin's name: `webinars.registered`.
    pub kind: String,
    /// What it was about, for people to read.
    pub subject: String,
}
