//! `plugin.toml` as this host reads it: every fault at once, each with its line.

use magnetiq_contract::manifest as contract;
use magnetiq_contract::names;
use magnetiq_contract::people::REACHES;
use magnetiq_contract::text::Text;
use semver::{Version, VersionReq};

use super::refusal;
use crate::auth::Role;
use crate::error::{Error, Result};
use crate::plugins::rights::gate::Capability;

/// A manifest that holds together.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What it says.
    pub contract: contract::Manifest,
    /// Its version, read.
    pub version: Version,
}

impl Manifest {
    /// Reads and checks a `plugin.toml`.
    ///
    /// # Errors
    /// Validation, with a sentence for each fault.
    pub fn parse(text: &str) -> Result<Self> {
        let contract: contract::Manifest =
            toml::from_str(text).map_err(|error| refused(&[error.to_string().into()]))?;
        let version = Version::parse(&contract.version);
        let mut faults = Vec::new();
        check_id(&contract.id, &mut faults);
        check_api(&contract.api, &mut faults);
        check_texts(&contract, &mut faults);
        check_capabilities(&contract, &mut faults);
        check_permissions(&contract, &mut faults);
        check_settings(&contract, &mut faults);
        faults.extend(contract.limits.faults());
        check_class(&contract, &mut faults);
        match version {
            Ok(version) if faults.is_empty() => Ok(Self { contract, version }),
            Ok(_) => Err(refused(&faults)),
            Err(error) => {
                faults.push(format!("version = {:?}: {error}", contract.version).into());
                Err(refused(&faults))
            }
        }
    }
}

impl Manifest {
    /// Whether its version is below another one.
    #[must_use]
    pub fn is_older_than(&self, version: &str) -> bool {
        Version::parse(version).is_ok_and(|version| self.version < version)
    }
}

fn check_id(id: &str, faults: &mut Vec<Text>) {
    faults.extend(names::id_fault(id).map(|fault| line(&format!("id = {id:?}"), fault)));
}

fn check_api(range: &str, faults: &mut Vec<Text>) {
    let offered = Version::parse(magnetiq_contract::API_VERSION);
    match (VersionReq::parse(range), offered) {
        (Ok(range), Ok(offered)) if range.matches(&offered) => {}
        (Ok(_), _) => {
            let offered = magnetiq_contract::API_VERSION;
            let english = format!("this host offers {offered}, which is not in that range");
            let german = format!("dieser Host bietet {offered}, was nicht in diesem Bereich liegt");
            faults.push(line(&format!("api = {range:?}"), (english, german)));
        }
        (Err(error), _) => faults.push(format!("api = {range:?}: {error}").into()),
    }
}

fn check_texts(contract: &contract::Manifest, faults: &mut Vec<Text>) {
    for (name, text) in [("name", &contract.name), ("description", &contract.description)] {
        check_text(name, text, faults);
    }
    for segment in [&contract.mount.en, &contract.mount.de] {
        if !segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
            let rule = ("lower-case letters, digits and hyphens", "Kleinbuchstaben, Ziffern und Bindestriche");
            faults.push(line(&format!("mount = {segment:?}"), rule));
        }
    }
}

fn check_text(place: &str, text: &Text, faults: &mut Vec<Text>) {
    if text.en.trim().is_empty() || text.de.trim().is_empty() {
        faults.push(line(place, ("needs a text in en and de", "braucht einen Text in en und de")));
    }
}

fn check_capabilities(contract: &contract::Manifest, faults: &mut Vec<Text>) {
    for (name, capability) in &contract.capabilities {
        if Capability::from_name(name).is_none() {
            let fault = ("this host knows no such capability", "diese Fähigkeit kennt dieser Host nicht");
            faults.push(line(&format!("capabilities.{name}"), fault));
        }
        if name == Capability::People.name() {
            check_reach(capability, faults);
        }
        check_text(&format!("capabilities.{name}.reason"), &capability.reason, faults);
    }
}

fn check_reach(people: &contract::Capability, faults: &mut Vec<Text>) {
    let (place, reaches) = ("capabilities.people.names", REACHES.join(", "));
    if people.names.is_empty() {
        faults.push(line(place, (format!("needs one of {reaches}"), format!("braucht eines von {reaches}"))));
    }
    for name in people.names.iter().filter(|name| !REACHES.contains(&name.as_str())) {
        let german = format!("{name:?} ist keines von {reaches}");
        faults.push(line(place, (format!("{name:?} is none of {reaches}"), german)));
    }
}

fn check_permissions(contract: &contract::Manifest, faults: &mut Vec<Text>) {
    for permission in &contract.permissions {
        let place = format!("permissions {:?}", permission.name);
        if !names::is_permission_of(&contract.id, &permission.name) {
            let id = &contract.id;
            faults.push(line(&place, (format!("must be {id}:verb"), format!("muss {id}:verb sein"))));
        }
        if permission.role.parse::<Role>().is_err() {
            let role = &permission.role;
            faults.push(line(
                &place,
                (format!("there is no role {role:?}"), format!("die Rolle {role:?} gibt es nicht")),
            ));
        }
    }
}

fn check_settings(contract: &contract::Manifest, faults: &mut Vec<Text>) {
    for (place, setting) in contract.settings.iter().enumerate() {
        let name = &setting.field.name;
        if name.is_empty() {
            faults.push(line(&format!("settings[{place}]"), ("needs a name", "braucht einen Namen")));
        }
        if contract.settings[..place].iter().any(|earlier| earlier.field.name == *name) {
            faults.push(line(&format!("settings {name:?}"), ("stands twice", "steht doppelt da")));
        }
    }
}

/// Large guests need a pool of their own, which this host does not have.
fn check_class(contract: &contract::Manifest, faults: &mut Vec<Text>) {
    if contract.runtime.class != contract::Class::Small {
        let fault = ("this host runs small plugins alone", "dieser Host führt nur kleine Plugins aus");
        faults.push(line("runtime.class = \"large\"", fault));
    }
}

/// What is wrong with a line, which is named.
fn line(place: &str, fault: impl Into<Text>) -> Text {
    let Text { en, de } = fault.into();
    Text::new(format!("{place}: {en}"), format!("{place}: {de}"))
}

fn refused(faults: &[Text]) -> Error {
    refusal::refused(("plugin.toml", "plugin.toml"), faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("testdata/plugin.toml");

    #[test]
    fn a_complete_manifest_is_read() {
        let manifest = Manifest::parse(SAMPLE).unwrap();
        assert_eq!((manifest.contract.id.as_str(), manifest.version.to_string().as_str()), ("sample", "1.2.3"));
    }

    #[test]
    fn each_fault_is_named_with_its_line() {
        let faults = [
            ("id = \"sample\"", "id = \"Sample\"", "id = \"Sample\""),
            ("id = \"sample\"", "id = \"workspaces\"", "belongs to the host"),
            ("version = \"1.2.3\"", "version = \"1\"", "version = \"1\""),
            ("api = \"^0.1\"", "api = \"^7\"", "not in that range"),
            ("de = \"Beispiel\"", "de = \"\"", "name: needs"),
            ("capabilities.db", "capabilities.rockets", "capabilities.rockets"),
            ("name = \"sample:read\"", "name = \"other:read\"", "must be sample:verb"),
            ("role = \"viewer\"", "role = \"king\"", "no role \"king\""),
            ("publisher", "publsher", "publsher"),
            ("[[permissions]]", "[limits]\nmemory_mb = 64\n[[permissions]]", "limits.memory_mb = 64: from 1 to 32"),
            ("[[permissions]]", "[limits]\nwall_ms = 0\n[[permissions]]", "limits.wall_ms = 0: from 1 to 20000"),
            ("[[permissions]]", "[runtime]\nclass = \"large\"\n[[permissions]]", "runtime.class"),
        ];
        for (good, bad, named) in faults {
            let refusal = Manifest::parse(&SAMPLE.replacen(good, bad, 1)).unwrap_err();
            assert!(refusal.message().contains(named), "{bad}: {refusal}");
        }
    }

    #[test]
    fn all_faults_come_at_once() {
        let text = SAMPLE.replacen("api = \"^0.1\"", "api = \"^7\"", 1).replacen("viewer", "king", 1);
        let refusal = Manifest::parse(&text).unwrap_err();
        assert!(refusal.message().contains("^7") && refusal.message().contains("king"), "{refusal}");
    }
}
