//! From which address a request comes.

use std::net::IpAddr;

use http::{Extensions, HeaderMap, HeaderName};

use crate::config::Network;

/// Where a proxy names the callers in front of it.
pub const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of the connection, set by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The caller's address: the peer's, or what trusted proxies say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The address that the layers found; unspecified outside of them.
    #[must_use]
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self(IpAddr::from([0, 0, 0, 0])))
    }
}

/// Walks `X-Forwarded-For` from its end for as long as trusted proxies wrote it.
#[must_use]
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> ClientAddress {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut found = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let claimed: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for claim in claimed.into_iter().rev() {
        if !is_trusted(found) {
            break;
        }
        let Ok(address) = claim.parse::<IpAddr>() else { break };
        found = address.to_canonical();
    }
    ClientAddress(found)
}

/// Whether a request came in clear to a site behind these proxies: one of them says so, or it came past them. Where no
/// proxy is listed nobody can tell, and a listed one that says nothing is taken to insist on https itself.
#[must_use]
pub fn came_in_clear(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> bool {
    if trusted.is_empty() {
        return false;
    }
    if !trusted.iter().any(|network| network.contains(peer)) {
        return true;
    }
    // What stands last was written by the proxy next to us.
    let lines = headers.get_all("x-forwarded-proto").iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).next_back().is_some_and(|scheme| scheme.trim().eq_ignore_ascii_case("http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(peer: &str, forwarded: &str) -> String {
        let headers = HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        address(peer.parse().unwrap(), &headers, &trusted).0.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(found("192.0.2.1", "198.51.100.7"), "192.0.2.1");
        assert_eq!(found("10.0.0.1", "198.51.100.7"), "198.51.100.7");
        assert_eq!(found("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2"), "198.51.100.7");
        assert_eq!(found("10.0.0.1", "198.51.100.7, nonsense"), "10.0.0.1");
        assert_eq!(found("::ffff:10.0.0.1", "2001:db8::1"), "2001:db8::1");
    }

    #[test]
    fn a_listed_proxy_says_what_came_in_clear_and_what_came_past_it_did() {
        let clear = |peer: &str, proto: &str, trusted: &[Network]| {
            let headers = HeaderMap::from_iter([("x-forwarded-proto".parse().unwrap(), proto.parse().unwrap())]);
            came_in_clear(peer.parse().unwrap(), &headers, trusted)
        };
        let listed: [Network; 1] = ["10.0.0.0/8".parse().unwrap()];
        for (peer, proto, is_clear) in [
            ("10.0.0.1", "http", true),
            ("10.0.0.1", "HTTP", true),
            ("10.0.0.1", "https", false),
            ("10.0.0.1", "http, https", false),
            ("10.0.0.1", "https, http", true),
            ("10.0.0.1", "", false),
            ("192.0.2.1", "https", true),
        ] {
            assert_eq!(clear(peer, proto, &listed), is_clear, "{peer} {proto}");
        }
        assert!(!clear("192.0.2.1", "http", &[]), "without a list nobody can tell");
    }
}
