//! The cookie that holds a browser's refresh token.
//!
//! Browsers send it along whoever's page makes them ask, so by itself it proves nothing. It counts only beside the header
//! `X-Requested-With`, which neither a form nor another site's script can send without being asked for by CORS, where it
//! is not allowed; and where the browser says whose page asks, by `Sec-Fetch-Site` or `Origin`, only for our own.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::Timestamp;
use serde_json::json;

use super::events::{Kind, SecurityEvent};
use super::origin::Origin;
use super::secret::Secret;
use super::sessions::RefreshToken;
use crate::app::Site;
use crate::error::{Error, Result};

const REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// By https the prefix makes browsers insist: this host alone, https alone.
const SECURE: &str = "__Host-refresh";

/// A developer's machine speaks http, where browsers refuse the prefix.
const PLAIN: &str = "refresh";

/// `Set-Cookie` that stores a token until it runs out.
///
/// # Errors
/// Internal, when the token is no header value.
pub fn set(refresh: &RefreshToken, is_secure: bool, now: Timestamp) -> Result<HeaderValue> {
    let seconds = refresh.expires_at.duration_since(now).as_secs().max(0);
    let text = format!("{}={}; Max-Age={seconds}; {}", name(is_secure), refresh.token.reveal(), attributes(is_secure));
    let mut value = HeaderValue::from_str(&text).map_err(Error::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// `Set-Cookie` that takes the token away.
///
/// # Errors
/// Never: the text is fixed.
pub fn clear(is_secure: bool) -> Result<HeaderValue> {
    HeaderValue::from_str(&format!("{}=; Max-Age=0; {}", name(is_secure), attributes(is_secure)))
        .map_err(Error::internal)
}

/// The token that one of our own pages has sent; none without a cookie.
///
/// # Errors
/// 401 when anybody else's page may have made the browser send it; kept as a security event.
pub fn own(site: &Site, origin: &Origin, headers: &HeaderMap) -> Result<Option<Secret<String>>> {
    let is_secure = site.auth.is_secure();
    let token = read(headers, is_secure);
    if token.is_some() && !is_from_our_page(headers, is_secure) {
        let event = SecurityEvent::new(Kind::CookieRefused, origin).details(json!({"user": null}));
        site.auth.events.queue(event);
        return Err(Error::unauthenticated());
    }
    Ok(token)
}

/// Whether the browser sent one: whoever does is no stranger, whatever it is worth.
#[must_use]
pub fn is_sent(headers: &HeaderMap, is_secure: bool) -> bool {
    read(headers, is_secure).is_some()
}

fn read(headers: &HeaderMap, is_secure: bool) -> Option<Secret<String>> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(found, _)| *found == name(is_secure))?;
    (!token.is_empty()).then(|| Secret::new(token.to_owned()))
}

fn is_from_our_page(headers: &HeaderMap, is_secure: bool) -> bool {
    let text = |name: &HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let is_ours = match (text(&FETCH_SITE), text(&header::ORIGIN)) {
        (Some(place), _) => place == "same-origin",
        (None, Some(origin)) => {
            let scheme = if is_secure { "https://" } else { "http://" };
            // The host was held against our own names before.
            origin.strip_prefix(scheme).is_some_and(|host| text(&header::HOST) == Some(host))
        }
        (None, None) => true,
    };
    is_ours && headers.contains_key(REQUESTED_WITH)
}

fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE } else { PLAIN }
}

fn attributes(is_secure: bool) -> &'static str {
    if is_secure { "Path=/; HttpOnly; SameSite=Strict; Secure" } else { "Path=/; HttpOnly; SameSite=Strict" }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn by_https_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
        let now = Timestamp::UNIX_EPOCH;
        let expires_at = now.saturating_add(SignedDuration::from_hours(1)).unwrap();
        let refresh = RefreshToken { token: Secret::new("abc".into()), expires_at };
        assert_eq!(
            set(&refresh, true, now).unwrap(),
            "__Host-refresh=abc; Max-Age=3600; Path=/; HttpOnly; SameSite=Strict; Secure"
        );
        assert_eq!(clear(false).unwrap(), "refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
    }

    #[test]
    fn the_token_is_found_among_other_cookies_under_its_own_name_alone() {
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("a=1; __Host-refresh=abc; refresh=no"))]);
        assert_eq!(read(&headers, true).unwrap().reveal(), "abc");
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("x-refresh=no; refresh="))]);
        assert!(read(&headers, false).is_none());
    }

    #[test]
    fn the_cookie_counts_for_our_own_pages_alone() {
        let is_ours = |lines: &[(&'static str, &'static str)], is_secure: bool| {
            let lines = lines.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)));
            is_from_our_page(&HeaderMap::from_iter(lines), is_secure)
        };
        let (asked, host) = (("x-requested-with", "magnetiq"), ("host", "www.example.org"));
        assert!(is_ours(&[asked, host], true), "a program says nothing of origins");
        assert!(is_ours(&[asked, host, ("origin", "https://www.example.org")], true));
        assert!(is_ours(&[asked, host, ("origin", "http://www.example.org")], false));
        assert!(is_ours(&[asked, host, ("sec-fetch-site", "same-origin")], true));
        for wrong in [
            ("origin", "http://www.example.org"),
            ("origin", "https://evil.example"),
            ("origin", "https://www.example.org.evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "cross-site"),
        ] {
            assert!(!is_ours(&[asked, host, wrong], true), "{wrong:?}");
        }
        assert!(!is_ours(&[host, ("origin", "https://www.example.org")], true), "a form sends no such header");
    }
}
