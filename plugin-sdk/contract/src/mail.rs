//! A message that a plugin queues.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One message to one recipient. The outbox worker renders `template` in the recipient's language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// A handle of `people`; or `to` names an address.
    pub person: Option<i64>,
    /// Address, when there is no handle.
    pub to: Option<String>,
    /// Name of a mail template of the plugin: `confirmation` stands for `templates/mail/confirmation.{html,txt}` and the texts of `locales`.
    pub template: String,
    /// What the template shows.
    pub data: Value,
    /// Language; the person's when none is given.
    pub locale: Option<crate::text::Locale>,
    /// A message with the same key is queued once, ever.
    pub key: Option<String>,
    /// Calendar invitation, sent as RFC 6047 wants it.
    pub calendar: Option<Calendar>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Not before this moment, microseconds since 1970.
    pub not_before: Option<i64>,
    /// Not from this moment on, microseconds since 1970: what has not left by then is cancelled.
    pub not_after: Option<i64>,
}

/// A file in a mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// The bytes in base64.
    pub content: String,
}

/// An event for the recipient's calendar; the host writes the iCalendar text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Request, or cancellation of an earlier request.
    pub method: Method,
    /// The event.
    pub event: Event,
}

/// The method of an iCalendar message (RFC 5546).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Please come.
    Request,
    /// It does not take place, or not for you.
    Cancel,
    /// For feeds: no answer is expected.
    Publish,
}

/// A calendar event. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Stays the same for the life of the event.
    pub uid: String,
    /// Grows with each change that recipients are told of.
    pub sequence: u32,
    /// First moment.
    pub starts_at: i64,
    /// Last moment.
    pub ends_at: i64,
    /// Title.
    pub summary: String,
    /// Plain text.
    pub description: String,
    /// Place or address of the meeting.
    pub location: String,
    /// Page of the event, or empty.
    pub url: String,
}
