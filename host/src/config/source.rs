//! Where values come from, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::str::FromStr;

use super::later;

const PREFIX: &str = "MAGNETIQ_";

/// Flags, variables and the file, asked by setting name. It notes every name that is asked and every fault.
pub struct Source {
    flags: BTreeMap<&'static str, String>,
    variables: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    asked: BTreeSet<&'static str>,
    faults: Vec<Fault>,
}

/// One thing that is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// As the operator wrote it, such as `MAGNETIQ_LISTEN`; or the file's path.
    pub setting: String,
    /// What is wrong.
    pub message: String,
}

/// Everything that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "The settings are not usable:")?;
        for Fault { setting, message } in &self.0 {
            write!(out, "\n  {setting}: {message}")?;
        }
        Ok(())
    }
}

impl Source {
    /// A source without a file yet; variables of other programs are left alone.
    pub fn new(
        flags: impl IntoIterator<Item = (&'static str, String)>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let ours = |(name, value): (String, String)| Some((name.strip_prefix(PREFIX)?.to_owned(), value));
        Self {
            flags: flags.into_iter().collect(),
            variables: variables.into_iter().filter_map(ours).collect(),
            file: BTreeMap::new(),
            asked: BTreeSet::new(),
            faults: Vec::new(),
        }
    }

    /// Adds the settings of a TOML file, when it is there.
    pub fn read_file(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => return self.fault(path.display(), error),
        };
        match text.parse::<toml::Table>() {
            Ok(table) => {
                self.file = table.into_iter().map(|(key, value)| (key.to_uppercase(), plain(&value))).collect();
            }
            Err(error) => self.fault(path.display(), error.message()),
        }
    }

    /// A text that may be missing; an empty one counts as missing.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.insert(name);
        let found = self.flags.get(name).or_else(|| self.variables.get(name)).or_else(|| self.file.get(name));
        found.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// A value with a default; `expected` says what would fit.
    pub fn value<T: FromStr>(&mut self, name: &'static str, expected: &str, default: T) -> T {
        self.optional(name, expected).unwrap_or(default)
    }

    /// A value that may be missing.
    pub fn optional<T: FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.unfit(name, expected);
        }
        value
    }

    /// A whole number of a range, with a default.
    pub fn within(&mut self, name: &'static str, range: RangeInclusive<u32>, default: u32) -> u32 {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let value = self.value(name, &expected, default);
        if !range.contains(&value) {
            self.unfit(name, &expected);
        }
        value.clamp(*range.start(), *range.end())
    }

    /// Values between commas.
    pub fn list<T: FromStr>(&mut self, name: &'static str, expected: &str) -> Vec<T> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let values: Result<Vec<T>, _> = parts.map(str::parse).collect();
        values.unwrap_or_else(|_| {
            self.unfit(name, expected);
            Vec::new()
        })
    }

    /// Notes that a setting's value does not fit, without repeating the value: it may be a secret.
    pub fn unfit(&mut self, name: &'static str, expected: &str) {
        self.fault(self.shown(name), format!("expected {expected}."));
    }

    /// A setting as the operator wrote it: the flag, the variable or the key of the file. A variable when it is not set.
    #[must_use]
    pub fn shown(&self, name: &str) -> String {
        if self.flags.contains_key(name) {
            return format!("--{}", name.to_lowercase().replace('_', "-"));
        }
        match !self.variables.contains_key(name) && self.file.contains_key(name) {
            true => key(name),
            false => variable(name),
        }
    }

    /// Ends reading; tells what was set for a later version.
    ///
    /// # Errors
    /// All faults, settings that nobody asked for among them.
    pub fn finish(mut self) -> Result<Vec<String>, Faults> {
        let asked = &self.asked;
        let unknown = |name: &&String| !asked.contains(name.as_str());
        let variables = self.variables.keys().filter(unknown).map(|name| (name, variable(name)));
        let keys = self.file.keys().filter(unknown).map(|name| (name, key(name)));
        let (later, strangers): (Vec<_>, Vec<_>) = variables.chain(keys).partition(|(name, _)| later::is_one(name));
        let later = later.into_iter().map(|(_, shown)| shown).collect();
        let strangers: Vec<String> = strangers.into_iter().map(|(_, shown)| shown).collect();
        for stranger in strangers {
            self.fault(stranger, "there is no such setting.");
        }
        if self.faults.is_empty() { Ok(later) } else { Err(Faults(self.faults)) }
    }

    /// Every name that was asked for.
    #[must_use]
    pub fn into_names(self) -> BTreeSet<&'static str> {
        self.asked
    }

    fn fault(&mut self, setting: impl fmt::Display, message: impl fmt::Display) {
        self.faults.push(Fault { setting: setting.to_string(), message: message.to_string() });
    }
}

fn variable(name: &str) -> String {
    format!("{PREFIX}{name}")
}

fn key(name: &str) -> String {
    format!("magnetiq.toml, {}", name.to_lowercase())
}

/// A TOML value as a variable would say it.
fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
