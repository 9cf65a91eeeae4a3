//! The one door to other companies' servers.
//!
//! One parser reads the address for the check and for the call. The site's own names are refused; every other name is
//! resolved here, every address that is not public or is this machine's own is refused, and the connection goes to the
//! addresses that were vetted, so that a second answer of the name server changes nothing. Redirects are not followed,
//! no proxy is used.

mod address;
pub(super) mod headers;

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use futures_util::StreamExt;
use http::{HeaderMap, Method};
use magnetiq_contract::http::Fetched;
use url::{Host, Url};

use crate::error::{Code, Error, Result};

/// Largest answer, in bytes.
const LARGEST: usize = 4 << 20;

/// Reads an address that a plugin gave.
///
/// # Errors
/// Bad request for anything but a plain http(s) address without a user name.
pub(super) fn parse(address: &str) -> Result<Url> {
    let url = Url::parse(address).map_err(|error| refused(address, &error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(address, "only http and https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(address, "no user names in addresses"));
    }
    Ok(url)
}

/// Scheme, host and port as they stand in a grant: `https://api.example.com`, the port only when it is not the usual.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Knows whom nobody may call, whatever is granted, and whom one may although they are not public.
pub(super) struct Outbound {
    own_hosts: Vec<String>,
    private_servers: Vec<SocketAddr>,
}

impl Outbound {
    /// `own_hosts` are the names that this site answers to, `private_servers` those that its operator trusts.
    pub(super) const fn new(own_hosts: Vec<String>, private_servers: Vec<SocketAddr>) -> Self {
        Self { own_hosts, private_servers }
    }

    /// Calls the server and reads its answer.
    ///
    /// # Errors
    /// Forbidden for this site itself and for addresses that are not public; unavailable when the server does not answer
    /// as it should.
    pub(super) async fn fetch(
        &self,
        method: &str,
        url: Url,
        headers: HeaderMap,
        body: Vec<u8>,
        patience: Duration,
    ) -> Result<(Fetched, Vec<u8>)> {
        let addresses = self.resolve(&url).await?;
        let method =
            Method::from_bytes(method.as_bytes()).map_err(|error| Error::new(Code::BadRequest, error.to_string()))?;
        let request = client(&url, &addresses, patience)?.request(method, url).headers(headers);
        let response = request.body(body).send().await.map_err(|error| unavailable(&error))?;
        Ok((head(&response), read(response).await?))
    }

    /// The addresses of the server that may be called.
    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>> {
        let port = url.port_or_known_default().unwrap_or(443);
        let addresses: Vec<SocketAddr> = match url.host() {
            Some(Host::Ipv4(address)) => vec![(address, port).into()],
            Some(Host::Ipv6(address)) => vec![(address, port).into()],
            Some(Host::Domain(name)) if self.is_own(name) => return Err(forbidden(name, "is this site itself")),
            Some(Host::Domain(name)) => {
                tokio::net::lookup_host((name, port)).await.map_err(|error| unavailable(&error))?.collect()
            }
            None => Vec::new(),
        };
        self.vetted(url.host_str().unwrap_or_default(), addresses)
    }

    fn is_own(&self, name: &str) -> bool {
        let name = name.trim_end_matches('.');
        self.own_hosts.iter().any(|own| own.trim_end_matches('.').eq_ignore_ascii_case(name))
    }

    fn vetted(&self, host: &str, addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>> {
        let is_outside = |address: &SocketAddr| {
            self.private_servers.contains(address)
                || (address::is_public(address.ip()) && !is_this_machines(address.ip()))
        };
        let (vetted, inside): (Vec<_>, Vec<_>) = addresses.into_iter().partition(is_outside);
        if !vetted.is_empty() {
            return Ok(vetted);
        }
        let is_ours = inside.iter().any(|address| address::is_public(address.ip()));
        Err(forbidden(host, if is_ours { "is an address of this machine" } else { "is not a public address" }))
    }
}

/// Only an address of its own lets a machine listen at it.
fn is_this_machines(address: IpAddr) -> bool {
    UdpSocket::bind((address, 0)).is_ok()
}

fn head(response: &reqwest::Response) -> Fetched {
    let headers = response.headers().iter();
    Fetched {
        status: response.status().as_u16(),
        headers: headers
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect(),
    }
}

/// A client that knows this one name, and that by its vetted addresses.
#[expect(clippy::disallowed_methods, reason = "this file is the one door that may build HTTP clients")]
fn client(url: &Url, addresses: &[SocketAddr], patience: Duration) -> Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(patience)
        .resolve_to_addrs(url.host_str().unwrap_or_default(), addresses)
        .user_agent(concat!("Magnetiq/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(Error::internal)
}

async fn read(response: reqwest::Response) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| unavailable(&error))?;
        if body.len() + chunk.len() > LARGEST {
            return Err(Error::new(Code::PayloadTooLarge, "The other server's answer is larger than 4 MiB."));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn refused(address: &str, reason: &str) -> Error {
    Error::new(Code::BadRequest, format!("{address} is not an address that can be called: {reason}."))
}

fn forbidden(host: &str, reason: &str) -> Error {
    Error::new(Code::Forbidden, format!("{host} {reason}."))
}

fn unavailable(error: &dyn std::error::Error) -> Error {
    Error::unavailable(format!("The other server did not answer: {error}."), 60)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::*;

    fn door() -> Outbound {
        Outbound::new(vec!["www.example.org".into()], vec![([127, 0, 0, 1], 4000).into()])
    }

    #[test]
    fn an_origin_is_scheme_host_and_unusual_port() {
        let origins = ["https://API.example.com:443/a?b", "http://api.example.com:8080/", "https://api.example.com./"];
        let read: Vec<_> = origins.iter().map(|address| origin(&parse(address).unwrap())).collect();
        assert_eq!(read, ["https://api.example.com", "http://api.example.com:8080", "https://api.example.com."]);
    }

    #[test]
    fn user_names_and_other_schemes_are_refused() {
        for address in
            ["https://api.example.com@127.0.0.1/", "file:///etc/passwd", "ftp://example.com", "//example.com"]
        {
            assert!(parse(address).is_err(), "{address}");
        }
    }

    #[tokio::test]
    async fn no_spelling_of_a_private_address_is_called() {
        let spellings = [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://0/",
            "http://10.0.0.1/",
            "http://192.168.1.1/",
            "http://172.16.0.1/",
            "http://169.254.169.254/",
            "http://[fe80::1]/",
            "http://[fc00::1]/",
            "http://[2002:7f00:1::]/",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://255.255.255.255/",
            "http://224.0.0.1/",
        ];
        for address in spellings {
            let refusal = door().resolve(&parse(address).unwrap()).await.unwrap_err();
            assert_eq!(refusal.code(), Code::Forbidden, "{address}");
        }
    }

    #[tokio::test]
    async fn the_site_is_not_called_by_any_of_its_names() {
        for address in ["https://www.example.org/", "http://WWW.example.org:8080/", "https://www.example.org./"] {
            let refusal = door().resolve(&parse(address).unwrap()).await.unwrap_err();
            assert!(refusal.message().ends_with("is this site itself."), "{address}: {refusal}");
        }
    }

    #[test]
    fn a_public_address_that_is_this_machines_own_is_not_called() {
        assert!(is_this_machines(Ipv4Addr::LOCALHOST.into()));
        assert!(!is_this_machines(Ipv4Addr::new(1, 1, 1, 1).into()));
    }

    #[tokio::test]
    async fn a_private_server_that_the_operator_trusts_is_called_at_its_port_alone() {
        for (address, is_called) in [("http://127.0.0.1:4000/", true), ("http://127.0.0.1:4001/", false)] {
            assert_eq!(door().resolve(&parse(address).unwrap()).await.is_ok(), is_called, "{address}");
        }
    }

    #[tokio::test]
    async fn a_server_that_never_answers_is_waited_for_so_long_and_no_longer() {
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = silent.local_addr().unwrap();
        let url = parse(&format!("http://{server}/")).unwrap();
        let door = Outbound::new(Vec::new(), vec![server]);
        let waited = door.fetch("GET", url, HeaderMap::new(), Vec::new(), Duration::from_millis(50)).await;
        let refusal = waited.map(drop).unwrap_err();
        assert_eq!(refusal.code(), Code::Unavailable);
        assert!(refusal.message().contains("did not answer"), "{refusal}");
    }
}
