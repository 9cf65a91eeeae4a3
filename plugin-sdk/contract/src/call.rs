//! What a plugin may know of the call it answers.

use crate::text::Locale;
use serde::{Deserialize, Serialize};

/// Who calls, where and in which language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Context {
    /// The signed-in user; none for a visitor, a schedule or a job.
    pub caller: Option<Caller>,
    /// Language of the page or of the caller.
    pub locale: Locale,
    /// The site that is served.
    pub site: SiteInfo,
    /// The request's id, as in the answer's `X-Request-Id`.
    pub request_id: String,
}

/// A signed-in user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The user's id.
    pub id: i64,
    /// Role and grants, flattened: `webinars:write` and so on.
    pub permissions: Vec<String>,
}

/// What every page of the site shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteInfo {
    /// The site's name.
    pub name: String,
    /// Absolute address without a trailing slash.
    pub public_url: String,
    /// IANA zone of the site.
    pub time_zone: String,
    /// Path of the plugin's pages in each language, such as `/de/webinare`.
    pub mount: crate::text::Text,
}
