//! Addresses: where the host listens and what it is called from outside.

use std::net::{Ipv4Addr, SocketAddr};

use url::{Host, Url};

use super::{Environment, Network, Source};

const HOSTS: &str = "host names such as www.example.org, without port, between commas";
const ORIGINS: &str = "origins such as https://www.example.org, in lower case and without a path, between commas";

/// Addresses.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where the host listens.
    pub listen: SocketAddr,
    /// Where people find the site; without a trailing slash.
    pub public_url: String,
    /// Host names, in lower case and without a port, that are answered.
    pub allowed_hosts: Vec<String>,
    /// Origins of other sites whose scripts may call the API.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<Network>,
}

impl Server {
    /// Every name under which this site may be reached, without a port.
    #[must_use]
    pub fn own_hosts(&self) -> Vec<String> {
        let public = Url::parse(&self.public_url).ok().and_then(|url| url.host_str().map(str::to_owned));
        self.allowed_hosts.iter().cloned().chain(public).collect()
    }

    /// Whether people reach the site by https.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    pub(super) fn read(source: &mut Source, environment: Environment) -> Self {
        let default_listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8036));
        let listen = source.value("LISTEN", "an address such as 127.0.0.1:8036", default_listen);
        let public = public_url(source, environment, listen);
        Self {
            listen,
            allowed_hosts: allowed_hosts(source, environment, &public),
            public_url: public.as_str().trim_end_matches('/').to_owned(),
            cors_origins: cors_origins(source),
            trusted_proxies: source.list("TRUSTED_PROXIES", "addresses or networks such as 10.0.0.0/8, between commas"),
        }
    }
}

fn public_url(source: &mut Source, environment: Environment, listen: SocketAddr) -> Url {
    let local = local_url(listen.port());
    let expected = "an http(s) address without a path, such as https://www.example.org";
    let Some(url) = source.optional::<Url>("PUBLIC_URL", expected) else {
        if environment == Environment::Production && source.text("PUBLIC_URL").is_none() {
            source.unfit("PUBLIC_URL", &format!("the site's address, because {} is production", source.shown("ENV")));
        }
        return local;
    };
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty();
    if !fits {
        source.unfit("PUBLIC_URL", expected);
        return local;
    }
    url
}

#[expect(clippy::expect_used, reason = "a constant host with a number as its port is an address")]
fn local_url(port: u16) -> Url {
    Url::parse(&format!("http://localhost:{port}")).expect("an address")
}

fn allowed_hosts(source: &mut Source, environment: Environment, public_url: &Url) -> Vec<String> {
    let named: Vec<String> = source.list("ALLOWED_HOSTS", HOSTS);
    if !named.iter().all(|host| is_host(host)) {
        source.unfit("ALLOWED_HOSTS", HOSTS);
    }
    let mut hosts: Vec<String> = named.iter().map(|host| host.to_ascii_lowercase()).collect();
    hosts.extend(public_url.host_str().filter(|_| named.is_empty()).map(str::to_owned));
    if environment.is_development() {
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
    }
    hosts
}

/// A name or address as it stands in `Host`, without port; an IPv6 address in brackets.
fn is_host(text: &str) -> bool {
    let of_name = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let fits = text.starts_with('[') || text.chars().all(of_name);
    fits && Host::parse(text).is_ok()
}

fn cors_origins(source: &mut Source) -> Vec<String> {
    let origins: Vec<String> = source.list("CORS_ORIGINS", ORIGINS);
    if !origins.iter().all(|origin| is_origin(origin)) {
        source.unfit("CORS_ORIGINS", ORIGINS);
    }
    origins
}

/// An origin exactly as browsers send it, since it is compared letter by letter.
fn is_origin(text: &str) -> bool {
    Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text)
}
