//! Gives errors their last form, each in the caller's language: the envelope for programs, a page for people.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::{Html, IntoResponse, Response};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use magnetiq_contract::text::Locale;

use super::RequestId;
use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::http::language;

/// Draws the page for an error that somebody with a browser met.
pub type DrawError = fn(&App, &ErrorPage<'_>) -> Result<String>;

/// An error and who met it.
#[derive(Clone, Copy, Debug)]
pub struct ErrorPage<'a> {
    /// What went wrong.
    pub error: &'a Error,
    /// The visitor's language.
    pub locale: Locale,
    /// The page whose form met it.
    pub form: Option<&'a str>,
    /// The request in the log.
    pub request: &'a RequestId,
}

/// What of a request decides how it is refused.
pub(super) struct Asked {
    path: String,
    for_programs: bool,
    is_form: bool,
    preferred: Locale,
    id: RequestId,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        let path = request.uri().path().to_owned();
        Self {
            for_programs: is_for_programs(&path, request.headers()),
            path,
            is_form: request.method() == Method::POST,
            preferred: language::preferred(request.headers()),
            id: RequestId::of(request.extensions()),
        }
    }

    /// The request's path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// An answer as it is; an error in the form that whoever asked can read.
    pub fn finish(&self, app: &App, draw: DrawError, mut response: Response) -> Response {
        let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else { return response };
        let body = self.page(app, draw, &error).unwrap_or_else(|| self.envelope(app, &error));
        replace_body(response, body)
    }

    /// None for programs, and when the page cannot be drawn.
    fn page(&self, app: &App, draw: DrawError, error: &Error) -> Option<Response> {
        if self.for_programs {
            return None;
        }
        let language = self.path.split('/').nth(1).and_then(Locale::from_code);
        let page = ErrorPage {
            error,
            locale: language.unwrap_or(self.preferred),
            form: self.is_form.then_some(self.path.as_str()),
            request: &self.id,
        };
        let html = draw(app, &page).ok()?;
        Some(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
    }

    fn envelope(&self, app: &App, error: &Error) -> Response {
        let told = told(app, error, &self.id, self.preferred);
        axum::Json(error.envelope_with(&told, self.preferred)).into_response()
    }
}

/// Everything under /api, and the probes, is read by programs; elsewhere they say so.
fn is_for_programs(path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants_json = accepted.contains("json") && !accepted.contains("html");
    path.starts_with("/api/") || ["/livez", "/readyz", "/health"].contains(&path) || wants_json
}

/// What the caller learns: of our own faults the request's id, and the cause on a developer's machine.
fn told(app: &App, error: &Error, RequestId(id): &RequestId, locale: Locale) -> String {
    let sentence = error.sentence().get(locale);
    if error.code() != Code::Internal {
        return sentence.to_owned();
    }
    let cause = error.cause().filter(|_| app.settings.environment.is_development());
    let cause = cause.map(|cause| format!(" {cause}")).unwrap_or_default();
    let request = if locale == Locale::De { "Anfrage" } else { "Request" };
    format!("{sentence} {request} {id}.{cause}")
}

/// Keeps status and headers such as `Allow`, and takes the body with what is said of it.
fn replace_body(mut response: Response, body: Response) -> Response {
    let (parts, body) = body.into_parts();
    let headers = response.headers_mut();
    headers.remove(CONTENT_LENGTH);
    for name in [CONTENT_TYPE, CACHE_CONTROL] {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, HeaderValue::clone(value));
        }
    }
    *response.body_mut() = body;
    response
}
