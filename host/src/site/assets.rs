//! The site's style sheet, script and icon, under names that change with their content.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::http::assets::Files;

const TOKENS: &str = include_str!("../../../web/design/tokens.css");
const STYLE: &str = include_str!("../../../web/site/styles/site.css");
const SCRIPT: &str = include_str!("../../../web/site/site.js");
const ICON: &str = include_str!("../../../web/site/icon.svg");

/// Path of each asset, and the files by name.
struct Assets {
    style: String,
    script: String,
    icon: String,
    files: Files,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let style = format!("{TOKENS}\n{STYLE}");
    let named = [named("css", style), named("js", SCRIPT.to_owned()), named("svg", ICON.to_owned())];
    let [style, script, icon] = named.clone().map(|(name, _)| format!("/assets/{name}"));
    Assets { style, script, icon, files: named.into_iter().collect() }
});

fn named(extension: &str, body: String) -> (String, Bytes) {
    let digest = hex::encode(&Sha256::digest(body.as_bytes())[..4]);
    (format!("site-{digest}.{extension}"), body.into())
}

/// Path of the style sheet.
pub(super) fn style_path() -> &'static str {
    &ASSETS.style
}

/// Path of the script.
pub(super) fn script_path() -> &'static str {
    &ASSETS.script
}

/// Path of the icon.
pub(super) fn icon_path() -> &'static str {
    &ASSETS.icon
}

/// `GET /assets/{name}`: bytes that never change under this name.
pub(super) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Result<Response> {
    Ok(ASSETS.files.get(&name).ok_or_else(Error::not_found)?.answer(&headers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_asset_is_immutable_and_another_name_is_not_found() {
        let name = style_path().rsplit('/').next().unwrap();
        let found = serve(Path(name.to_owned()), HeaderMap::new()).await.unwrap();
        assert_eq!(found.headers()["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(found.headers()["content-type"], "text/css; charset=utf-8");
        assert!(serve(Path("site.css".to_owned()), HeaderMap::new()).await.is_err());
    }

    #[test]
    fn style_and_script_stay_small() {
        assert!(STYLE.len() <= 20 * 1024, "{}", STYLE.len());
        assert!(SCRIPT.len() <= 3 * 1024, "{}", SCRIPT.len());
    }
}
