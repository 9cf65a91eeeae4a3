//! Messages as a recipient's program reads them.

use std::fs;
use std::path::{Path, PathBuf};

use mailparse::{MailHeaderMap, ParsedMail};

/// A message that was written to the data folder.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `To`, as written.
    pub to: String,
    /// `From`, as written.
    pub from: String,
    /// `Subject`, decoded.
    pub subject: String,
    /// `Message-ID`, with its brackets.
    pub message_id: String,
    /// Every part that is not a container, in order.
    pub parts: Vec<Part>,
    /// As it was written.
    pub raw: String,
}

/// A part of a message.
#[derive(Clone, Debug)]
pub struct Part {
    /// `text/plain`, without parameters.
    pub media_type: String,
    /// Parameters of the media type, such as `method`.
    pub parameters: Vec<(String, String)>,
    /// Content as text, decoded.
    pub text: String,
}

impl Mail {
    /// The messages of a folder in the order of their ids.
    ///
    /// # Panics
    /// When one cannot be read.
    #[must_use]
    pub fn read_folder(folder: &Path) -> Vec<Self> {
        let entries = fs::read_dir(folder).into_iter().flatten().map_while(Result::ok);
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_eml(path)).collect();
        paths.sort_by_key(|path| path.file_stem().and_then(|stem| stem.to_str()?.parse::<i64>().ok()));
        paths.iter().map(|path| Self::parse(&fs::read(path).expect("a message"))).collect()
    }

    /// The plain text.
    #[must_use]
    pub fn text(&self) -> &str {
        self.content("text/plain")
    }

    /// The page.
    #[must_use]
    pub fn html(&self) -> &str {
        self.content("text/html")
    }

    /// The value of a header, decoded; empty when there is none.
    ///
    /// # Panics
    /// When the message cannot be read.
    #[must_use]
    pub fn header(&self, name: &str) -> String {
        let (headers, _) = mailparse::parse_headers(self.raw.as_bytes()).expect("headers");
        headers.get_first_value(name).unwrap_or_default()
    }

    /// The calendar entry; empty when there is none.
    #[must_use]
    pub fn calendar(&self) -> &str {
        self.content("text/calendar")
    }

    fn content(&self, media_type: &str) -> &str {
        self.parts.iter().find(|part| part.media_type == media_type).map_or("", |part| &part.text)
    }

    fn parse(bytes: &[u8]) -> Self {
        let mail = mailparse::parse_mail(bytes).expect("a message");
        let header = |name: &str| mail.headers.get_first_value(name).unwrap_or_default();
        let mut parts = Vec::new();
        leaves(&mail, &mut parts);
        Self {
            to: header("To"),
            from: header("From"),
            subject: header("Subject"),
            message_id: header("Message-ID"),
            parts,
            raw: String::from_utf8(bytes.to_vec()).expect("a message in ASCII"),
        }
    }
}

fn is_eml(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "eml")
}

fn leaves(mail: &ParsedMail<'_>, parts: &mut Vec<Part>) {
    for part in &mail.subparts {
        leaves(part, parts);
    }
    if mail.subparts.is_empty() {
        parts.push(Part {
            media_type: mail.ctype.mimetype.clone(),
            parameters: mail.ctype.params.clone().into_iter().collect(),
            text: mail.get_body().unwrap_or_default(),
        });
    }
}
