//! Who a site takes a plugin from: the key that signed the first package of it, and no other, until whoever runs the
//! machine says so.
//!
//! What is part of the binary, and a folder that is being worked on, need no signature: who can change those can change
//! the host.

use magnetiq_contract::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Package;
use super::store::{self, PublisherRow};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::plugins::Plugins;
use crate::plugins::store as plugins;
use crate::resources::{Actor, audit};
use crate::store::{Connection, Owner, Unit};

/// What whoever runs the machine answers for. Over HTTP nobody may say any of it.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Leave {
    /// A package that nobody signed.
    pub unsigned: bool,
    /// A version below the one that the site has.
    pub older: bool,
}

/// Refuses a package that another publisher signed, or none, and a version below the one that the site has.
///
/// # Errors
/// Validation for a package that is not signed; conflict for another key and for an older version.
pub fn check(connection: &Connection, package: &Package, leave: Leave) -> Result<()> {
    let id = &package.manifest.contract.id;
    let fingerprint = package.signer.as_ref().map(magnetiq_package::PublicKey::fingerprint);
    match (fingerprint, store::find(connection, id)?) {
        (None, None) if !leave.unsigned => return Err(unsigned(id)),
        (None, Some(known)) => return Err(no_longer_signed(&known)),
        (Some(key), Some(known)) if key != known.fingerprint => return Err(foreign(&known, &key)),
        _ => {}
    }
    match plugins::find(connection, id)? {
        Some(row) if package.manifest.is_older_than(&row.version) && !leave.older => Err(older(package, &row.version)),
        _ => Ok(()),
    }
}

/// Notes who signed the first package of a plugin.
///
/// # Errors
/// The store's own.
pub fn pin(unit: &Unit, clock: &Clock, package: &Package) -> Result<()> {
    let contract = &package.manifest.contract;
    match (&package.signer, store::find(unit, &contract.id)?) {
        (Some(key), None) => store::save(unit, &contract.id, &key.fingerprint(), &contract.publisher, &clock.sql_now()),
        _ => Ok(()),
    }
}

impl Plugins {
    /// Takes the packages of a plugin from this key alone; without one, from whoever signs the next.
    ///
    /// # Errors
    /// Validation, when the text is no fingerprint.
    pub async fn trust(&self, plugin: &str, fingerprint: Option<String>, actor: &Actor) -> Result<()> {
        if let Some(wrong) = fingerprint.as_deref().filter(|text| !is_fingerprint(text)) {
            return Err(no_fingerprint(wrong));
        }
        let (clock, plugin, actor) = (self.clock.clone(), plugin.to_owned(), actor.clone());
        let trust = move |unit: &Unit| {
            let before = store::find(unit, &plugin)?;
            match &fingerprint {
                Some(key) => store::save(unit, &plugin, key, "", &clock.sql_now())?,
                None => store::remove(unit, &plugin, &clock.sql_now())?,
            }
            let shown =
                |row: Option<PublisherRow>| row.map_or(json!(null), |row| json!({"fingerprint": row.fingerprint}));
            let (before, after) = (shown(before), shown(store::find(unit, &plugin)?));
            let id = plugins::find(unit, &plugin)?.map(|row| row.id);
            let change = audit::Change { action: "trust", resource: "plugins", id, before: &before, after: &after };
            audit::record(unit, &clock, &actor, &change)
        };
        self.store.write(Owner::Core, move |unit| trust(unit)).await
    }
}

/// `SHA256:` and 32 bytes in base64.
fn is_fingerprint(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    text.strip_prefix("SHA256:").is_some_and(|hash| hash.len() == 43 && hash.bytes().all(sign))
}

fn no_fingerprint(text: &str) -> Error {
    let german = format!("{text} ist kein Fingerabdruck. `magnetiq plugin verify` zeigt den eines Pakets: SHA256:…");
    let english = format!("{text} is no fingerprint. `magnetiq plugin verify` shows that of a package: SHA256:…");
    Error::new(Code::Validation, Text::new(english, german))
}

fn unsigned(id: &str) -> Error {
    Error::new(
        Code::Validation,
        Text::new(
            format!(
                "The package of {id} is not signed. Whoever runs this machine may install it all the same: \
                 magnetiq plugin install --unsigned."
            ),
            format!(
                "Das Paket von {id} ist nicht signiert. Wer diesen Rechner betreibt, kann es trotzdem installieren: \
                 magnetiq plugin install --unsigned."
            ),
        ),
    )
}

fn no_longer_signed(known: &PublisherRow) -> Error {
    let PublisherRow { plugin, fingerprint, .. } = known;
    Error::new(
        Code::Conflict,
        Text::new(
            format!(
                "The package of {plugin} is not signed, and this site takes its packages from {fingerprint} alone. \
                 `magnetiq plugin trust {plugin} --forget` ends that."
            ),
            format!(
                "Das Paket von {plugin} ist nicht signiert, und diese Website nimmt seine Pakete allein von \
                 {fingerprint}. `magnetiq plugin trust {plugin} --forget` beendet das."
            ),
        ),
    )
}

fn foreign(known: &PublisherRow, key: &str) -> Error {
    let PublisherRow { plugin, fingerprint, .. } = known;
    Error::new(
        Code::Conflict,
        Text::new(
            format!(
                "The package of {plugin} is signed with {key}, and this site takes its packages from {fingerprint} \
                 alone. If its publisher has a new key: magnetiq plugin trust {plugin} --key {key}."
            ),
            format!(
                "Das Paket von {plugin} ist mit {key} signiert, und diese Website nimmt seine Pakete allein von \
                 {fingerprint}. Falls der Herausgeber einen neuen Schlüssel hat: magnetiq plugin trust {plugin} --key {key}."
            ),
        ),
    )
}

fn older(package: &Package, known: &str) -> Error {
    let contract = &package.manifest.contract;
    let (id, version) = (&contract.id, &contract.version);
    Error::new(
        Code::Conflict,
        Text::new(
            format!("{id} {version} is older than {known}, which this site has. --force installs it all the same."),
            format!("{id} {version} ist älter als {known}, das diese Website hat. --force installiert es trotzdem."),
        ),
    )
}
