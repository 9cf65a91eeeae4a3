//! Outgoing mail.

use super::{Secret, Server, Source};

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
        let scheme_fits = |url: &Secret| url.reveal().starts_with("smtp://") || url.reveal().starts_with("smtps://");
        if smtp_url.as_ref().is_some_and(|url| !scheme_fits(url)) {
            source.unfit("SMTP_URL", "an address such as smtps://user:password@mail.example.org");
        }
        let from = source.text("MAIL_FROM");
        if smtp_url.is_some() && from.is_none() {
            source.unfit("MAIL_FROM", "a sender, because MAGNETIQ_SMTP_URL is set");
        }
        Self { smtp_url, from: from.unwrap_or_else(|| default_sender(server)) }
    }
}

fn default_sender(server: &Server) -> String {
    let host = server.allowed_hosts.first().map_or("localhost", String::as_str);
    format!("noreply@{host}")
}
