//! Text in the site's languages.

use serde::{Deserialize, Serialize};

/// A language that site, panel and mails are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English, the language that other texts fall back to.
    #[default]
    En,
    /// German.
    De,
}

impl Locale {
    /// Every language, the fallback first.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language's two-letter code, as it stands in paths.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language with this two-letter code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| locale.code() == code)
    }
}

/// The same sentence in both languages. An empty `de` falls back to `en`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    pub en: String,
    /// German.
    #[serde(default)]
    pub de: String,
}

impl Text {
    /// A text from its two versions.
    pub fn new(en: impl Into<String>, de: impl Into<String>) -> Self {
        Self { en: en.into(), de: de.into() }
    }

    /// The version for `locale`.
    #[must_use]
    pub fn get(&self, locale: Locale) -> &str {
        match locale {
            Locale::De if !self.de.is_empty() => &self.de,
            _ => &self.en,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text, "")
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::new(text, "")
    }
}

impl<E: Into<String>, D: Into<String>> From<(E, D)> for Text {
    fn from((en, de): (E, D)) -> Self {
        Self::new(en, de)
    }
}
