//! A plugin's settings: described by its manifest, set by an admin; secret ones are write-only.

use std::collections::BTreeMap;

use magnetiq_contract::expected;
use magnetiq_contract::manifest;
use magnetiq_contract::rule::{FieldError, Rule};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::resources::valid;

/// The values of an enabled plugin.
#[derive(Clone, Default)]
pub struct Settings {
    values: BTreeMap<String, Setting>,
}

/// One setting with its value.
#[derive(Clone)]
pub struct Setting {
    /// Never shown, never read by the guest.
    pub secret: bool,
    /// The value, or the default; none when neither is there.
    pub value: Option<Value>,
}

impl Settings {
    /// Settings by name.
    #[must_use]
    pub fn new(values: BTreeMap<String, Setting>) -> Self {
        Self { values }
    }

    /// The setting with this name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Setting> {
        self.values.get(name)
    }

    /// The bytes of a secret that has a value.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&[u8]> {
        let setting = self.values.get(name).filter(|setting| setting.secret)?;
        setting.value.as_ref()?.as_str().map(str::as_bytes)
    }

    /// The values as an admin reads them: of a secret only whether it is set.
    #[must_use]
    pub fn shown(&self) -> Map<String, Value> {
        self.values.iter().map(|(name, setting)| (name.clone(), setting.shown())).collect()
    }
}

impl Setting {
    fn shown(&self) -> Value {
        if self.secret { json!({"set": self.value.is_some()}) } else { self.value.clone().unwrap_or_default() }
    }
}

/// Values that may be stored: plain ones, and secret ones apart.
#[derive(Debug, Default, PartialEq)]
pub struct Checked {
    /// By name; null goes back to the default.
    pub plain: Vec<(String, Value)>,
    /// By name; none takes the secret away.
    pub secret: Vec<(String, Option<String>)>,
}

/// Checks what an admin wants to set.
///
/// # Errors
/// Validation, naming every setting that is unknown or wrong.
pub fn check(described: &[manifest::Setting], values: Map<String, Value>) -> Result<Checked> {
    let (mut checked, mut faults) = (Checked::default(), Vec::new());
    for (name, value) in values {
        let known = described.iter().find(|setting| setting.field.name == name);
        match known.map(|setting| (setting.secret, read(setting, &value))) {
            None => faults.push(FieldError::new(name, Rule::Unknown)),
            Some((_, Err(found))) => faults.extend(found),
            Some((true, Ok(Value::Null))) => checked.secret.push((name, None)),
            Some((true, Ok(Value::String(secret)))) => checked.secret.push((name, Some(secret))),
            Some((true, Ok(_))) => faults.push(FieldError::new(name, Rule::expected(expected::TEXT))),
            Some((false, Ok(value))) => checked.plain.push((name, value)),
        }
    }
    if faults.is_empty() { Ok(checked) } else { Err(Error::fields(faults)) }
}

fn read(setting: &manifest::Setting, value: &Value) -> Result<Value, Vec<FieldError>> {
    if value.is_null() { Ok(Value::Null) } else { valid(&setting.field, value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_only_as_set_or_not() {
        let secret = Setting { secret: true, value: Some(json!("s3cret")) };
        let settings = Settings::new(BTreeMap::from([("key".to_owned(), secret)]));
        assert_eq!(Value::from(settings.shown()), json!({"key": {"set": true}}));
        assert_eq!(settings.secret("key"), Some(b"s3cret".as_slice()));
    }
}
