//! Plugins as an admin sees them.

mod contract;
mod document;
mod quantities;
pub mod routes;

use std::collections::BTreeMap;
use std::sync::Arc;

use magnetiq_contract::describe::Resource;
use magnetiq_contract::text::{Locale, Text};
use serde::Serialize;
use serde_json::{Map, Value, json};

use self::contract::contract;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::http::Page;
use crate::http::envelope::Pagination;
use crate::plugins::Plugins;
use crate::plugins::life::quarantine;
use crate::plugins::live::Live;
use crate::plugins::meter::room;
use crate::plugins::meter::usage::{Incident, Report};
use crate::plugins::package::Package;
use crate::plugins::rights::grants as grant_rules;
use crate::plugins::store::{self, PluginRow};

/// A plugin as a list shows it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Its name in addresses and tables.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// Who says that they made it.
    pub publisher: String,
    /// The version that it is.
    pub version: String,
    /// The version to go back to.
    pub previous_version: Option<String>,
    /// The newest version that is there, where it is newer than this one.
    pub update: Option<String>,
    /// Whether a package of it was installed on this site: it can be taken away, which a part of the binary cannot.
    pub installed: bool,
    /// `available`, `enabled`, `disabled`, `failed`, or `uninstalled` while its data are still here.
    pub state: String,
    /// Why it failed.
    pub state_reason: Option<Text>,
    /// Whether it asks for more than is granted.
    pub grants_missing: bool,
    /// Set while it is left alone because it has failed too often.
    pub quarantine: Option<Value>,
    /// Counted since the host started.
    pub usage: Doing,
}

/// How a plugin is doing.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Doing {
    calls: u64,
    faults: u64,
    last_fault: Option<Incident>,
    last_refusal: Option<Incident>,
}

/// A plugin with its contract.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Plugin {
    #[serde(flatten)]
    summary: Summary,
    /// What it may do, or `refused`: why its package cannot be read.
    contract: Value,
}

/// What the panel draws for one caller.
#[derive(Debug, Serialize)]
pub(super) struct Panel {
    menu: Vec<Value>,
    resources: BTreeMap<String, Resource>,
    /// What jobs and schedules are called, by `plugin/name`.
    work: BTreeMap<String, Text>,
    locales: Vec<&'static str>,
    site: Value,
}

impl Plugins {
    /// All known plugins, each as the panel's list shows it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn summaries(&self) -> Result<Vec<Summary>> {
        let rows = self.store.read(|snapshot| store::all(snapshot)).await?;
        let packages = self.shelf.all();
        let row = |package: &Package| rows.iter().find(|row| row.plugin == package.manifest.contract.id);
        Ok(packages.iter().map(|package| summary(self, package, row(package))).collect())
    }
}

impl Plugins {
    /// The newest version that is there beside this one, where it is newer.
    fn update(&self, package: &Package) -> Option<String> {
        let newest = self.shelf.versions(&package.manifest.contract.id).pop()?;
        let is_newer = newest.manifest.version > package.manifest.version;
        is_newer.then(|| newest.manifest.contract.version.clone())
    }

    /// One that was uninstalled may have left its data.
    fn state_without_row(&self, id: &str) -> &'static str {
        if self.store.plugin_tables(id).is_empty() { "available" } else { "uninstalled" }
    }
}

/// A page of the plugins, each as in [`read`] without its contract.
pub(super) async fn list(plugins: &Plugins, page: Page) -> Result<(Vec<Summary>, Pagination)> {
    let all = plugins.summaries().await?;
    let total = all.len() as u64;
    let start = (page.page as usize - 1).saturating_mul(page.per_page as usize);
    let shown = all.into_iter().skip(start).take(page.per_page as usize);
    Ok((shown.collect(), Pagination::new(page, total)))
}

/// A plugin with its contract.
pub(super) async fn read(plugins: &Plugins, id: &str) -> Result<Plugin> {
    let package = plugins.shelf.get(id).ok_or_else(Error::not_found)?;
    let row = row(plugins, id).await?;
    Ok(shown(plugins, package, row.as_ref()).await)
}

/// A plugin with its contract, as `row` has it.
pub(super) async fn shown(plugins: &Plugins, package: Arc<Package>, row: Option<&PluginRow>) -> Plugin {
    let summary = summary(plugins, &package, row);
    let contract = match plugins.built(package).await {
        Ok(built) => contract(&built, row),
        Err(error) => json!({"refused": error.sentence()}),
    };
    Plugin { summary, contract }
}

/// What is granted; everything that is asked, for a plugin that was never enabled.
pub(super) async fn grants(plugins: &Plugins, id: &str) -> Result<Map<String, Value>> {
    let package = plugins.shelf.get(id).ok_or_else(Error::not_found)?;
    Ok(row(plugins, id).await?.map_or_else(|| grant_rules::all_asked(&package.manifest), |row| row.grants))
}

/// The settings' descriptions and values.
pub(super) async fn settings(plugins: &Plugins, id: &str) -> Result<Value> {
    let package = plugins.shelf.get(id).ok_or_else(Error::not_found)?;
    let row = row(plugins, id).await?.unwrap_or_else(|| PluginRow::blank(&package));
    let values = plugins.settings_of(&row, &package).await?;
    Ok(json!({"fields": package.manifest.contract.settings, "values": values.shown()}))
}

/// What the plugin has cost since the host started, and the room it takes in the database.
pub(super) async fn usage(plugins: &Plugins, id: &str) -> Result<Value> {
    let package = plugins.shelf.get(id).ok_or_else(Error::not_found)?;
    let report = plugins.usage(&package.manifest.contract.id.as_str().into()).report();
    let pages = plugins.store.read(|snapshot| store::pages(snapshot, id)).await?;
    let (alive, stored) = (plugins.alive.load(), pages * room::PAGE);
    let plugin = alive.get(id);
    let granted = plugin.and_then(|plugin| room::granted(plugin));
    let quantities = plugin.map(|plugin| quantities::of(plugin, stored, plugins.clock.now()));
    let mut usage = serde_json::to_value(report)?;
    usage["quantities"] = serde_json::to_value(quantities.unwrap_or_default())?;
    usage["stored_bytes"] = stored.into();
    usage["granted_mb"] = granted.into();
    Ok(usage)
}

/// Menu and descriptions of the resources that the caller may read; `mail` says how messages leave.
pub(super) fn panel(plugins: &Plugins, caller: &Caller, mail: &str) -> Result<Panel> {
    let alive = plugins.alive.load();
    let (mut menu, mut resources, mut work) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for plugin in alive.iter() {
        for resource in plugin.description().resources.iter().filter(|resource| caller.check(&resource.read).is_ok()) {
            menu.extend(menu_entry(plugin, resource));
            resources.insert(format!("{}/{}", plugin.id, resource.name), resource.clone());
        }
        work.extend(labels(plugin));
    }
    let site = json!({
        "name": plugins.site.name, "time_zone": plugins.site.time_zone, "public_url": plugins.site.public_url,
        "mail": mail,
    });
    Ok(Panel { menu, resources, work, locales: Locale::ALL.map(Locale::code).to_vec(), site })
}

fn labels(plugin: &Live) -> impl Iterator<Item = (String, Text)> {
    let description = plugin.description();
    let jobs = description.jobs.iter().map(|job| (&job.name, &job.label));
    let schedules = description.schedules.iter().map(|schedule| (&schedule.name, &schedule.label));
    jobs.chain(schedules).map(|(name, label)| (format!("{}/{name}", plugin.id), label.clone()))
}

fn menu_entry(plugin: &Live, resource: &Resource) -> Option<Value> {
    let menu = resource.menu.as_ref()?;
    Some(json!({
        "plugin": plugin.id, "plugin_name": plugin.manifest().contract.name, "resource": resource.name,
        "label": resource.label_plural, "icon": menu.icon, "order": menu.order,
    }))
}

async fn row(plugins: &Plugins, id: &str) -> Result<Option<PluginRow>> {
    plugins.store.read(|snapshot| store::find(snapshot, id)).await
}

fn summary(plugins: &Plugins, package: &Package, row: Option<&PluginRow>) -> Summary {
    let contract = &package.manifest.contract;
    let usage = plugins.usage(&contract.id.as_str().into());
    let Report { calls, faults, last_fault, last_refusal, .. } = usage.report();
    Summary {
        id: contract.id.clone(),
        name: contract.name.clone(),
        description: contract.description.clone(),
        publisher: contract.publisher.clone(),
        version: contract.version.clone(),
        previous_version: row.and_then(|row| row.previous_version.clone()),
        update: plugins.update(package),
        installed: plugins.is_installed(&contract.id),
        state: row.map_or_else(|| plugins.state_without_row(&contract.id).to_owned(), |row| row.state.clone()),
        state_reason: row.and_then(|row| row.state_reason.clone()),
        grants_missing: row.is_some_and(|row| !grant_rules::missing(&package.manifest, &row.grants).is_empty()),
        quarantine: usage.breaker.quarantine().as_ref().map(quarantine::shown),
        usage: Doing { calls, faults, last_fault, last_refusal },
    }
}
