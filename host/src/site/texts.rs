//! Texts of the site and of plugins in both languages, read from `locales/{en,de}.json`.

use std::collections::HashMap;

use magnetiq_contract::text::Locale;
use serde_json::Value;

use crate::error::{Error, Result};

/// Texts by key, in both languages.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    en: HashMap<String, String>,
    de: HashMap<String, String>,
}

impl Texts {
    /// Reads two JSON objects of texts; nested objects become keys joined by dots (`form.email`).
    ///
    /// # Errors
    /// Internal, when one of them is not an object of texts.
    pub fn parse(en: &str, de: &str) -> Result<Self> {
        Ok(Self { en: flatten(en)?, de: flatten(de)? })
    }

    /// The text with this key in `locale`, or in English when that language lacks it.
    #[must_use]
    pub fn get(&self, locale: Locale, key: &str) -> Option<&str> {
        let wanted = self.of(locale).get(key).filter(|text| !text.is_empty());
        wanted.or_else(|| self.en.get(key)).map(String::as_str)
    }

    /// Keys that one language has and the other lacks, in order.
    #[cfg(test)]
    pub(super) fn lopsided(&self) -> Vec<&str> {
        let only = |one: &'_ HashMap<String, String>, key: &str| !one.contains_key(key);
        let mut keys: Vec<&str> = self.en.keys().map(String::as_str).filter(|key| only(&self.de, key)).collect();
        keys.extend(self.de.keys().map(String::as_str).filter(|key| only(&self.en, key)));
        keys.sort_unstable();
        keys
    }

    fn of(&self, locale: Locale) -> &HashMap<String, String> {
        match locale {
            Locale::En => &self.en,
            Locale::De => &self.de,
        }
    }
}

fn flatten(json: &str) -> Result<HashMap<String, String>> {
    let mut texts = HashMap::new();
    collect("", serde_json::from_str(json)?, &mut texts)?;
    Ok(texts)
}

fn collect(key: &str, value: Value, texts: &mut HashMap<String, String>) -> Result<()> {
    match value {
        Value::String(text) => {
            texts.insert(key.to_owned(), text);
        }
        Value::Object(members) => {
            for (name, member) in members {
                let inner = if key.is_empty() { name } else { format!("{key}.{name}") };
                collect(&inner, member, texts)?;
            }
        }
        _ => return Err(Error::internal(format!("The text {key:?} of a locale file is not a text."))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_translation_falls_back_to_english_and_is_reported() {
        let texts =
            Texts::parse(r#"{"form": {"email": "E-mail", "name": "Name"}}"#, r#"{"form.name": "Name"}"#).unwrap();
        assert_eq!(texts.get(Locale::De, "form.email"), Some("E-mail"));
        assert_eq!(texts.get(Locale::De, "form.phone"), None);
        assert_eq!(texts.lopsided(), ["form.email"]);
    }

    #[test]
    fn a_number_among_the_texts_is_refused() {
        assert!(Texts::parse(r#"{"a": 1}"#, "{}").is_err());
    }
}
