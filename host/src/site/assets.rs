//! The site's style sheet, script and icon, under names that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use sha2::{Digest, Sha256};

use crate::error::Error;

const TOKENS: &str = include_str!("../../../web/design/tokens.css");
const STYLE: &str = include_str!("../../../web/site/styles/site.css");
const SCRIPT: &str = include_str!("../../../web/site/site.js");
const ICON: &str = include_str!("../../../web/site/icon.svg");

struct Asset {
    name: String,
    path: String,
    content_type: &'static str,
    body: String,
}

impl Asset {
    fn new(stem: &str, extension: &str, content_type: &'static str, body: String) -> Self {
        let digest = hex::encode(Sha256::digest(body.as_bytes()));
        let name = format!("{stem}.{}.{extension}", &digest[..12]);
        Self { path: format!("/assets/{name}"), name, content_type, body }
    }
}

static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new("site", "css", "text/css; charset=utf-8", format!("{TOKENS}\n{STYLE}")),
        Asset::new("site", "js", "text/javascript; charset=utf-8", SCRIPT.to_owned()),
        Asset::new("icon", "svg", "image/svg+xml", ICON.to_owned()),
    ]
});

/// Path of the style sheet.
#[must_use]
pub fn style_path() -> &'static str {
    &ASSETS[0].path
}

/// Path of the script.
#[must_use]
pub fn script_path() -> &'static str {
    &ASSETS[1].path
}

/// Path of the icon.
#[must_use]
pub fn icon_path() -> &'static str {
    &ASSETS[2].path
}

/// `GET /assets/{name}`: bytes that never change under this name.
pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return Error::not_found().into_response();
    };
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, asset.body.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_asset_is_immutable_and_another_name_is_not_found() {
        let name = style_path().rsplit('/').next().unwrap();
        let found = serve(Path(name.to_owned())).await;
        assert_eq!(found.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(serve(Path("site.css".to_owned())).await.status(), 404);
    }

    #[test]
    fn style_and_script_stay_small() {
        assert!(STYLE.len() <= 20 * 1024, "{}", STYLE.len());
        assert!(SCRIPT.len() <= 3 * 1024, "{}", SCRIPT.len());
    }
}
