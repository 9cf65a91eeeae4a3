//! The one door to other companies' servers.
//!
//! One parser reads the address for the check and for the call. Its name is resolved here, every address that is
//! not a public one is refused, and the connection goes to the addresses that were vetted, so that a second answer
//! of the name server changes nothing. Redirects are not followed, no proxy is used.

mod address;
pub(super) mod headers;

use std::net::SocketAddr;
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

/// Calls the server and reads its answer.
///
/// # Errors
/// Forbidden for addresses that are not public; unavailable when the server does not answer as it should.
pub(super) async fn fetch(
    method: &str,
    url: Url,
    headers: HeaderMap,
    body: Vec<u8>,
    patience: Duration,
) -> Result<(Fetched, Vec<u8>)> {
    let addresses = resolve(&url).await?;
    let method =
        Method::from_bytes(method.as_bytes()).map_err(|error| Error::new(Code::BadRequest, error.to_string()))?;
    let request = client(&url, &addresses, patience)?.request(method, url).headers(headers);
    let response = request.body(body).send().await.map_err(|error| unavailable(&error))?;
    let head = Fetched {
        status: response.status().as_u16(),
        headers: response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect(),
    };
    Ok((head, read(response).await?))
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

async fn resolve(url: &Url) -> Result<Vec<SocketAddr>> {
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses: Vec<SocketAddr> = match url.host() {
        Some(Host::Ipv4(address)) => vec![(address, port).into()],
        Some(Host::Ipv6(address)) => vec![(address, port).into()],
        Some(Host::Domain(name)) => {
            tokio::net::lookup_host((name, port)).await.map_err(|error| unavailable(&error))?.collect()
        }
        None => Vec::new(),
    };
    let vetted: Vec<_> = addresses.into_iter().filter(|address| address::is_public(address.ip())).collect();
    if vetted.is_empty() {
        return Err(Error::new(
            Code::Forbidden,
            format!("{} is not a public address.", url.host_str().unwrap_or_default()),
        ));
    }
    Ok(vetted)
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

fn unavailable(error: &dyn std::error::Error) -> Error {
    Error::unavailable(format!("The other server did not answer: {error}."), 60)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let refusal = resolve(&parse(address).unwrap()).await.unwrap_err();
            assert_eq!(refusal.code(), Code::Forbidden, "{address}");
        }
    }
}
