//! The cookie that holds a browser's refresh token.

use http::{HeaderMap, HeaderValue, header};
use jiff::Timestamp;

use super::secret::Secret;
use super::sessions::RefreshToken;
use crate::error::{Error, Result};

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

/// The token that the browser sent.
#[must_use]
pub fn read(headers: &HeaderMap, is_secure: bool) -> Option<Secret<String>> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.find(|(found, _)| *found == name(is_secure))?;
    (!token.is_empty()).then(|| Secret::new(token.to_owned()))
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
}
