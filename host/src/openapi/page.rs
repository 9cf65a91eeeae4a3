//! The page that shows the document: Swagger UI, served by the host itself.

use std::io::{Cursor, Read};
use std::sync::OnceLock;

use axum::response::{Html, Response};
use bytes::Bytes;
use http::HeaderMap;
use magnetiq_contract::describe::Access;
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

use crate::error::{Error, Result};
use crate::http::assets::Files;
use crate::http::routes::Answer;
use crate::http::{Path, Routes};

const PARTS: [&str; 2] = ["swagger-ui.css", "swagger-ui-bundle.js"];
const START: &[u8] = include_bytes!("start.js");

pub(super) fn routes(routes: &mut Routes) {
    let summary = "This document, to read and to try.";
    routes.get("/api/docs", Access::Public, summary, show_page).answers(Answer::Bytes("text/html"));
    let summary = "Scripts and styles of that page.";
    routes.get("/api/docs/{file}", Access::Public, summary, show_file).answers(Answer::Bytes("text/javascript"));
}

async fn show_page() -> Html<&'static str> {
    Html(include_str!("page.html"))
}

async fn show_file(Path(file): Path<String>, headers: HeaderMap) -> Result<Response> {
    static FILES: OnceLock<Files> = OnceLock::new();
    // Unpacked once, by the first who looks.
    let files = FILES.get_or_init(unpack);
    Ok(files.get(&file).ok_or_else(Error::not_found)?.answer(&headers))
}

fn unpack() -> Files {
    let parts = PARTS.iter().filter_map(|name| Some(((*name).to_owned(), part(name)?)));
    parts.chain([("start.js".to_owned(), Bytes::from_static(START))]).collect()
}

/// A file of the archive, whose folder carries a version.
fn part(name: &str) -> Option<Bytes> {
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED)).ok()?;
    let names = archive.file_names().map_while(|name| Some(name.ok()?.into_owned()));
    let path = names.into_iter().find(|path| path.ends_with(&format!("/dist/{name}")))?;
    let mut bytes = Vec::new();
    archive.by_name(&path).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes.into())
}
