//! Why a field was refused: one list of rules for resources, forms and typed bodies, in both languages.

use crate::text::{Locale, Text};
use serde::{Deserialize, Serialize};

/// A rule that a value broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The field must be there.
    Required,
    /// No such field.
    Unknown,
    /// The field or parameter stands twice.
    Repeated,
    /// Another type is expected, named as in [`expected`](crate::expected).
    Type(Text),
    /// At most this many characters.
    TooLong(u64),
    /// At least this many characters.
    TooShort(u64),
    /// At least this number.
    TooSmall(String),
    /// At most this number.
    TooLarge(String),
    /// Not one of the allowed values.
    Choice(Vec<String>),
    /// Not an e-mail address.
    Email,
    /// Not an absolute http(s) address.
    Url,
    /// Not lower-case letters, digits and single hyphens.
    Slug,
    /// Not a time of RFC 3339.
    DateTime,
    /// Not an IANA time zone.
    TimeZone,
    /// Another record already has this value.
    Taken,
    /// The record it points to does not exist.
    Missing,
    /// Not to be set by a caller.
    ReadOnly,
    /// A plugin's own sentence in both languages.
    Other(Text),
}

impl Rule {
    /// Another type is expected: one of [`expected`](crate::expected), or own words that fit after "Expected".
    pub fn expected(words: impl Into<Text>) -> Self {
        Self::Type(words.into())
    }

    /// The sentence that a person reads.
    #[must_use]
    pub fn message(&self, locale: Locale) -> String {
        match locale {
            Locale::En => self.english(),
            Locale::De => self.german(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::Required => "This field is required.".into(),
            Self::Unknown => "There is no such field.".into(),
            Self::Repeated => "This field is given more than once.".into(),
            Self::Type(expected) => format!("Expected {}.", expected.en),
            Self::TooLong(1) => "At most 1 character.".into(),
            Self::TooLong(most) => format!("At most {most} characters."),
            Self::TooShort(1) => "At least 1 character.".into(),
            Self::TooShort(least) => format!("At least {least} characters."),
            Self::TooSmall(least) => format!("Must be at least {least}."),
            Self::TooLarge(most) => format!("Must be at most {most}."),
            Self::Choice(values) => format!("Must be one of: {}.", values.join(", ")),
            Self::Email => "Please enter a valid e-mail address.".into(),
            Self::Url => "Please enter a full address, starting with https://.".into(),
            Self::Slug => "Lower-case letters, digits and single hyphens only.".into(),
            Self::DateTime => "Expected a time such as 2026-03-01T09:00:00Z.".into(),
            Self::TimeZone => "Expected a time zone such as Europe/Berlin.".into(),
            Self::Taken => "This value is already in use.".into(),
            Self::Missing => "The record it points to does not exist.".into(),
            Self::ReadOnly => "This field cannot be set.".into(),
            Self::Other(text) => text.en.clone(),
        }
    }

    fn german(&self) -> String {
        match self {
            Self::Required => "Dieses Feld ist erforderlich.".into(),
            Self::Unknown => "Dieses Feld gibt es nicht.".into(),
            Self::Repeated => "Dieses Feld ist mehrfach angegeben.".into(),
            Self::Type(expected) => {
                format!("Der Wert hat die falsche Form (erwartet: {}).", expected.get(Locale::De))
            }
            Self::TooLong(most) => format!("Höchstens {most} Zeichen."),
            Self::TooShort(least) => format!("Mindestens {least} Zeichen."),
            Self::TooSmall(least) => format!("Mindestens {least}."),
            Self::TooLarge(most) => format!("Höchstens {most}."),
            Self::Choice(values) => format!("Erlaubt sind: {}.", values.join(", ")),
            Self::Email => "Bitte geben Sie eine gültige E-Mail-Adresse ein.".into(),
            Self::Url => "Bitte geben Sie eine vollständige Adresse ein, beginnend mit https://.".into(),
            Self::Slug => "Nur Kleinbuchstaben, Ziffern und einzelne Bindestriche.".into(),
            Self::DateTime => "Erwartet wird eine Zeit wie 2026-03-01T09:00:00Z.".into(),
            Self::TimeZone => "Erwartet wird eine Zeitzone wie Europe/Berlin.".into(),
            Self::Taken => "Dieser Wert ist schon vergeben.".into(),
            Self::Missing => "Der Eintrag, auf den verwiesen wird, existiert nicht.".into(),
            Self::ReadOnly => "Dieses Feld kann nicht gesetzt werden.".into(),
            Self::Other(text) => text.get(Locale::De).into(),
        }
    }
}

impl From<Text> for Rule {
    fn from(sentence: Text) -> Self {
        Self::Other(sentence)
    }
}

impl<E: Into<String>, D: Into<String>> From<(E, D)> for Rule {
    fn from(sentence: (E, D)) -> Self {
        Self::Other(sentence.into())
    }
}

/// A field with the rule its value broke.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name as the caller sent it; parts of nested fields are joined by dots.
    pub field: String,
    /// What is wrong with it.
    pub rule: Rule,
}

impl FieldError {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, rule: Rule) -> Self {
        Self { field: field.into(), rule }
    }
}
