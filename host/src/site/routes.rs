//! The site's own addresses.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, LOCATION, VARY};
use http::{HeaderMap, StatusCode, Uri};
use magnetiq_contract::text::Locale;

use super::{PublicSite, assets, home, sitemap};
use crate::http::language;

/// Everything below the root that is neither API, panel nor plugin.
pub fn routes<S>(public: Arc<PublicSite>) -> Router<S> {
    let mut router = Router::new()
        .route("/", get(choose_language))
        .route("/assets/{name}", get(assets::serve))
        .route("/sitemap.xml", get(sitemap::sitemap))
        .route("/robots.txt", get(sitemap::robots));
    for locale in Locale::ALL {
        let path = format!("/{}/", locale.code());
        let show = move |State(public): State<Arc<PublicSite>>, uri: Uri, headers: HeaderMap| async move {
            home::show(&public, locale, &uri, &headers).await
        };
        let without_slash = path.trim_end_matches('/').to_owned();
        let slashed = path.clone();
        router = router
            .route(&path, get(show))
            .route(&without_slash, get(move || async move { Redirect::permanent(&slashed) }));
    }
    router.with_state(public)
}

/// `/`: leads to the language that the visitor reads.
async fn choose_language(headers: HeaderMap) -> Response {
    let path = format!("/{}/", language::preferred(&headers).code());
    let fields = [(LOCATION, path.as_str()), (VARY, "Accept-Language"), (CACHE_CONTROL, "no-cache")];
    (StatusCode::FOUND, fields).into_response()
}
