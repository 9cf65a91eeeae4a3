//! Errors as pages, for people with a browser.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use magnetiq_contract::answer::Meta;
use magnetiq_contract::text::Locale;
use minijinja::context;

use super::address::Addresses;
use super::{Layout, PublicSite};
use crate::error::{Code, Error, Result};
use crate::http::language;
use crate::http::layers::{RequestId, is_for_programs};

/// A layer that turns error envelopes outside `/api/` into pages for callers who accept HTML.
pub async fn as_pages(State(public): State<Arc<PublicSite>>, request: Request, next: Next) -> Response {
    let wants_page = !is_for_programs(request.uri().path(), request.headers());
    let locale = locale_of(request.uri().path(), request.headers());
    let form = (request.method() == Method::POST).then(|| request.uri().path().to_owned());
    let id = RequestId::of(request.extensions());
    let mut response = next.run(request).await;
    let error = response.extensions().get::<Arc<Error>>().cloned().filter(|_| wants_page);
    let Some(html) = error.and_then(|error| render(&public.layout, locale, &error, form.as_deref(), &id).ok()) else {
        return response;
    };
    // The error has its last form; no outer layer gives it another.
    response.extensions_mut().remove::<Arc<Error>>();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.remove(CONTENT_LENGTH);
    *response.body_mut() = html.into();
    response
}

/// The page for an error, with the way back to the `form` that met it; our own faults name the request, so that they
/// can be found in the log.
///
/// # Errors
/// Internal, when the template fails.
pub fn render(
    layout: &Layout,
    locale: Locale,
    error: &Error,
    form: Option<&str>,
    RequestId(id): &RequestId,
) -> Result<String> {
    let code = error.code();
    let name = match code {
        Code::NotFound => "not_found",
        Code::Gone => "gone",
        Code::Unavailable | Code::RateLimited => "later",
        Code::Forbidden | Code::Unauthenticated => "forbidden",
        code if code.status().is_client_error() => "request",
        _ => "internal",
    };
    let key = format!("error.{name}.title");
    let meta = Meta { title: layout.text(locale, &key).to_owned(), ..Meta::default() };
    let id = Some(id).filter(|_| code.status().is_server_error());
    let form = form.filter(|_| !matches!(name, "not_found" | "gone"));
    let data = context! { name, status => code.status().as_u16(), sentence => sentence(error, locale), form, id };
    layout.render_own(locale, "error.html", &meta, Addresses::of_nothing(), data)
}

/// What only the refusal itself knows, where it says so in the visitor's language.
fn sentence(error: &Error, locale: Locale) -> Option<&str> {
    let sentence = error.sentence();
    let spoken = locale == Locale::En || !sentence.de.is_empty();
    Some(sentence.get(locale)).filter(|_| spoken && matches!(error.code(), Code::Conflict | Code::Gone))
}

fn locale_of(path: &str, headers: &HeaderMap) -> Locale {
    let language = path.split('/').nth(1).and_then(Locale::from_code);
    language.unwrap_or_else(|| language::preferred(headers))
}
