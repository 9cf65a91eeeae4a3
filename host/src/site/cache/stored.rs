//! A rendered page and how it is answered.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, REFERRER_POLICY};
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Reads;
use crate::http::LeadsTo;
use crate::store::Store;

/// What a renderer hands over.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// The bytes.
    pub body: Bytes,
    /// Media type with its parameters.
    pub content_type: HeaderValue,
    /// How a file is saved; none for pages.
    pub disposition: Option<HeaderValue>,
    /// The server to which a page's form leads.
    pub leads_to: Option<LeadsTo>,
    /// What was read for it.
    pub reads: Reads,
}

impl Rendering {
    /// A page.
    pub fn html(html: String, reads: Reads) -> Self {
        let content_type = HeaderValue::from_static("text/html; charset=utf-8");
        Self { body: html.into(), content_type, disposition: None, leads_to: None, reads }
    }
}

/// Who may keep the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sharing {
    /// Anyone, as long as they ask whether it still holds.
    Public,
    /// The visitor's own browser, as long as it asks.
    Private,
    /// Nobody.
    Nobody,
}

/// A page as it is answered.
#[derive(Debug)]
pub struct Stored {
    rendering: Rendering,
    etag: HeaderValue,
    sharing: Sharing,
    generation: u64,
    expires: Option<Timestamp>,
}

impl Stored {
    pub(super) fn new(rendering: Rendering, generation: u64, now: Timestamp) -> Self {
        let sharing = if rendering.reads.personal { Sharing::Nobody } else { Sharing::Public };
        let expires = rendering.reads.expires(now);
        Self { etag: etag(&rendering.body), rendering, sharing, generation, expires }
    }

    /// For a visitor with a session: never shared.
    pub(super) fn passing(rendering: Rendering) -> Self {
        let sharing = if rendering.reads.personal { Sharing::Nobody } else { Sharing::Private };
        Self { etag: etag(&rendering.body), rendering, sharing, generation: 0, expires: None }
    }

    /// Answers a request: 304 when its `If-None-Match` names this very page.
    #[must_use]
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let unchanged = self.sharing != Sharing::Nobody && self.is_named_by(request);
        let body = if unchanged { Body::empty() } else { Body::from(self.rendering.body.clone()) };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.sharing.cache_control()));
        if self.sharing == Sharing::Nobody {
            headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        } else {
            headers.insert(ETAG, self.etag.clone());
        }
        if unchanged {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, self.rendering.content_type.clone());
        if let Some(disposition) = &self.rendering.disposition {
            headers.insert(CONTENT_DISPOSITION, disposition.clone());
        }
        if let Some(leads_to) = &self.rendering.leads_to {
            response.extensions_mut().insert(leads_to.clone());
        }
        response
    }

    /// The rendered bytes.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.rendering.body
    }

    pub(super) fn may_be_kept(&self, now: Timestamp) -> bool {
        let repeatable = !self.rendering.reads.tables.is_volatile();
        self.sharing == Sharing::Public && repeatable && self.expires.is_none_or(|end| now < end)
    }

    pub(super) fn holds(&self, generation: u64, now: Timestamp, store: &Store) -> bool {
        self.generation == generation
            && self.expires.is_none_or(|end| now < end)
            && store.holds(&self.rendering.reads.tables)
    }

    pub(super) fn bytes(&self) -> usize {
        self.rendering.body.len()
    }

    fn is_named_by(&self, request: &HeaderMap) -> bool {
        let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let tags = known.flat_map(|line| line.split(',')).map(str::trim);
        tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag)).any(|tag| tag == "*" || self.etag == tag.as_bytes())
    }
}

impl Sharing {
    fn cache_control(self) -> &'static str {
        match self {
            Self::Public => "public, no-cache",
            Self::Private => "private, no-cache",
            Self::Nobody => "private, no-store",
        }
    }
}

fn etag(body: &[u8]) -> HeaderValue {
    let digest = hex::encode(&Sha256::digest(body)[..12]);
    HeaderValue::from_str(&format!("\"{digest}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
