//! From which address a request comes.

use std::net::IpAddr;

use http::{Extensions, HeaderMap};

use crate::config::Network;

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
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
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
}
