//! Gives errors their last form: the envelope on the API, a small page elsewhere, each in the caller's language.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, header};
use magnetiq_contract::text::Locale;

use super::RequestId;
use crate::app::App;
use crate::error::{Code, Error};
use crate::http::language;

pub(super) async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let for_programs = is_for_programs(request.uri().path(), request.headers());
    let locale = language::preferred(request.headers());
    let id = RequestId::of(request.extensions());
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else { return response };
    if is_page(&response) {
        return response;
    }
    let told = told(&app, &error, &id, locale);
    let body = if for_programs {
        axum::Json(error.envelope_with(&told, locale)).into_response()
    } else {
        Html(page(error.code(), &told, locale)).into_response()
    };
    replace_body(response, body)
}

/// The site has drawn the error in its own layout.
fn is_page(response: &Response) -> bool {
    let media_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| media_type.starts_with("text/html"))
}

/// Everything under /api, and the probes, is read by programs; elsewhere they say so.
#[must_use]
pub fn is_for_programs(path: &str, headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
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

/// Keeps status and headers such as `Allow`, and takes the body with its type.
fn replace_body(mut response: Response, body: Response) -> Response {
    let (parts, body) = body.into_parts();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    if let Some(media_type) = parts.headers.get(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, media_type.clone());
    }
    *response.body_mut() = body;
    response
}

fn page(code: Code, told: &str, locale: Locale) -> String {
    let (title, back) = match (locale, code) {
        (Locale::En, Code::NotFound) => ("This page does not exist", "To the home page"),
        (Locale::De, Code::NotFound) => ("Diese Seite gibt es nicht", "Zur Startseite"),
        (Locale::En, _) => ("That did not work", "To the home page"),
        (Locale::De, _) => ("Das hat nicht geklappt", "Zur Startseite"),
    };
    let language = locale.code();
    let told = escaped(told);
    format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title}</title><main><h1>{title}</h1><p>{told}</p><p><a href=\"/{language}\">{back}</a></p></main></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
