//! Answers to our own names alone, so that no link is ever built from a stranger's `Host`.

use axum::extract::Request;
use http::header;

use crate::app::App;
use crate::error::{Code, Error, Result};
use crate::http::head;

/// Probes of a supervisor come by address.
const PROBES: [&str; 3] = ["/livez", "/readyz", "/health"];

/// Whether a supervisor asks how the site is: by whatever name, in clear, as often as it likes.
pub(super) fn is_probe(request: &Request) -> bool {
    PROBES.contains(&request.uri().path())
}

pub(super) fn refuse_strangers(app: &App, request: &Request) -> Result<()> {
    head::check(request.uri(), request.headers())?;
    if is_probe(request) {
        return Ok(());
    }
    check_host(request, &app.settings.server.allowed_hosts)
}

fn check_host(request: &Request, allowed: &[String]) -> Result<()> {
    let Some(host) = host(request) else {
        return Err(Error::new(
            Code::BadRequest,
            ("The request names no host, or more than one.", "Die Anfrage nennt keinen oder mehrere Hosts."),
        ));
    };
    let name = without_port(host);
    if allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(Error::new(
        Code::MisdirectedRequest,
        ("This server does not answer for that host.", "Dieser Server antwortet nicht für diesen Host."),
    ))
}

fn host(request: &Request) -> Option<&str> {
    // HTTP/2 names it there, and a proxy's request line too, whatever its `Host` says.
    if let Some(authority) = request.uri().authority() {
        return Some(authority.as_str());
    }
    let mut lines = request.headers().get_all(header::HOST).iter();
    let only = lines.next().filter(|_| lines.next().is_none())?;
    only.to_str().ok().filter(|host| !host.is_empty())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_no_part_of_the_name() {
        for (host, name) in [("a.org", "a.org"), ("a.org:80", "a.org"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]")] {
            assert_eq!(without_port(host), name);
        }
    }
}
