//! Files that are part of the binary: the panel, the site's styles and scripts, the own plugins.

use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// All embedded files. The library gets them handed in, so that it is not compiled anew when one changes.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// The panel, below `/admin`.
    pub admin: Files,
    /// Packages of the own plugins, such as `webinars-1.0.0.mqp`.
    pub plugins: Files,
}

/// Files by path, without a leading slash.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, File>);

/// An embedded file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its content.
    pub bytes: Bytes,
    etag: HeaderValue,
    media_type: HeaderValue,
    immutable: bool,
}

impl FromIterator<(String, Bytes)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, Bytes)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path.clone(), File::new(&path, bytes))).collect())
    }
}

impl Files {
    /// The file at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }

    /// Every path with its file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &File)> {
        self.0.iter().map(|(path, file)| (path.as_str(), file))
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl File {
    fn new(path: &str, bytes: Bytes) -> Self {
        let hash = hex::encode(&Sha256::digest(&bytes)[..12]);
        let media_type = mime_guess::from_path(path).first_or_octet_stream();
        let charset = if media_type.type_() == "text" { "; charset=utf-8" } else { "" };
        Self {
            bytes,
            etag: value(&format!("\"{hash}\"")),
            media_type: value(&format!("{media_type}{charset}")),
            immutable: is_hashed(path),
        }
    }

    /// Answers with the file, or 304 when the caller has it.
    #[must_use]
    pub fn answer(&self, request: &HeaderMap) -> Response {
        let cache = if self.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
        let headers = [(header::ETAG, self.etag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static(cache))];
        let known = request.get(header::IF_NONE_MATCH).is_some_and(|known| known == self.etag);
        if known {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, [(header::CONTENT_TYPE, self.media_type.clone())], self.bytes.clone()).into_response()
    }
}

/// Bundlers name a file `index-4f3a9c1b.js` by its content: such a file never changes.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some((_, hash)) = name.split_once('.').and_then(|(stem, _)| stem.rsplit_once('-')) else { return false };
    hash.len() == 8 && hash.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> File {
        let files: Files = [(path.to_owned(), Bytes::from("x"))].into_iter().collect();
        files.get(path).unwrap().clone()
    }

    #[test]
    fn a_file_answers_with_its_type_and_a_second_request_costs_nothing() {
        let answer = file("index.html").answer(&HeaderMap::new());
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "no-cache");
        let again = HeaderMap::from_iter([(header::IF_NONE_MATCH, answer.headers()["etag"].clone())]);
        assert_eq!(file("index.html").answer(&again).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn only_files_named_by_their_content_are_kept_for_good() {
        for (path, kept) in [
            ("assets/index-Bx3_9aZ1.js", true),
            ("assets/inter-latin-4f3a9c1b.woff2", true),
            ("index.html", false),
            ("site.css", false),
            ("site-dark.css", false),
        ] {
            assert_eq!(file(path).immutable, kept, "{path}");
        }
    }
}
