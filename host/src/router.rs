//! Table of contents: every prefix, its guard, its feature.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, HeaderMap, Method};
use magnetiq_contract::describe::Access;
use tower::ServiceExt;

use crate::app::App;
use crate::auth::{self, Caller, guard};
use crate::error::{Error, Result};
use crate::http::layers::{Around, RequestId};
use crate::http::routes::{Policy, all_through};
use crate::http::{Routes, layers, nonce};
use crate::resources::{self, Actor};
use crate::{accounts, health, jobs, mail, openapi, people, plugins, site};

/// The panel's one page.
const PANEL_PAGE: &str = "index.html";

/// Every route of the host, in the order of the document.
#[must_use]
pub fn routes() -> Routes {
    let mut routes = Routes::default();
    routes.under("/api/v1", |api| {
        auth::routes::routes(api);
        auth::mfa::routes::routes(api);
        auth::passkeys::routes::routes(api);
        accounts::routes::routes(api);
        plugins::routes(api);
        resources::audit::routes::routes(api, actor);
        resources::routes::mount(api, auth::recorded::table(), actor);
        people::routes::routes(api, actor);
        mail::routes::routes(api, actor);
        jobs::routes::routes(api, actor);
    });
    auth::routes::well_known(&mut routes);
    site::routes(&mut routes);
    openapi::routes(&mut routes);
    health::routes(&mut routes);
    routes
}

/// The whole site as one service.
///
/// # Errors
/// When a route is declared twice.
pub fn build(app: &App) -> Result<Router> {
    let router = routes()
        .into_router(check)?
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(elsewhere)
        .with_state(app.clone());
    Ok(within_layers(router, app))
}

/// Puts around `router` what every request passes: from the request's id to who asks.
pub fn within_layers(router: Router, app: &App) -> Router {
    let around = Arc::new(Around {
        app: app.clone(),
        uploads: routes().uploads(),
        draw: |app, page| site::error_page(&app.public.layout, page),
        account,
        note_limited: |app, request| guard::note_limited(app, request),
    });
    all_through(move |request| {
        let (around, router) = (around.clone(), router.clone());
        async move { pass(&around, router, request).await }
    })
}

async fn pass(around: &Around, router: Router, request: Request) -> Response {
    let route = async |request: Request| router.oneshot(request).await.unwrap_or_else(|never| match never {});
    let known = async |request: Request| layers::limit(around, request, route).await;
    layers::surround(around, request, |request| guard::identify(&around.app, request, known)).await
}

fn check(extensions: &Extensions, policy: &Policy) -> Result<()> {
    match policy {
        Policy::Access(Access::Public) => Ok(()),
        Policy::Access(access) => Caller::of(extensions)?.check(access),
        Policy::Account => Caller::of(extensions)?.account().map(drop),
    }
}

fn actor(extensions: &Extensions) -> Result<Actor> {
    Ok(Caller::of(extensions)?.actor(&RequestId::of(extensions).0))
}

fn account(extensions: &Extensions) -> Option<i64> {
    // Whoever shows a false token is nobody known.
    Caller::of(extensions).ok()?.user_id()
}

/// What no declared route matches: the panel, files, plugins.
async fn elsewhere(State(app): State<App>, request: Request) -> Result<Response> {
    let path = request.uri().path();
    if let Some(below) = path.strip_prefix("/admin") {
        return panel(&app, below, request.method(), request.headers());
    }
    Ok(plugins::dispatch(State(app), request).await)
}

/// A file of the panel; what is not a file is one of its screens, which the panel itself finds.
fn panel(app: &App, below: &str, method: &Method, headers: &HeaderMap) -> Result<Response> {
    if below.is_empty() {
        return Ok(Redirect::permanent("/admin/").into_response());
    }
    only_reading(method)?;
    let path = below.strip_prefix('/').ok_or_else(Error::not_found)?;
    let looks_like_a_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    match app.assets.admin.get(path).filter(|_| path != PANEL_PAGE) {
        Some(file) => Ok(file.answer(headers)),
        None if looks_like_a_file && path != PANEL_PAGE => Err(Error::not_found()),
        None => app.assets.admin.get(PANEL_PAGE).map(|page| nonce::answer(&page.bytes)).ok_or_else(Error::not_found),
    }
}

fn only_reading(method: &Method) -> Result<()> {
    if matches!(*method, Method::GET | Method::HEAD) { Ok(()) } else { Err(Error::method_not_allowed(["GET"])) }
}

/// The router itself adds the methods that it knows.
async fn method_not_allowed() -> Error {
    Error::method_not_allowed([])
}
