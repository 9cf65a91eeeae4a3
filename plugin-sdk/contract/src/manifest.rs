//! `plugin.toml`: what a plugin *may* do, with a reason for each line that an admin understands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::describe::Field;
use crate::limits::Limits;
use crate::text::Text;

/// The trust contract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Manifest {
    /// `[a-z][a-z0-9]*`; also the API's path segment and the middle of its tables' names.
    pub id: String,
    /// The plugin's version, semver.
    pub version: String,
    /// Range of the host's API that it was written for: `^0.1`.
    pub api: String,
    /// Its name.
    pub name: Text,
    /// One or two sentences.
    pub description: Text,
    /// Path segment of its pages in each language; empty for a plugin without pages.
    pub mount: Text,
    /// Who publishes it.
    pub publisher: String,
    /// What it asks for, by capability: `db`, `mail`, `http`, `people`, `events`, `jobs`, `crypto` …
    pub capabilities: BTreeMap<String, Capability>,
    /// Permissions it adds to the site's roles.
    pub permissions: Vec<Permission>,
    /// What an admin may set.
    pub settings: Vec<Setting>,
    /// Bounds of one call.
    pub limits: Limits,
    /// How it is run.
    pub runtime: Runtime,
}

/// A line of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Capability {
    /// Why, for the admin.
    pub reason: Text,
    /// How much, where it can be counted: MB for `db`, per hour for `mail`, per minute and host for `http`.
    pub quantity: Option<u64>,
    /// Hosts (`https://api.example.com`) or secrets by name; for `people`: `read own`, `read all`, `write`. For
    /// `events`: `sold` to publish it, `shop.sold` to hear it from the plugin `shop`.
    pub names: Vec<String>,
}

/// A permission that the plugin's routes and resources ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permission {
    /// `webinars:write`; begins with the plugin's id.
    pub name: String,
    /// What it allows.
    pub label: Text,
    /// The lowest role that starts with it: `viewer`, `editor`, `admin` or `super_admin`.
    pub role: String,
}

/// Something an admin may set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// Write-only, used by name.
    pub secret: bool,
    /// Of a secret: the only hosts it may be sent to, as they stand in `capabilities.http.names`; empty for every one
    /// of those.
    pub hosts: Vec<String>,
    /// Name, kind, label, default and bounds, as a resource's field has them.
    #[serde(flatten)]
    pub field: Field,
}

/// How a plugin is run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Runtime {
    /// `small`, the default, or `large` for guests that bring a language runtime.
    pub class: Class,
}

/// The size of a guest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// At most 32 MiB.
    #[default]
    Small,
    /// At most 128 MiB, few at once.
    Large,
}
