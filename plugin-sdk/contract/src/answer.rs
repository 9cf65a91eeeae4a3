//! How a plugin answers: the `kind` of a response and the JSON that goes with it.

use crate::rule::FieldError;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `kind` of a response whose body is the envelope's `data` as JSON; the head is empty.
pub const JSON: &str = "json";
/// `kind` of a response without a body.
pub const EMPTY: &str = "empty";
/// `kind` of a page: the body is [`Page`] as JSON.
pub const PAGE: &str = "page";
/// `kind` of a redirect: the head is the address.
pub const REDIRECT: &str = "redirect";
/// `kind` of a redirect out of the site, which answers a page's form alone: the head is the address, and the page's
/// [`Meta::leads_to`] names its server.
pub const AWAY: &str = "away";
/// `kind` of bytes: the head is [`File`] as JSON, the body the bytes.
pub const FILE: &str = "file";
/// `kind` of a refusal: the body is [`Problem`] as JSON.
pub const PROBLEM: &str = "problem";

/// A page in the site's layout.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Page {
    /// Template of the plugin, such as `topic.html`.
    pub template: String,
    /// What the template shows.
    pub data: Value,
    /// Title, description and the like.
    pub meta: Meta,
    /// schema.org object, or null.
    pub json_ld: Value,
    /// The moment after which the page may say something wrong; microseconds since 1970, as `clock.now`.
    pub fresh_until: Option<i64>,
}

/// What stands in the page's head.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Meta {
    /// Title without the site's name.
    pub title: String,
    /// One or two sentences for search engines.
    pub description: String,
    /// True keeps the page out of search engines and out of shared caches (personal pages).
    pub private: bool,
    /// Path of this page in the other language, when it is not the same path.
    pub alternate: Option<Text>,
    /// An http(s) address on the one other server to which the page's form may lead; browsers follow to no other.
    pub leads_to: Option<String>,
}

/// Bytes for the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Media type with its parameters.
    pub content_type: String,
    /// Name for saving; none shows the file in place.
    pub name: Option<String>,
    /// As in [`Page::fresh_until`].
    pub fresh_until: Option<i64>,
}

/// A refusal in the envelope's terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// One of the envelope's codes, such as `VALIDATION_ERROR`.
    pub code: String,
    /// Why, for people.
    pub message: Text,
    /// Faults by field.
    #[serde(default)]
    pub fields: Vec<FieldError>,
}
