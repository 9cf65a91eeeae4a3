//! Grants as an admin gives them: capability → `true`, or a quantity up to any size.

use std::collections::BTreeMap;

use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;
use serde_json::{Map, Value};

use super::gate::{Capability, Gate, Grant};
use crate::error::{Error, Result};
use crate::plugins::package::manifest::Manifest;

/// Everything that the manifest asks for.
#[must_use]
pub fn all_asked(manifest: &Manifest) -> Map<String, Value> {
    let asked = manifest.contract.capabilities.iter();
    asked.map(|(name, capability)| (name.clone(), capability.quantity.map_or(Value::Bool(true), Value::from))).collect()
}

/// What a newer version is granted by who agrees to it: what the version before did not ask for, and as much as it asks of
/// what was granted as it was asked. What an admin has refused or cut down stays so.
pub fn in_addition(
    before: &Map<String, Value>,
    granted: &Map<String, Value>,
    newer: Map<String, Value>,
) -> impl Iterator<Item = (String, Value)> {
    newer.into_iter().filter(|(name, _)| granted.get(name) == before.get(name))
}

/// Checks grants against the manifest: only what was asked can be given. `place` is where they stand in the body.
///
/// # Errors
/// Validation, naming each capability.
pub fn check(manifest: &Manifest, grants: &Map<String, Value>, place: &str) -> Result<()> {
    let faults: Vec<_> = grants
        .iter()
        .filter_map(|(name, value)| Some(FieldError::new(format!("{place}{name}"), fault(manifest, name, value)?)))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::fields(faults)) }
}

/// Seconds an hour that every plugin has without asking: the most it may compute, and hold the writer.
pub const TIMES: [&str; 2] = ["cpu", "writer"];

/// Seconds that were granted stay until others are.
pub fn keep_times(granted: &mut Map<String, Value>, before: &Map<String, Value>) {
    for name in TIMES {
        if let Some(seconds) = before.get(name) {
            granted.entry(name).or_insert_with(|| seconds.clone());
        }
    }
}

/// The seconds an hour that are granted under a name of [`TIMES`], or what the manifest says.
#[must_use]
pub fn seconds(grants: &Map<String, Value>, name: &str, asked: u32) -> u64 {
    grants.get(name).and_then(Value::as_u64).unwrap_or_else(|| asked.into())
}

fn fault(manifest: &Manifest, name: &str, value: &Value) -> Option<Rule> {
    if TIMES.contains(&name) {
        return if value.is_u64() { None } else { Some(Rule::expected(("a whole number", "eine ganze Zahl"))) };
    }
    let Some(asked) = manifest.contract.capabilities.get(name) else {
        return Some(Rule::Other(Text::new("The plugin does not ask for this.", "Das Plugin verlangt dies nicht.")));
    };
    match value {
        Value::Bool(_) => None,
        Value::Number(number) if asked.quantity.is_some() && number.as_u64().is_some() => None,
        _ if asked.quantity.is_some() => {
            Some(Rule::expected(("a whole number, or false", "eine ganze Zahl oder false")))
        }
        _ => Some(Rule::expected(expected::TRUE_OR_FALSE)),
    }
}

/// What the manifest asks for *and* an admin granted.
#[must_use]
pub fn gate(manifest: &Manifest, grants: &Map<String, Value>) -> Gate {
    let granted: BTreeMap<_, _> = manifest
        .contract
        .capabilities
        .iter()
        .filter_map(|(name, asked)| {
            let quantity = match grants.get(name)? {
                Value::Bool(false) => return None,
                Value::Number(number) => number.as_u64(),
                _ => asked.quantity,
            };
            Some((Capability::from_name(name)?, Grant { quantity, names: asked.names.clone() }))
        })
        .collect();
    Gate::new(granted)
}

/// Capabilities that were asked for and are not granted.
#[must_use]
pub fn missing(manifest: &Manifest, grants: &Map<String, Value>) -> Vec<String> {
    let refused = |name: &&String| matches!(grants.get(*name), None | Some(Value::Bool(false)));
    manifest.contract.capabilities.keys().filter(refused).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn manifest() -> Manifest {
        Manifest::parse(include_str!("../package/testdata/plugin.toml")).unwrap()
    }

    fn grants(value: Value) -> Map<String, Value> {
        let Value::Object(grants) = value else { panic!("{value} is no object") };
        grants
    }

    #[test]
    fn what_was_not_granted_does_not_pass_the_gate() {
        let gate = gate(&manifest(), &Map::new());
        assert!(gate.require(Capability::Db).is_err());
    }

    #[test]
    fn an_admin_may_grant_less_or_more_than_was_asked() {
        for quantity in [1, 10, 500] {
            let gate = gate(&manifest(), &grants(json!({"db": quantity})));
            assert_eq!(gate.require(Capability::Db).unwrap().quantity, Some(quantity));
        }
    }

    #[test]
    fn who_agrees_to_a_version_grants_what_is_new_in_it_and_nothing_that_was_refused_or_cut_down() {
        let before = grants(json!({"db": 10, "people": true, "http": 60, "mail": 100}));
        let granted = grants(json!({"db": 10, "http": 5}));
        let newer = grants(json!({"db": 20, "people": true, "http": 90, "mail": 100, "jobs": true}));
        let added: Map<_, _> = in_addition(&before, &granted, newer).collect();
        assert_eq!(added, grants(json!({"db": 20, "jobs": true})));
    }

    #[test]
    fn what_was_not_asked_cannot_be_granted() {
        let refusal = check(&manifest(), &grants(json!({"mail": true, "db": "much"})), "grants.").unwrap_err();
        let named: Vec<_> = refusal.field_errors().iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(named, ["grants.db", "grants.mail"]);
    }
}
