//! What surrounds every request, from outside in.

mod answer;
mod body;
mod cors;
mod hosts;
mod log;
mod negotiation;
mod panics;
mod rate;
mod request_id;
mod security;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use http::Extensions;

pub use answer::{DrawError, ErrorPage};
pub use body::Uploads;
pub use request_id::RequestId;

use crate::app::App;

/// Whether a request comes from nobody known; an outer layer found the caller.
pub type IsAnonymous = fn(&Extensions) -> bool;

/// Puts what must know the caller around `router`.
pub fn inside(router: Router, app: &App, is_anonymous: IsAnonymous) -> Router {
    let state = (app.clone(), is_anonymous);
    router.layer(from_fn_with_state(state, rate::limit_anonymous_writes))
}

/// Puts everything that comes before the caller is known around `router`. Errors for people are drawn by `draw`.
pub fn outside(router: Router, app: &App, uploads: Uploads, draw: DrawError) -> Router {
    let state = || app.clone();
    // The last layer is the outermost.
    router
        .layer(from_fn_with_state((state(), uploads), body::limit))
        .layer(from_fn(negotiation::refuse_what_is_not_spoken))
        .layer(from_fn_with_state(state(), cors::answer_other_origins))
        .layer(from_fn_with_state(state(), hosts::refuse_strangers))
        .layer(from_fn(panics::catch))
        .layer(from_fn_with_state((state(), draw), answer::finish))
        .layer(from_fn_with_state(state(), security::add_headers))
        .layer(from_fn_with_state(state(), log::write))
        .layer(from_fn_with_state(state(), request_id::assign))
}
