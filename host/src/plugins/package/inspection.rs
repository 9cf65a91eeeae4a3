//! What a package is, before it is installed anywhere: who vouches for it, what it asks for, what it opens.
//!
//! What it does is read from its `describe.json`; installing holds that against the component itself.

use magnetiq_contract::describe::{Access, Description, Schedule};
use magnetiq_contract::manifest::{Capability, Permission};
use magnetiq_contract::text::Text;
use magnetiq_package::{Parts, archive};
use serde::Serialize;

use super::Package;
use super::address::addresses;
use super::difference::{Change, Side, difference};
use crate::error::{Code, Error, Result};

/// A package and its parts.
pub struct Inspected {
    package: Package,
    description: Description,
    parts: Parts,
    /// Bytes of the file.
    size: usize,
}

/// What there is to say of a package.
#[derive(Debug, Serialize)]
pub struct Facts {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name.
    pub name: Text,
    /// Who it says publishes it.
    pub publisher: String,
    /// Fingerprint of the key that signed it.
    pub signer: Option<String>,
    /// Range of the host's API.
    pub api: String,
    /// SHA-256 over its parts.
    pub digest: String,
    /// Bytes of the file.
    pub size: usize,
    /// What it asks for, by name.
    pub capabilities: Vec<(String, Capability)>,
    /// What it adds to roles.
    pub permissions: Vec<Permission>,
    /// Routes and tables that everybody may use, with their methods.
    pub public: Vec<String>,
    /// Other servers that it may call.
    pub hosts: Vec<String>,
    /// What it does by itself.
    pub schedules: Vec<Schedule>,
    /// Its parts with their bytes.
    pub parts: Vec<(String, usize)>,
}

/// How a part differs between two packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// Only in the newer one.
    Added,
    /// Only in the older one.
    Removed,
    /// In both, with other bytes.
    Changed,
}

/// What is otherwise in the newer of two packages.
#[derive(Debug, Serialize)]
pub struct Differences {
    /// Versions, the older first.
    pub versions: (String, String),
    /// Fingerprints of the keys that signed them.
    pub signers: (Option<String>, Option<String>),
    /// Bytes of the files.
    pub sizes: (usize, usize),
    /// What it may do otherwise, what grows first.
    pub changes: Vec<Change>,
    /// Parts that are not the same, with their bytes in the newer package, or in the older one when they are gone.
    pub parts: Vec<(Fate, String, usize)>,
}

impl Inspected {
    /// Reads a package's bytes.
    ///
    /// # Errors
    /// Validation, when it is no package, or its signature does not fit.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let package = Package::from_zip(bytes)?;
        let parts = archive::read(bytes).map_err(|error| Error::new(Code::Validation, error.to_string()))?;
        let described = package.described.as_deref().unwrap_or("{}");
        let description = serde_json::from_str(described)
            .map_err(|error| Error::new(Code::Validation, format!("describe.json: {error}")))?;
        Ok(Self { package, description, parts, size: bytes.len() })
    }

    /// What there is to say of it.
    #[must_use]
    pub fn facts(&self) -> Facts {
        let contract = &self.package.manifest.contract;
        let http = contract.capabilities.get("http");
        Facts {
            id: contract.id.clone(),
            version: contract.version.clone(),
            name: contract.name.clone(),
            publisher: contract.publisher.clone(),
            signer: self.signer(),
            api: contract.api.clone(),
            digest: self.package.digest.clone(),
            size: self.size,
            capabilities: contract.capabilities.clone().into_iter().collect(),
            permissions: contract.permissions.clone(),
            public: self.public(),
            hosts: http.map(|http| http.names.clone()).unwrap_or_default(),
            schedules: self.description.schedules.clone(),
            parts: self.parts.iter().map(|(path, content)| (path.clone(), content.len())).collect(),
        }
    }

    /// What is otherwise in `newer`.
    ///
    /// # Errors
    /// Validation, when they are packages of different plugins.
    pub fn difference(&self, newer: &Self) -> Result<Differences> {
        let ids = [self, newer].map(|side| &side.package.manifest.contract.id);
        if ids[0] != ids[1] {
            let text =
                format!("These are two plugins, {} and {}: only versions of one can be compared.", ids[0], ids[1]);
            return Err(Error::new(Code::Validation, text));
        }
        Ok(Differences {
            versions: (self.version(), newer.version()),
            signers: (self.signer(), newer.signer()),
            sizes: (self.size, newer.size),
            changes: difference(self.side(), newer.side()),
            parts: fates(&self.parts, &newer.parts),
        })
    }

    fn side(&self) -> Side<'_> {
        Side { manifest: &self.package.manifest.contract, description: &self.description }
    }

    fn version(&self) -> String {
        self.package.manifest.contract.version.clone()
    }

    fn signer(&self) -> Option<String> {
        self.package.signer.as_ref().map(magnetiq_package::PublicKey::fingerprint)
    }

    fn public(&self) -> Vec<String> {
        let manifest = &self.package.manifest.contract;
        let routes = self.description.routes.iter().filter(|route| route.access == Access::Public);
        let routes = routes.flat_map(|route| {
            addresses(manifest, route).into_iter().map(move |(_, address)| format!("{} {address}", route.method))
        });
        let tables = self.description.resources.iter().flat_map(|resource| {
            let shown = resource.read == Access::Public || resource.public_rows.is_some();
            let verbs = [
                ("GET", shown),
                ("POST", resource.create == Access::Public),
                ("PATCH", resource.update == Access::Public),
                ("DELETE", resource.delete == Access::Public),
            ];
            let open = verbs.into_iter().filter(|(_, open)| *open);
            open.map(|(method, _)| format!("{method} /api/v1/{}/{}", manifest.id, resource.name))
        });
        routes.chain(tables).collect()
    }
}

fn fates(older: &Parts, newer: &Parts) -> Vec<(Fate, String, usize)> {
    let there = newer.iter().filter_map(|(path, content)| {
        let fate = match older.get(path) {
            None => Fate::Added,
            Some(before) if before != content => Fate::Changed,
            Some(_) => return None,
        };
        Some((fate, path.clone(), content.len()))
    });
    let gone = older.iter().filter(|(path, _)| !newer.contains_key(*path));
    there.chain(gone.map(|(path, content)| (Fate::Removed, path.clone(), content.len()))).collect()
}
