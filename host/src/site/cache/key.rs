//! What tells one page from another.

use http::{HeaderMap, Uri};
use magnetiq_contract::text::Locale;

use crate::auth::cookie;

/// Locale, path and declared query parameters of a page. The site is the cache's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    locale: Locale,
    path: String,
    query: Vec<(String, String)>,
}

impl Key {
    /// The key of a request, of whose query parameters only the `declared` ones matter; none when the visitor has a
    /// session.
    #[must_use]
    pub fn of(locale: Locale, uri: &Uri, declared: &[String], headers: &HeaderMap) -> Option<Self> {
        if has_session(headers) {
            return None;
        }
        let given = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned();
        let mut query: Vec<_> = given.filter(|(name, _)| declared.contains(name)).collect();
        query.sort();
        Some(Self { locale, path: uri.path().to_owned(), query })
    }

    pub(super) fn bytes(&self) -> usize {
        self.path.len() + self.query.iter().map(|(name, value)| name.len() + value.len() + 48).sum::<usize>()
    }
}

/// The visitor carries the cookie of a session, by https or by http.
#[must_use]
pub fn has_session(headers: &HeaderMap) -> bool {
    [true, false].into_iter().any(|is_secure| cookie::is_sent(headers, is_secure))
}
