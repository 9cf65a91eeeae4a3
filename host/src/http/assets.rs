//! The binary and the files that are part of it: the panel, the site's styles and scripts, the own plugins.

use std::collections::BTreeMap;
use std::path::PathBuf;

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
    /// The binary's own path; none where the host is a library of another program.
    pub program: Option<PathBuf>,
}

/// Files by path, without a leading slash.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, File>);

/// An embedded file.
#[derive(Clone, Debug)]
pub struct File {
    /// Its content.
    pub bytes: Bytes,
    /// The same, packed by gzip.
    packed: Option<Bytes>,
    etag: HeaderValue,
    media_type: HeaderValue,
    immutable: bool,
}

/// What a packed file's name ends with; it stands beside the file itself.
const PACKED: &str = ".gz";

impl FromIterator<(String, Bytes)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, Bytes)>>(files: I) -> Self {
        let mut all: BTreeMap<String, Bytes> = files.into_iter().collect();
        let packed: Vec<_> = all.extract_if(.., |path, _| path.ends_with(PACKED)).collect();
        let mut files = Self(all.into_iter().map(|(path, bytes)| (path.clone(), File::new(&path, bytes))).collect());
        for (path, bytes) in packed {
            if let Some(file) = files.0.get_mut(path.trim_end_matches(PACKED)) {
                file.packed = Some(bytes);
                // The same content in two forms has one tag that says so.
                file.etag = value(&format!("W/{}", file.etag.to_str().unwrap_or_default()));
            }
        }
        files
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
            packed: None,
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
        let mut answer = (headers, [(header::CONTENT_TYPE, self.media_type.clone())]).into_response();
        let Some(packed) = &self.packed else {
            *answer.body_mut() = self.bytes.clone().into();
            return answer;
        };
        answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        let unpacks = unpacks(request);
        if unpacks {
            answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        *answer.body_mut() = if unpacks { packed } else { &self.bytes }.clone().into();
        answer
    }
}

/// Whether the caller understands gzip.
fn unpacks(request: &HeaderMap) -> bool {
    let lines = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok()) == Some(0.0);
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
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
    fn whoever_understands_gzip_gets_a_file_packed_and_others_as_it_is() {
        let pair = [("a.js", "plain"), ("a.js.gz", "packed"), ("b.gz", "alone")];
        let files: Files = pair.into_iter().map(|(path, text)| (path.to_owned(), Bytes::from(text))).collect();
        let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
        assert_eq!(paths, ["a.js"]);
        for (accepted, coding) in
            [("br, gzip;q=0.8", Some("gzip")), ("GZIP", Some("gzip")), ("gzip;q=0, br", None), ("", None)]
        {
            let request = HeaderMap::from_iter([(header::ACCEPT_ENCODING, value(accepted))]);
            let answer = files.get("a.js").unwrap().answer(&request);
            assert_eq!(answer.headers().get("content-encoding").map(|coding| coding.to_str().unwrap()), coding);
            assert_eq!(answer.headers()["vary"], "accept-encoding");
        }
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
