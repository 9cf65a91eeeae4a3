//! Answers of a table: the envelope around JSON that is already written.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::edit::{Done, Kind};
use super::list::{Listing, Row};
use super::table::Table;
use crate::http::idempotency::Kept;

/// An answer that can be kept for a repeated request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// 200, 201 or 204.
    pub status: StatusCode,
    /// Path of a created row.
    pub location: Option<String>,
    /// Version of the row.
    pub etag: Option<String>,
    /// The envelope; empty with 204.
    pub body: Vec<u8>,
}

impl Reply {
    /// 200 with a page of rows.
    #[must_use]
    pub fn list(listing: &Listing) -> Self {
        let Listing { rows, page, per_page, total } = listing;
        let place = format!(",\"pagination\":{{\"page\":{page},\"per_page\":{per_page},\"total\":{total}}}");
        Self::new(StatusCode::OK, envelope(rows, "OK", &place))
    }

    /// 200 with a row.
    #[must_use]
    pub fn row(row: Row) -> Self {
        Self { etag: Some(row.etag), ..Self::new(StatusCode::OK, envelope(&row.json, "OK", "")) }
    }

    /// 204.
    #[must_use]
    pub fn nothing() -> Self {
        Self::new(StatusCode::NO_CONTENT, Vec::new())
    }

    /// What a change answers: 201 with `Location`, 200 or 204. Whoever may not see the row learns its id alone.
    #[must_use]
    pub fn done(table: &Table, done: Done) -> Self {
        let row = done.row.unwrap_or_else(|| Row {
            id: done.id,
            json: format!("{{\"id\":{}}}", done.id).into_bytes(),
            etag: String::new(),
        });
        let etag = Some(row.etag).filter(|etag| !etag.is_empty());
        match done.kind {
            Kind::Delete => Self::nothing(),
            Kind::Create => Self {
                location: Some(format!("/api/v1/{}/{}", table.path(), done.id)),
                etag,
                ..Self::new(StatusCode::CREATED, envelope(&row.json, "Created", ""))
            },
            Kind::Replace | Kind::Change | Kind::Restore => {
                Self { etag, ..Self::new(StatusCode::OK, envelope(&row.json, "OK", "")) }
            }
        }
    }

    /// What is kept for a repeated request.
    #[must_use]
    pub fn to_kept(&self) -> Kept {
        let answer = String::from_utf8_lossy(&self.body).into_owned();
        Kept { status: self.status.as_u16(), location: self.location.clone(), answer }
    }

    fn new(status: StatusCode, body: Vec<u8>) -> Self {
        Self { status, location: None, etag: None, body }
    }
}

impl From<Kept> for Reply {
    fn from(kept: Kept) -> Self {
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        Self { status, location: kept.location, etag: None, body: kept.answer.into_bytes() }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if self.status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in [(header::LOCATION, self.location), (header::ETAG, self.etag)] {
            if let Some(value) = value.and_then(|text| HeaderValue::from_str(&text).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// The envelope around `data`, which is JSON already, so that rows are written once.
fn envelope(data: &[u8], message: &str, rest: &str) -> Vec<u8> {
    let mut body = Vec::with_capacity(data.len() + 96);
    body.extend_from_slice(b"{\"success\":true,\"data\":");
    body.extend_from_slice(data);
    body.extend_from_slice(format!(",\"message\":\"{message}\"{rest}}}").as_bytes());
    body
}
