//! Where a page's form may lead out of the site. Browsers hold a redirect after a form against the page's own policy, so
//! the page that shows the form has to name the server.

use url::Url;

/// The one other server to which a page's form may lead. As an extension of an answer it widens the answer's policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadsTo(String);

impl LeadsTo {
    /// The server of an absolute http(s) address; none where it is no such address.
    #[must_use]
    pub fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let origin = url.origin().ascii_serialization();
        // A name may hold characters that mean something in a policy.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '/' | '[' | ']');
        let complete = address.starts_with("https://") || address.starts_with("http://");
        (complete && url.username().is_empty() && origin.chars().all(plain)).then_some(Self(origin))
    }

    /// `policy` with this server beside the own one.
    pub(super) fn policy(&self, policy: &str) -> String {
        policy.replace("form-action 'self'", &format!("form-action 'self' {}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_names_the_server_and_nothing_else_of_the_address() {
        let server = LeadsTo::of("https://Meet.example.org:8443/room?secret=1#x").unwrap();
        assert_eq!(server.policy("a; form-action 'self'; b"), "a; form-action 'self' https://meet.example.org:8443; b");
    }

    #[test]
    fn what_would_say_more_in_a_policy_is_no_server() {
        for address in [
            "https://a;sandbox/room",
            "https://a,b/room",
            "https://'self'/room",
            "https://*/room",
            "https://example.com@evil.test/",
            "javascript:alert(1)",
            "https:/a.test",
            "//a.test/",
            "/room",
        ] {
            assert_eq!(LeadsTo::of(address), None, "{address}");
        }
    }
}
