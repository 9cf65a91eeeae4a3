//! Upgrading to a newer version and rolling back to the one before: rehearsed, consented, swapped in one step.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::describe::Description;
use magnetiq_contract::manifest::Manifest;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;
use semver::Version;
use serde::Serialize;
use serde_json::{Map, Value};

use super::revive::fitting;
use super::step::Deed;
use super::{ENABLED, not_yet};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{Kept, Once};
use crate::jobs;
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::package::build::Built;
use crate::plugins::package::difference::{Change, Side, difference};
use crate::plugins::rights::gate::Capability;
use crate::plugins::rights::grants;
use crate::plugins::services::jobs::knows;
use crate::plugins::store::PluginRow;
use crate::resources::Actor;

/// What an upgrade would do.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The version that the plugin is.
    pub from: String,
    /// The version that it would be.
    pub to: String,
    /// What is otherwise, what grows first.
    pub changes: Vec<Change>,
    /// Whether an admin has to agree: a change grows.
    pub grows: bool,
    /// For how long the rehearsed migrations held the writer, in milliseconds; none where no table changes.
    pub holds_writer_ms: Option<u64>,
    /// What the plugin is granted when an admin agrees, as [`Plugins::upgrade`] takes it.
    pub grants: Map<String, Value>,
}

impl Plugins {
    /// Rehearses the upgrade of an enabled or disabled plugin on a copy, without a trace.
    ///
    /// # Errors
    /// As [`Plugins::upgrade`].
    pub async fn preview(&self, id: &str, version: Option<&str>) -> Result<Preview> {
        let row = self.row(id).await?.ok_or_else(not_yet)?;
        let target = self.target(&row, version)?;
        let built = self.built(target.clone()).await?;
        let mut changes = self.changes(&row, &built).await?;
        changes.extend(self.parked(&row, &built).await?);
        let held = self.rehearse(&row, &built).await?;
        Ok(Preview {
            grants: self.agreed_grants(&row, &target),
            from: row.version,
            to: target.manifest.contract.version.clone(),
            grows: changes.iter().any(|change| change.grows),
            changes,
            holds_writer_ms: held.map(|held| u64::try_from(held.as_millis()).unwrap_or(u64::MAX)),
        })
    }

    /// Makes a plugin the newest version that is there, or this one. Where something grows, `granted` says that an admin
    /// agrees; otherwise it may be left out. The old version answers until the new one does; on any failure it stays.
    ///
    /// # Errors
    /// Not found; conflict when it was never enabled, or is this version or a newer one; validation that names what grows
    /// while nobody agreed, and every reason why the version is refused.
    pub async fn upgrade(
        &self,
        id: &str,
        version: Option<&str>,
        granted: Option<Map<String, Value>>,
        actor: &Actor,
        once: Option<Once>,
    ) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let row = self.row(id).await?.ok_or_else(not_yet)?;
        let target = self.target(&row, version)?;
        let changes = self.changes(&row, &*self.built(target.clone()).await?).await?;
        if granted.is_none() {
            agreed(&changes)?;
        }
        let granted = granted.unwrap_or_else(|| asked_still(&target, &row.grants));
        grants::check(&target.manifest, &granted, "grants.")?;
        let previous_version = Some(row.version.clone());
        let row = PluginRow { grants: granted, previous_version, ..row };
        self.become_version("upgrade", row, target, actor, once).await
    }

    /// Makes a plugin the version that it was before its last upgrade. Its data stay as they are: migrations only add.
    ///
    /// # Errors
    /// Not found; conflict when there is no version to go back to; validation when that one cannot live with the tables
    /// as they are now.
    pub async fn rollback(&self, id: &str, actor: &Actor, once: Option<Once>) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let row = self.row(id).await?.ok_or_else(not_yet)?;
        let before = row.previous_version.as_deref().and_then(|version| Version::parse(version).ok());
        let target = before.and_then(|version| self.shelf.version(id, &version)).ok_or_else(no_way_back)?;
        let grants = asked_still(&target, &row.grants);
        self.become_version("rollback", PluginRow { grants, previous_version: None, ..row }, target, actor, once).await
    }

    /// A plugin that is disabled is the version from now on and starts as that when it is enabled.
    async fn become_version(
        &self,
        action: &'static str,
        row: PluginRow,
        package: Arc<Package>,
        actor: &Actor,
        once: Option<Once>,
    ) -> Result<Kept> {
        let (version, digest) = (package.manifest.contract.version.clone(), package.digest.clone());
        let row = PluginRow { version, digest, ..row };
        self.begin_anew(&row.plugin);
        let answer = self.answer(package.clone(), &row).await?;
        let deed = Deed::new(action, actor, &answer, once);
        if row.state == ENABLED {
            self.begin(row, package, false, deed).await?;
        } else {
            let (id, clock) = (row.plugin.clone(), self.clock.clone());
            self.store.write(crate::store::Owner::Core, move |unit| deed.save(unit, &clock, &row)).await?;
            self.shelf.choose(&id, Some(&package.manifest.version));
        }
        self.forget_builds();
        Ok(answer)
    }

    /// The version to upgrade to.
    fn target(&self, row: &PluginRow, version: Option<&str>) -> Result<Arc<Package>> {
        let versions = self.shelf.versions(&row.plugin);
        let wanted = |package: &&Arc<Package>| version.is_none_or(|wanted| package.manifest.contract.version == wanted);
        let target = versions.iter().rev().find(wanted).ok_or_else(Error::not_found)?;
        match Version::parse(&row.version) {
            Ok(now) if target.manifest.version <= now => Err(no_newer(&row.version)),
            _ => Ok(target.clone()),
        }
    }

    /// What is otherwise in a version. Where the present one is gone, all of it is new.
    async fn changes(&self, row: &PluginRow, newer: &Built) -> Result<Vec<Change>> {
        let Some(package) = self.present(row) else { return Ok(difference_to_nothing(newer)) };
        let older = self.built(package).await?;
        Ok(difference(side(&older), side(newer)))
    }

    /// Work that waits and that the version knows nothing of.
    async fn parked(&self, row: &PluginRow, newer: &Built) -> Result<impl Iterator<Item = Change>> {
        let plugin = row.plugin.clone();
        let waiting = self.store.read(move |snapshot| jobs::waiting(snapshot, &plugin)).await?;
        Ok(waiting.into_iter().filter(|(name, _)| !knows(&newer.description, name)).map(|(name, count)| {
            Change::harmless(Text::new(
                format!("Waiting jobs that it does not know: {count} of {name}. They wait until a version does."),
                format!(
                    "Wartende Aufträge, die sie nicht kennt: {count} von {name}. Sie warten auf eine, die sie kennt."
                ),
            ))
        }))
    }

    fn agreed_grants(&self, row: &PluginRow, target: &Package) -> Map<String, Value> {
        let before = self.present(row).map(|package| grants::all_asked(&package.manifest)).unwrap_or_default();
        let mut granted = asked_still(target, &row.grants);
        granted.extend(grants::in_addition(&before, &row.grants, grants::all_asked(&target.manifest)));
        granted
    }

    /// The package of the version that the plugin is, unless it is gone.
    fn present(&self, row: &PluginRow) -> Option<Arc<Package>> {
        let version = Version::parse(&row.version).ok()?;
        self.shelf.version(&row.plugin, &version)
    }

    async fn rehearse(&self, row: &PluginRow, built: &Built) -> Result<Option<Duration>> {
        let manifest = &built.package.manifest;
        if grants::gate(manifest, &row.grants).require(Capability::Db).is_err() {
            return Ok(None);
        }
        self.store.rehearse_plugin(&row.plugin, built.package.migrations.clone(), fitting(built)).await
    }
}

fn side(built: &Built) -> Side<'_> {
    Side { manifest: &built.package.manifest.contract, description: &built.description }
}

/// As if the plugin had asked for nothing and done nothing before.
fn difference_to_nothing(newer: &Built) -> Vec<Change> {
    let contract = &newer.package.manifest.contract;
    let manifest = Manifest { capabilities: BTreeMap::new(), permissions: Vec::new(), ..contract.clone() };
    difference(Side { manifest: &manifest, description: &Description::default() }, side(newer))
}

/// Refuses what grows, in its own words.
fn agreed(changes: &[Change]) -> Result<()> {
    let growing: Vec<&Text> = changes.iter().filter(|change| change.grows).map(|change| &change.text).collect();
    if growing.is_empty() {
        return Ok(());
    }
    let all = |of: fn(&Text) -> &String| growing.iter().map(|text| of(text).as_str()).collect::<Vec<_>>().join(" ");
    let english = format!("This version may more. Say what you grant. {}", all(|text| &text.en));
    let german = format!("Diese Version darf mehr. Sagen Sie, was Sie gewähren. {}", all(|text| &text.de));
    Err(Error::field("grants", Rule::Other(Text::new(english, german))))
}

/// Grants of what a version asks for still.
fn asked_still(package: &Package, granted: &Map<String, Value>) -> Map<String, Value> {
    let asked = &package.manifest.contract.capabilities;
    granted
        .iter()
        .filter(|(name, _)| asked.contains_key(*name) || grants::TIMES.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn no_newer(version: &str) -> Error {
    let german = format!("Das Plugin ist bereits in Version {version}; eine neuere ist nicht da.");
    Error::new(Code::Conflict, (format!("The plugin is version {version} already, and no newer one is there."), german))
}

fn no_way_back() -> Error {
    let english = "There is no earlier version to go back to.";
    Error::new(Code::Conflict, (english, "Es gibt keine frühere Version, zu der man zurückkehren könnte."))
}
