//! What surrounds every request, from outside in: request log, security headers, rate limit, https, our own host names,
//! CORS. [`surround`] is what comes before the caller is known, [`limit`] what comes after.

mod answer;
mod body;
mod cors;
mod hosts;
mod https;
mod log;
mod negotiation;
mod panics;
mod rate;
mod request_id;
mod security;

use std::collections::HashMap;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::Extensions;

pub use answer::{DrawError, ErrorPage};
pub use request_id::RequestId;

use self::answer::Asked;
use self::log::Line;
use crate::app::App;

/// The account that asks, by id; none for strangers. Who asks was found before.
pub type AccountOf = fn(&Extensions) -> Option<i64>;

/// Keeps a record of a stranger who asks too often.
pub type NoteLimited = fn(&App, &Request);

/// What the layers know of the site.
pub struct Around {
    /// The site.
    pub app: App,
    /// Most bytes of a body, by path, where it is not the limit of all others.
    pub uploads: HashMap<String, usize>,
    /// Draws errors for people.
    pub draw: DrawError,
    /// Tells strangers from users.
    pub account: AccountOf,
    /// Keeps a record of limited strangers.
    pub note_limited: NoteLimited,
}

/// Everything around `inner` that comes before the caller is known.
pub async fn surround<F: Future<Output = Response>>(
    around: &Around,
    mut request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let id = request_id::assign(&around.app, &mut request);
    let line = Line::begin(&request, &id);
    let answered = finish(around, request, inner);
    let mut response = line.around(answered).await;
    id.add_to(&mut response);
    response
}

/// Gives every answer, also to a panic, its headers and its last form.
async fn finish<F: Future<Output = Response>>(
    around: &Around,
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let asked = Asked::of(&request);
    let response = panics::catch(admit(around, request, inner)).await;
    let mut response = asked.finish(&around.app, around.draw, response);
    security::add_headers(&around.app, asked.path(), &mut response);
    response
}

/// Lets in what comes often enough, safely enough and to this site, and may come from where it comes.
async fn admit<F: Future<Output = Response>>(
    around: &Around,
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    if let Err(refusal) = rate::limit_requests(&around.app, &request) {
        (around.note_limited)(&around.app, &request);
        return refusal.into_response();
    }
    if let Some(elsewhere) = https::insist(&around.app, &request) {
        return elsewhere;
    }
    if let Err(refusal) = hosts::refuse_strangers(&around.app, &request) {
        return refusal.into_response();
    }
    match cors::origin(&around.app, request.headers()) {
        Some(origin) if cors::is_preflight(&request) => origin.allow(cors::preflight()),
        Some(origin) => origin.allow(read(around, request, inner).await),
        None => read(around, request, inner).await,
    }
}

/// Lets through what can be read.
async fn read<F: Future<Output = Response>>(
    around: &Around,
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let readable = negotiation::check(&request).and_then(|()| body::limit(around, request));
    match readable {
        Ok(request) => inner(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Lets through whoever does not write too often, and remembers who was refused; for requests whose caller is known.
pub async fn limit<F: Future<Output = Response>>(
    around: &Around,
    request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let whom = rate::whom(around, &request);
    let response = match rate::limit_writes(&around.app, whom, &request) {
        Ok(()) => inner(request).await,
        Err(refusal) => refusal.into_response(),
    };
    rate::note_refusal(&around.app, whom, &response);
    response
}
