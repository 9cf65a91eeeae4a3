//! The one shape of successful answers.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;

use super::query::Page;

/// A successful answer: `{"success": true, "data": …, "message": "…"}`, with `pagination` on lists.
#[derive(Debug, Serialize)]
pub struct Envelope<T> {
    success: bool,
    data: T,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    location: Option<String>,
    #[serde(skip)]
    etag: Option<String>,
}

/// Which part of a list this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// Counts from 1.
    pub page: u32,
    /// Rows on a full page.
    pub per_page: u32,
    /// Rows on all pages.
    pub total: u64,
}

impl Pagination {
    /// The place of `page` in a list of `total` rows.
    #[must_use]
    pub fn new(page: Page, total: u64) -> Self {
        Self { page: page.page, per_page: page.per_page, total }
    }
}

impl<T> Envelope<T> {
    /// 200.
    pub fn ok(data: T) -> Self {
        Self {
            success: true,
            data,
            message: "OK".to_owned(),
            pagination: None,
            status: StatusCode::OK,
            location: None,
            etag: None,
        }
    }

    /// 201 with the new record's path, such as `/api/v1/users/7`.
    pub fn created(location: impl Into<String>, data: T) -> Self {
        Self { status: StatusCode::CREATED, location: Some(location.into()), ..Self::ok(data) }.message("Created")
    }

    /// 200 with a page of a list; `data` serializes as an array.
    pub fn list(data: T, pagination: Pagination) -> Self {
        Self { pagination: Some(pagination), ..Self::ok(data) }
    }

    /// Replaces the message by another short sentence.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Adds the version of a record, with its quotes: `"3"`.
    #[must_use]
    pub fn etag(mut self, etag: impl Into<String>) -> Self {
        self.etag = Some(etag.into());
        self
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The path of what was created.
    #[must_use]
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }
}

impl<T: Serialize> IntoResponse for Envelope<T> {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(&self)).into_response();
        for (name, value) in [(header::LOCATION, &self.location), (header::ETAG, &self.etag)] {
            if let Some(value) = value.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// 204 without a body.
#[derive(Clone, Copy, Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_has_data_and_message_and_a_list_has_its_place_too() {
        assert_eq!(
            serde_json::to_value(Envelope::ok(json!({"id": 7}))).unwrap(),
            json!({"success": true, "data": {"id": 7}, "message": "OK"})
        );
        let place = Pagination::new(Page { page: 2, per_page: 20 }, 41);
        assert_eq!(
            serde_json::to_value(Envelope::list([1], place)).unwrap(),
            json!({"success": true, "data": [1], "message": "OK",
                "pagination": {"page": 2, "per_page": 20, "total": 41}})
        );
    }

    #[test]
    fn a_creation_says_where_the_record_is() {
        let response = Envelope::created("/api/v1/users/7", json!({})).etag("\"1\"").into_response();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["location"], "/api/v1/users/7");
        assert_eq!(response.headers()["etag"], "\"1\"");
    }
}
