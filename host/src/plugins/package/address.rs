//! Where a plugin's routes answer.

use std::sync::Arc;

use magnetiq_contract::describe::{Route, RouteKind};
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::text::Locale;

/// Where a route answers, each with a word for it: `("api", "/api/v1/webinars/topics")`; a page once in every
/// language, English first: `("en", "/en/webinars")`, `("de", "/de/webinare")`.
pub(in crate::plugins) fn addresses(manifest: &Manifest, route: &Route) -> Vec<(&'static str, String)> {
    let below = if route.path == "/" { "" } else { &route.path };
    let page = |locale: Locale| (locale.code(), format!("/{}/{}{below}", locale.code(), manifest.mount.get(locale)));
    match route.kind {
        RouteKind::Page => Locale::ALL.map(page).to_vec(),
        RouteKind::Api => vec![("api", format!("/api/v1/{}{below}", manifest.id))],
    }
}

/// Method and addresses of a route: `GET /en/webinars, /de/webinare`.
pub(super) fn name(manifest: &Manifest, route: &Route) -> Arc<str> {
    let addresses: Vec<String> = addresses(manifest, route).into_iter().map(|(_, address)| address).collect();
    format!("{} {}", route.method, addresses.join(", ")).into()
}
