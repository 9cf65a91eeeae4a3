//! Refuses what is not spoken here: bodies in other alphabets or packed, and callers who read none of what is answered.

use axum::extract::Request;
use http::{HeaderMap, HeaderName, header};

use crate::error::{Code, Error, Result};
use crate::http::body::media_type;

/// What the host reads itself.
const OURS: [&str; 2] = ["application/json", "application/x-www-form-urlencoded"];

pub(super) fn check(request: &Request) -> Result<()> {
    check_body(request.headers())?;
    match offer(request.uri().path()) {
        Some(offer) => check_accept(request.headers(), offer),
        None => Ok(()),
    }
}

/// Bodies are read as they come; JSON and forms are UTF-8. Other texts are for the routes that take them.
fn check_body(headers: &HeaderMap) -> Result<()> {
    let refused = |sentence: (&str, &str)| Err(Error::new(Code::UnsupportedMediaType, sentence));
    if !parts(headers, &header::CONTENT_ENCODING).all(|coding| coding.eq_ignore_ascii_case("identity")) {
        return refused(("The body must not be compressed.", "Der Inhalt darf nicht komprimiert sein."));
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let alphabet = charset(content_type).filter(|_| OURS.contains(&media_type(headers).as_str()));
    match alphabet.as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii") => Ok(()),
        Some(_) => refused(("The body must be in UTF-8.", "Der Inhalt muss in UTF-8 sein.")),
    }
}

fn charset(content_type: &str) -> Option<String> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let mut charsets = parameters.filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charsets.next().map(|(_, value)| value.trim().trim_matches('"').to_ascii_lowercase())
}

/// What an address of the API answers, where its name tells.
fn offer(path: &str) -> Option<&'static str> {
    let below = path.strip_prefix("/api/v1/")?;
    match below.rsplit('/').next().unwrap_or_default().rsplit_once('.') {
        None | Some((_, "json")) => Some("application/json"),
        Some((_, "csv")) => Some("text/csv"),
        Some(_) => None,
    }
}

/// The most exact range that covers the offer decides; without any `Accept` everything is welcome.
fn check_accept(headers: &HeaderMap, offer: &str) -> Result<()> {
    let family = offer.split('/').next().unwrap_or_default();
    let (mut decided, mut any) = ((0, 0.0), false);
    for range in parts(headers, &header::ACCEPT) {
        any = true;
        let mut words = range.split(';').map(str::trim);
        let exactness = match words.next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "*/*" => 1,
            media_type if media_type == format!("{family}/*") => 2,
            media_type if media_type == offer => 3,
            _ => continue,
        };
        let weight = words.find_map(|word| word.strip_prefix("q=")?.trim().parse().ok()).unwrap_or(1.0_f32);
        if exactness >= decided.0 {
            decided = (exactness, weight);
        }
    }
    if any && decided.1 <= 0.0 {
        return Err(Error::new(
            Code::NotAcceptable,
            (format!("This address answers {offer}."), format!("Diese Adresse antwortet mit {offer}.")),
        ));
    }
    Ok(())
}

/// What stands between commas in all lines of a header.
fn parts<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_range_decides() {
        for (accept, fits) in [
            ("", true),
            ("*/*", true),
            ("text/html, */*;q=0.1", true),
            ("application/*", true),
            ("application/json; charset=utf-8", true),
            ("application/json;q=0, */*", false),
            ("*/*;q=0, application/json", true),
            ("text/html", false),
            ("application/xml, text/*", false),
            ("*/*;q=0", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]);
            assert_eq!(check_accept(&headers, "application/json").is_ok(), fits, "{accept}");
        }
    }

    #[test]
    fn an_address_tells_what_it_answers() {
        assert_eq!(offer("/api/v1/users"), Some("application/json"));
        assert_eq!(offer("/api/v1/users.csv"), Some("text/csv"));
        assert_eq!(offer("/api/v1/openapi.json"), Some("application/json"));
        assert_eq!((offer("/api/v1/shop/bill.pdf"), offer("/api/docs"), offer("/en/")), (None, None, None));
    }
}
