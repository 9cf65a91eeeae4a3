//! Building the MIME message. Every text from outside goes through a typed header or through [`one_line`], so that
//! none can add a header.

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use magnetiq_contract::mail::Method;

use super::calendar::method_name;
use crate::error::{Error, Result};
use crate::people::address::one_line;

/// A message with all that a recipient gets.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The outbox id.
    pub id: i64,
    /// When it was queued; with the id it makes the Message-ID.
    pub created_at: Timestamp,
    /// Its `Date`.
    pub send_at: Timestamp,
    /// Sender.
    pub from: Mailbox,
    /// The recipient's address.
    pub to_email: String,
    /// The recipient's name, or empty.
    pub to_name: String,
    /// Subject.
    pub subject: String,
    /// The whole page.
    pub html: String,
    /// The same in plain text.
    pub text: String,
    /// Invitation.
    pub invite: Option<Invite>,
    /// Files.
    pub files: Vec<File>,
}

/// An invitation or its cancellation.
#[derive(Clone, Debug)]
pub struct Invite {
    /// Stands in the part's media type too.
    pub method: Method,
    /// iCalendar text.
    pub text: String,
}

/// A file.
#[derive(Clone, Debug)]
pub struct File {
    /// File name.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// The bytes.
    pub content: Vec<u8>,
}

/// True for a media type that a part may carry.
pub fn is_media_type(text: &str) -> bool {
    !text.contains(char::is_control) && ContentType::parse(text).is_ok()
}

/// The message's id under the sender's domain: the same for every attempt, and another one in every database.
#[must_use]
pub fn message_id(id: i64, created_at: Timestamp, from: &Mailbox) -> String {
    format!("<{id}.{:x}@{}>", created_at.as_microsecond(), from.email.domain())
}

/// The MIME message.
///
/// # Errors
/// Internal, when an address or media type is none.
pub fn message(letter: &Letter) -> Result<Message> {
    let to = Mailbox::new(named(&letter.to_name), letter.to_email.parse().map_err(Error::internal)?);
    let date = std::time::SystemTime::from(letter.send_at);
    let head = Message::builder()
        .from(letter.from.clone())
        .to(to)
        .subject(one_line(&letter.subject))
        .date(date)
        .message_id(Some(message_id(letter.id, letter.created_at, &letter.from)))
        .header(AutoSubmitted);
    head.multipart(body(letter)?).map_err(Error::internal)
}

/// `alternative(text, html)`; with an invitation or files `mixed(alternative(text, html, calendar), files)` as RFC 6047
/// wants it.
fn body(letter: &Letter) -> Result<MultiPart> {
    let mut alternative = MultiPart::alternative()
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::html(letter.html.clone()));
    if let Some(invite) = &letter.invite {
        alternative = alternative.singlepart(calendar_part(invite)?);
    }
    if letter.invite.is_none() && letter.files.is_empty() {
        return Ok(alternative);
    }
    let mut mixed = MultiPart::mixed().multipart(alternative);
    if let Some(invite) = &letter.invite {
        mixed = mixed.singlepart(attachment(
            "invite.ics",
            "application/ics; charset=utf-8",
            invite.text.clone().into_bytes(),
        )?);
    }
    for file in &letter.files {
        mixed = mixed.singlepart(attachment(&file.name, &file.content_type, file.content.clone())?);
    }
    Ok(mixed)
}

fn calendar_part(invite: &Invite) -> Result<SinglePart> {
    let kind = format!("text/calendar; method={}; charset=UTF-8", method_name(invite.method));
    let kind = ContentType::parse(&kind).map_err(Error::internal)?;
    Ok(SinglePart::builder().header(kind).body(invite.text.clone()))
}

fn attachment(name: &str, content_type: &str, content: Vec<u8>) -> Result<SinglePart> {
    let kind = ContentType::parse(content_type).map_err(Error::internal)?;
    let name = one_line(name).replace(['"', '\\', '/'], "_");
    Ok(Attachment::new(name).body(content, kind))
}

fn named(name: &str) -> Option<String> {
    Some(one_line(name)).filter(|name| !name.is_empty())
}

/// Tells robots that nobody waits for an answer (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> std::result::Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            id: 7,
            created_at: "2026-03-01T09:00:00Z".parse().unwrap(),
            send_at: "2026-03-02T09:00:00Z".parse().unwrap(),
            from: "Example <events@example.org>".parse().unwrap(),
            to_email: "ada@example.org".to_owned(),
            to_name: "Ada\r\nBcc: eve@example.org".to_owned(),
            subject: "Grüße\r\nBcc: eve@example.org".to_owned(),
            html: "<p>Hello</p>".to_owned(),
            text: "Hello".to_owned(),
            invite: None,
            files: Vec::new(),
        }
    }

    fn written(letter: &Letter) -> String {
        String::from_utf8(message(letter).unwrap().formatted()).unwrap()
    }

    fn header<'a>(text: &'a str, name: &str) -> Option<&'a str> {
        let head = text.split("\r\n\r\n").next()?;
        head.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[test]
    fn the_head_says_who_when_and_that_a_machine_wrote_it() {
        let text = written(&letter());
        assert_eq!(header(&text, "Date"), Some("Mon, 02 Mar 2026 09:00:00 +0000"));
        assert_eq!(header(&text, "Auto-Submitted"), Some("auto-generated"));
        assert_eq!(header(&text, "MIME-Version"), Some("1.0"));
        assert_eq!(header(&text, "From"), Some("Example <events@example.org>"));
    }

    #[test]
    fn no_name_subject_or_file_name_adds_a_header() {
        let file = File {
            name: "a\".txt\r\nX-Evil: 1".to_owned(),
            content_type: "text/plain".to_owned(),
            content: b"x".to_vec(),
        };
        let text = written(&Letter { files: vec![file], ..letter() });
        let evil = text.split("\r\n").find(|line| line.starts_with("Bcc") || line.starts_with("X-Evil"));
        assert_eq!(evil, None, "{text}");
        assert_eq!(text.matches("eve@example.org").count(), 1, "only inside the recipient's quoted name: {text}");
        assert!(message(&Letter { to_email: "a@b.org\r\nBcc: eve@example.org".to_owned(), ..letter() }).is_err());
    }

    #[test]
    fn the_message_id_is_stable_and_belongs_to_the_senders_domain() {
        let (one, two) = (written(&letter()), written(&Letter { subject: "other".to_owned(), ..letter() }));
        assert_eq!(header(&one, "Message-ID"), header(&two, "Message-ID"));
        assert!(header(&one, "Message-ID").unwrap().ends_with("@example.org>"));
        let elsewhere = Letter { created_at: "2026-03-01T09:00:01Z".parse().unwrap(), ..letter() };
        assert_ne!(header(&one, "Message-ID"), header(&written(&elsewhere), "Message-ID"));
    }

    #[test]
    fn an_invitation_is_an_alternative_and_a_file() {
        let invite = Invite { method: Method::Request, text: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned() };
        let text = written(&Letter { invite: Some(invite), ..letter() });
        let kinds: Vec<&str> = text
            .split("\r\n")
            .filter_map(|line| line.strip_prefix("Content-Type: "))
            .map(|kind| kind.trim_end_matches(';'))
            .map(
                |kind| if kind.starts_with("multipart") { &kind[..kind.find(';').unwrap_or(kind.len())] } else { kind },
            )
            .collect();
        assert_eq!(
            kinds,
            [
                "multipart/mixed",
                "multipart/alternative",
                "text/plain; charset=utf-8",
                "text/html; charset=utf-8",
                "text/calendar; method=REQUEST; charset=utf-8",
                "application/ics; charset=utf-8",
            ]
        );
        assert!(text.contains("Content-Disposition: attachment; filename=\"invite.ics\""), "{text}");
        assert_eq!(text.matches("BEGIN:VCALENDAR\r\nEND:VCALENDAR").count(), 2, "{text}");
    }
}
