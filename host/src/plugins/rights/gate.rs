//! What a plugin may do: what its manifest asks for *and* an admin granted. Every host call asks here.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::{Code, Error, Result};

/// A kind of power that the manifest asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Capability {
    /// Own tables; quantity: megabytes.
    Db,
    /// Mail; quantity: messages per hour.
    Mail,
    /// Calls to named hosts; quantity: per minute and host.
    Http,
    /// Contacts.
    People,
    /// Events by name.
    Events,
    /// Durable jobs.
    Jobs,
    /// Secrets by name.
    Crypto,
}

impl Capability {
    /// Every capability that this host knows, in the order an admin reads them.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Db, "db"),
        (Self::People, "people"),
        (Self::Mail, "mail"),
        (Self::Jobs, "jobs"),
        (Self::Http, "http"),
        (Self::Events, "events"),
        (Self::Crypto, "crypto"),
    ];

    /// Its name in `plugin.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }

    /// The capability with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| *known == name).map(|(capability, _)| capability)
    }

    /// The capability that an import of the contract needs; none for those that every plugin has.
    #[must_use]
    pub fn of_import(interface: &str) -> Option<Self> {
        match interface {
            "db" => Some(Self::Db),
            "people" => Some(Self::People),
            "mail" => Some(Self::Mail),
            "jobs" => Some(Self::Jobs),
            "http" => Some(Self::Http),
            "events" => Some(Self::Events),
            "crypto" => Some(Self::Crypto),
            _ => None,
        }
    }
}

/// How much of a capability is granted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grant {
    /// The quantity, where it can be counted.
    pub quantity: Option<u64>,
    /// Hosts, events or secrets by name, or the reach into people (`read own`, `read all`, `write`).
    pub names: Vec<String>,
}

/// Why a host call is refused that the plugin's grants do not reach: the cause of such an error. Nobody who sent the
/// request can do anything about it.
#[derive(Clone, Copy, Debug)]
pub struct Ungranted;

impl Ungranted {
    /// Is this the cause of a refusal?
    #[must_use]
    pub fn caused(refusal: &Error) -> bool {
        refusal.cause().and_then(|cause| cause.downcast_ref::<Self>()).is_some()
    }
}

impl fmt::Display for Ungranted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("its grants do not reach so far")
    }
}

impl std::error::Error for Ungranted {}

/// The effective rights of an enabled plugin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    granted: BTreeMap<Capability, Grant>,
}

impl Gate {
    /// A gate that lets through what is granted.
    #[must_use]
    pub fn new(granted: BTreeMap<Capability, Grant>) -> Self {
        Self { granted }
    }

    /// The grant for a capability.
    ///
    /// # Errors
    /// Forbidden, with a sentence that names the capability.
    pub fn require(&self, capability: Capability) -> Result<&Grant> {
        self.granted.get(&capability).ok_or_else(|| {
            let sentence = format!("This plugin was not granted the capability {}.", capability.name());
            Error::new(Code::Forbidden, sentence).because(Ungranted)
        })
    }

    /// The grant for a name under a capability: a host, an event, a secret.
    ///
    /// # Errors
    /// Forbidden, with a sentence that names both.
    pub fn require_name(&self, capability: Capability, name: &str) -> Result<&Grant> {
        let grant = self.require(capability)?;
        if grant.names.iter().any(|granted| granted == name) {
            return Ok(grant);
        }
        let sentence = format!("This plugin was not granted {name} under the capability {}.", capability.name());
        Err(Error::new(Code::Forbidden, sentence).because(Ungranted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_by_omission() {
        let gate = Gate::default();
        for (capability, name) in Capability::ALL {
            let refusal = gate.require(capability).unwrap_err();
            assert_eq!(refusal.code(), Code::Forbidden);
            assert!(refusal.message().contains(name), "{refusal}");
        }
    }

    #[test]
    fn a_name_beside_the_granted_ones_is_refused() {
        let grant = Grant { quantity: None, names: vec!["https://api.example.com".into()] };
        let gate = Gate::new(BTreeMap::from([(Capability::Http, grant)]));
        assert!(gate.require_name(Capability::Http, "https://api.example.com").is_ok());
        assert!(gate.require_name(Capability::Http, "https://api.example.com.evil.test").is_err());
    }
}
