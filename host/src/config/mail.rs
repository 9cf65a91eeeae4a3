//! Outgoing mail.

use std::path::Path;

use super::{Server, SmtpServer, Source, smtp};

/// More at a time are more than most servers take from one sender.
const MOST_CONNECTIONS: u32 = 16;

/// Outgoing mail.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The server; without one mails are `.eml` files in the data folder.
    pub server: Option<SmtpServer>,
    /// Sender, as `Name <address>` or an address alone.
    pub from: String,
}

impl Mail {
    pub(super) fn read(source: &mut Source, server: &Server) -> Self {
        let is_sent = source.text("SMTP_URL").is_some();
        let named = source.text("MAIL_FROM");
        if is_sent && named.is_none() {
            source.unfit("MAIL_FROM", &format!("a sender, because {} is set", source.shown("SMTP_URL")));
        }
        let from = named.as_deref().and_then(sender);
        if named.is_some() && from.is_none() {
            source.unfit("MAIL_FROM", "a sender, as name@example.org or Name <name@example.org>");
        }
        Self { server: mail_server(source), from: from.unwrap_or_else(|| default_sender(server)) }
    }

    /// How messages leave: `smtp`, or `files` in the data folder.
    #[must_use]
    pub fn leaves_by(&self) -> &'static str {
        if self.server.is_some() { "smtp" } else { "files" }
    }
}

fn mail_server(source: &mut Source) -> Option<SmtpServer> {
    let own_authorities = read(source, "SMTP_CA_FILE", |file| smtp::certificates(Path::new(file)));
    let connections = source.within("SMTP_CONNECTIONS", 1..=MOST_CONNECTIONS, 1);
    let server = read(source, "SMTP_URL", SmtpServer::parse)?;
    Some(SmtpServer { own_authorities, connections, ..server })
}

fn read<T>(source: &mut Source, name: &'static str, parse: impl FnOnce(&str) -> Result<T, &'static str>) -> Option<T> {
    let value = parse(&source.text(name)?);
    value.map_err(|expected| source.unfit(name, expected)).ok()
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
