//! Errors as pages, for people with a browser.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
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
    let id = RequestId::of(request.extensions());
    let mut response = next.run(request).await;
    let error = response.extensions().get::<Arc<Error>>().cloned().filter(|_| wants_page);
    let Some(html) = error.and_then(|error| render(&public.layout, locale, error.code(), &id).ok()) else {
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

/// The page for an error with this code; our own faults name the request, so that they can be found in the log.
///
/// # Errors
/// Internal, when the template fails.
pub fn render(layout: &Layout, locale: Locale, code: Code, RequestId(id): &RequestId) -> Result<String> {
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
    let data = context! { name, status => code.status().as_u16(), id };
    layout.render_own(locale, "error.html", &meta, Addresses::of_nothing(), data)
}

fn locale_of(path: &str, headers: &HeaderMap) -> Locale {
    let language = path.split('/').nth(1).and_then(Locale::from_code);
    language.unwrap_or_else(|| language::preferred(headers))
}
