//! From a queued row to subject, HTML and text.
//!
//! A template is two files, `mail/<name>.html` and `mail/<name>.txt`; the first line of the text is `Subject: …`. They
//! see the message's data and beside it `recipient` (`email`, `name`, `time_zone`) and `site` (`name`, `public_url`,
//! `time_zone`), so that a time can be written in the recipient's zone and in one that the data names. The host's
//! layout is put around both.

use std::sync::Arc;

use magnetiq_contract::text::Locale;
use minijinja::value::Serde;
use minijinja::{Environment, Value};
use serde_json::{Value as Json, json};

use crate::error::{Error, Result};
use crate::jobs::CORE;
use crate::people::address::one_line;

const SOURCES: [(&str, &str); 16] = [
    ("layout.html", include_str!("templates/layout.html")),
    ("layout.txt", include_str!("templates/layout.txt")),
    ("mail/already-registered.html", include_str!("templates/already-registered.html")),
    ("mail/already-registered.txt", include_str!("templates/already-registered.txt")),
    ("mail/confirm-email.html", include_str!("templates/confirm-email.html")),
    ("mail/confirm-email.txt", include_str!("templates/confirm-email.txt")),
    ("mail/invitation.html", include_str!("templates/invitation.html")),
    ("mail/invitation.txt", include_str!("templates/invitation.txt")),
    ("mail/password-reset.html", include_str!("templates/password-reset.html")),
    ("mail/password-reset.txt", include_str!("templates/password-reset.txt")),
    ("mail/security-notice.html", include_str!("templates/security-notice.html")),
    ("mail/security-notice.txt", include_str!("templates/security-notice.txt")),
    ("mail/test.html", include_str!("templates/test.html")),
    ("mail/test.txt", include_str!("templates/test.txt")),
    ("mail/verify-email.html", include_str!("templates/verify-email.html")),
    ("mail/verify-email.txt", include_str!("templates/verify-email.txt")),
];

/// One file of an owner's mail template to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// A plugin's id.
    pub owner: &'a str,
    /// Language.
    pub locale: Locale,
    /// `mail/confirmation.html`, or `.txt`.
    pub template: &'a str,
    /// What it shows.
    pub data: &'a Json,
}

/// Renders the templates of plugins: escaped where the file is HTML, bounded in time and size.
pub type Renderer = Arc<dyn Fn(Request<'_>) -> Result<String> + Send + Sync>;

/// Writes the address of a one-time link from what a message of the host says of it under `link`. The outbox holds no
/// more than that: the address itself, with its token, is in the message alone.
pub type Linker = Arc<dyn Fn(&Json) -> Result<String> + Send + Sync>;

/// What every message says about the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteInfo {
    /// Its name.
    pub name: String,
    /// Absolute address without a trailing slash.
    pub public_url: String,
    /// IANA zone, for recipients whose own is not known.
    pub time_zone: String,
}

/// A message to be rendered.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// `core` or a plugin's id.
    pub owner: &'a str,
    /// Name of the template.
    pub template: &'a str,
    /// Language.
    pub locale: Locale,
    /// The recipient's address.
    pub to_email: &'a str,
    /// The recipient's name, or empty.
    pub to_name: &'a str,
    /// The recipient's IANA zone, or empty.
    pub time_zone: &'a str,
    /// The message's data.
    pub data: &'a Json,
}

/// What a recipient reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// On one line.
    pub subject: String,
    /// The whole page.
    pub html: String,
    /// The same in plain text.
    pub text: String,
}

/// The host's layout and its own templates, with the way to those of plugins.
pub struct Templates {
    own: Environment<'static>,
    plugins: Renderer,
    links: Linker,
    site: SiteInfo,
}

impl Templates {
    /// Reads the host's own templates.
    ///
    /// # Errors
    /// Internal, when one of them is wrong.
    pub fn new(site: SiteInfo, plugins: Renderer, links: Linker) -> Result<Self> {
        let mut own = Environment::new();
        for (name, source) in SOURCES {
            own.add_template(name, source).map_err(Error::internal)?;
        }
        Ok(Self { own, plugins, links, site })
    }

    /// Subject, HTML and text of a message.
    ///
    /// # Errors
    /// When a template is missing, fails, or its text does not start with a subject.
    pub fn render(&self, draft: &Draft<'_>) -> Result<Rendered> {
        let data = self.context(draft)?;
        let file = |ending: &str| self.file(draft, &format!("mail/{}.{ending}", draft.template), &data);
        let (subject, text) = parted(&file("txt")?)
            .ok_or_else(|| Error::internal(format!("mail/{}.txt does not start with a subject", draft.template)))?;
        let html = self.laid_out("layout.html", &data, &subject, Value::from_safe_string(file("html")?))?;
        let text = self.laid_out("layout.txt", &data, &subject, Value::from(text))?;
        Ok(Rendered { subject, html, text })
    }

    fn context(&self, draft: &Draft<'_>) -> Result<Json> {
        let mut data = match draft.data {
            Json::Object(fields) => fields.clone(),
            _ => serde_json::Map::new(),
        };
        let zone = if draft.time_zone.is_empty() { &self.site.time_zone } else { draft.time_zone };
        let recipient = json!({"email": draft.to_email, "name": draft.to_name, "time_zone": zone});
        let site = &self.site;
        let site = json!({"name": site.name, "public_url": site.public_url, "time_zone": site.time_zone});
        data.insert("recipient".to_owned(), recipient);
        data.insert("site".to_owned(), site);
        data.insert("locale".to_owned(), draft.locale.code().into());
        if let Some(link) = data.get_mut("link").filter(|_| draft.owner == CORE) {
            *link = (self.links)(link)?.into();
        }
        Ok(Json::Object(data))
    }

    fn file(&self, draft: &Draft<'_>, template: &str, data: &Json) -> Result<String> {
        match draft.owner {
            CORE => self.own(template, Value::from(Serde(data))),
            owner => (self.plugins)(Request { owner, locale: draft.locale, template, data }),
        }
    }

    fn laid_out(&self, layout: &str, data: &Json, subject: &str, body: Value) -> Result<String> {
        let data = Value::from(Serde(data));
        self.own(layout, minijinja::context! { subject, body, ..data })
    }

    fn own(&self, template: &str, data: Value) -> Result<String> {
        let template = self.own.get_template(template).map_err(Error::internal)?;
        template.render(data).map_err(Error::internal)
    }
}

/// Subject and rest of a rendered text.
fn parted(text: &str) -> Option<(String, String)> {
    let (first, rest) = text.trim_start().split_once('\n').unwrap_or((text.trim_start(), ""));
    let subject = one_line(first.strip_prefix("Subject:")?);
    (!subject.is_empty()).then(|| (subject, rest.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates() -> Templates {
        let site = SiteInfo {
            name: "Example & Sons".to_owned(),
            public_url: "https://example.org".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        };
        let echo: Renderer = Arc::new(|request| match request.template {
            "mail/echo.html" => Ok(format!("<p>{}</p>", request.data["recipient"]["time_zone"])),
            "mail/echo.txt" => Ok(format!("Subject:  To {}\r\nand {}", request.owner, request.data["title"])),
            "mail/bare.txt" => Ok("No subject\nhere".to_owned()),
            _ => Err(Error::not_found()),
        });
        let links: Linker = Arc::new(|link| Ok(format!("https://example.org/admin/{}#token", link["screen"])));
        Templates::new(site, echo, links).unwrap()
    }

    fn draft<'a>(owner: &'a str, template: &'a str, data: &'a Json) -> Draft<'a> {
        let (to_email, to_name) = ("ada@example.org", "Ada");
        Draft { owner, template, locale: Locale::De, to_email, to_name, time_zone: "", data }
    }

    #[test]
    fn a_plugins_message_stands_in_the_hosts_layout() {
        let data = json!({"title": "T", "site": "mine"});
        let rendered = templates().render(&draft("webinars", "echo", &data)).unwrap();
        assert_eq!(rendered.subject, "To webinars");
        assert!(rendered.html.contains("<p>\"Europe/Berlin\"</p>"), "{}", rendered.html);
        assert!(rendered.html.contains("Example &amp; Sons") && rendered.html.contains("ging an ada@example.org"));
        assert!(rendered.text.starts_with("and \"T\"\n\n-- \nExample & Sons"), "{}", rendered.text);
    }

    #[test]
    fn the_hosts_own_message_is_escaped_in_html_alone() {
        let rendered = templates().render(&draft(CORE, "test", &Json::Null)).unwrap();
        assert_eq!(rendered.subject, "Test: Der Versand von Example & Sons funktioniert");
        assert!(rendered.html.contains("von Example &amp; Sons ausgelöst"), "{}", rendered.html);
        assert!(rendered.text.contains("von Example & Sons ausgelöst"), "{}", rendered.text);
    }

    #[test]
    fn the_address_of_a_link_is_written_into_the_hosts_message_alone() {
        let data = json!({"link": {"screen": "invitation"}, "role": "Editor", "until": "tomorrow"});
        let rendered = templates().render(&draft(CORE, "invitation", &data)).unwrap();
        let address = "https://example.org/admin/\"invitation\"#token";
        assert!(rendered.text.contains(address), "{}", rendered.text);
        assert_eq!(templates().context(&draft("webinars", "echo", &data)).unwrap()["link"], data["link"]);
    }

    #[test]
    fn every_message_of_the_host_is_whole_in_both_languages() {
        let data = json!({
            "link": {"screen": "x"}, "until": "tomorrow", "title": "T", "what": "W", "when": "now", "side": "old",
            "old_email": "a@example.org", "new_email": "b@example.org", "role": "R", "address": "192.0.2.1",
        });
        for (name, _) in SOURCES.iter().filter(|(name, _)| name.starts_with("mail/") && name.ends_with(".txt")) {
            let name = name.trim_start_matches("mail/").trim_end_matches(".txt");
            let of = |locale| templates().render(&Draft { locale, ..draft(CORE, name, &data) }).unwrap();
            let (en, de) = (of(Locale::En), of(Locale::De));
            assert_ne!(en.text, de.text, "{name}");
            for rendered in [en, de] {
                let whole = [rendered.subject, rendered.html, rendered.text].concat();
                assert!(!whole.contains("{{") && !whole.contains("{%") && !whole.contains("undefined"), "{whole}");
                assert!(
                    !whole.contains("<img") && !whole.contains("src="),
                    "nothing that tells of being read: {whole}"
                );
            }
        }
    }

    #[test]
    fn a_template_without_subject_or_file_is_an_error() {
        assert!(templates().render(&draft("webinars", "bare", &Json::Null)).is_err());
        assert!(templates().render(&draft("webinars", "none", &Json::Null)).is_err());
        assert!(templates().render(&draft(CORE, "none", &Json::Null)).is_err());
    }
}
