//! The site's own addresses.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{CACHE_CONTROL, LOCATION, VARY};
use http::{HeaderMap, StatusCode, Uri};
use magnetiq_contract::describe::Access;
use magnetiq_contract::text::Locale;

use super::{assets, home, sitemap};
use crate::app::App;
use crate::http::routes::Answer;
use crate::http::{Routes, language};

const HTML: Answer = Answer::Bytes("text/html");

/// Registers what stands below the root and is neither API, panel nor plugin.
pub fn routes(routes: &mut Routes) {
    routes.get("/", Access::Public, "Leads to the visitor's language.", choose_language).answers(HTML);
    routes
        .get("/assets/{name}", Access::Public, "Answers a style, script or icon of the site.", assets::serve)
        .answers(Answer::Bytes("application/octet-stream"));
    routes
        .get("/sitemap.xml", Access::Public, "Lists the site's pages.", sitemap::sitemap)
        .answers(Answer::Bytes("application/xml"));
    routes
        .get("/robots.txt", Access::Public, "Says what search engines may read.", sitemap::robots)
        .answers(Answer::Bytes("text/plain"));
    for locale in Locale::ALL {
        start_page(routes, locale);
    }
}

fn start_page(routes: &mut Routes, locale: Locale) {
    let path = format!("/{}/", locale.code());
    let show = move |State(app): State<App>, uri: Uri, headers: HeaderMap| async move {
        home::show(&app.public, locale, &uri, &headers).await
    };
    routes.get(&path, Access::Public, "Shows the start page.", show).answers(HTML);
    let to = path.clone();
    let redirect = move || async move { Redirect::permanent(&to) };
    routes.get(path.trim_end_matches('/'), Access::Public, "Leads to the start page.", redirect).answers(HTML);
}

/// `/`: leads to the language that the visitor reads.
async fn choose_language(headers: HeaderMap) -> Response {
    let path = format!("/{}/", language::preferred(&headers).code());
    let fields = [(LOCATION, path.as_str()), (VARY, "Accept-Language"), (CACHE_CONTROL, "no-cache")];
    (StatusCode::FOUND, fields).into_response()
}
