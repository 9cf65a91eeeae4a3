//! Outgoing mail.

use url::Url;

use super::{Secret, Server, Source};

/// How an address may ask for TLS: `smtp://mail.example.org?tls=required`.
const TLS: [&str; 2] = ["required", "opportunistic"];

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `smtp://`, `smtps://` with user and password; none writes `.eml` files into the data folder.
    pub smtp_url: Option<Secret>,
    /// Sender, as `Name <address>` or an address alone.
    pub from: String,
}

impl Mail {
    pub(super) fn read(source: &mut Source, server: &Server) -> Self {
        let smtp_url: Option<Secret> = source.optional("SMTP_URL", "text");
        if smtp_url.as_ref().is_some_and(|url| !is_server(url.reveal())) {
            source.unfit("SMTP_URL", "an address such as smtps://user:password@mail.example.org");
        }
        let named = source.text("MAIL_FROM");
        if smtp_url.is_some() && named.is_none() {
            source.unfit("MAIL_FROM", "a sender, because MAGNETIQ_SMTP_URL is set");
        }
        let from = named.as_deref().and_then(sender);
        if named.is_some() && from.is_none() {
            source.unfit("MAIL_FROM", "a sender, as name@example.org or Name <name@example.org>");
        }
        Self { smtp_url, from: from.unwrap_or_else(|| default_sender(server)) }
    }

    /// How messages leave: `smtp`, or `files` in the data folder.
    #[must_use]
    pub fn leaves_by(&self) -> &'static str {
        if self.smtp_url.is_some() { "smtp" } else { "files" }
    }
}

fn is_server(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let options = || url.query_pairs().all(|(name, value)| name == "tls" && TLS.contains(&value.as_ref()));
    matches!(url.scheme(), "smtp" | "smtps")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.port() != Some(0)
        && url.fragment().is_none()
        && options()
}

/// `Name <address>` with the name in quotes, or the address alone.
fn sender(text: &str) -> Option<String> {
    let Some(named) = text.strip_suffix('>') else { return is_address(text).then(|| text.to_owned()) };
    let (name, address) = named.split_once('<')?;
    let name = name.trim();
    let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
    let fits = is_address(address) && !name.contains(|letter: char| letter.is_control() || "\"\\<>".contains(letter));
    fits.then(|| if name.is_empty() { address.to_owned() } else { format!("\"{name}\" <{address}>") })
}

/// An address that a mail server would take; the domain may be a machine's bare name.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte))
    };
    let is_label = |label: &str| {
        let edges = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !edges && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 254 && local.len() <= 64 && local.split('.').all(is_atom) && domain.split('.').all(is_label)
}

fn default_sender(server: &Server) -> String {
    let host = server.allowed_hosts.first().map_or("localhost", String::as_str);
    format!("noreply@{host}")
}
