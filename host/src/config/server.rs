//! Addresses: where the host listens and what it is called from outside.

use std::net::{Ipv4Addr, SocketAddr};

use url::Url;

use super::{Environment, Network, Source};

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
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
}

impl Server {
    pub(super) fn read(source: &mut Source, environment: Environment) -> Self {
        let default_listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8036));
        let listen = source.value("LISTEN", "an address such as 127.0.0.1:8036", default_listen);
        let public = public_url(source, environment, listen);
        Self {
            listen,
            allowed_hosts: allowed_hosts(source, environment, &public),
            public_url: public.as_str().trim_end_matches('/').to_owned(),
            cors_origins: source.list("CORS_ORIGINS", "origins such as https://www.example.org, between commas"),
            trusted_proxies: source.list("TRUSTED_PROXIES", "addresses or networks such as 10.0.0.0/8, between commas"),
        }
    }
}

fn public_url(source: &mut Source, environment: Environment, listen: SocketAddr) -> Url {
    let local = local_url(listen.port());
    let expected = "an http(s) address without a path, such as https://www.example.org";
    let Some(url) = source.optional::<Url>("PUBLIC_URL", expected) else {
        if environment == Environment::Production && source.text("PUBLIC_URL").is_none() {
            source.unfit("PUBLIC_URL", "the site's address, because MAGNETIQ_ENV is production");
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
    let named: Vec<String> = source.list("ALLOWED_HOSTS", "host names between commas");
    let mut hosts: Vec<String> = named.iter().map(|host| host.to_ascii_lowercase()).collect();
    hosts.extend(public_url.host_str().filter(|_| named.is_empty()).map(str::to_owned));
    if environment.is_development() {
        hosts.extend(["localhost", "127.0.0.1", "[::1]"].map(str::to_owned));
    }
    hosts
}
