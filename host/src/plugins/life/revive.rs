//! From a row and its package to a plugin that can answer: built, migrated, with its grants and settings.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::call::SiteInfo;
use magnetiq_contract::text::Text;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::error::{Code, Error, Result};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::package::Package;
use crate::plugins::package::build::{self, Built, build, mount};
use crate::plugins::rights::gate::Capability;
use crate::plugins::rights::grants;
use crate::plugins::sandbox::engine::POOL;
use crate::plugins::settings::{Setting, Settings};
use crate::plugins::store::{self, PluginRow};
use crate::store::{Check, Connection, Owner};

impl Plugins {
    /// Builds, migrates and checks a plugin as its row wants it.
    pub(super) async fn revive(&self, row: &PluginRow, package: Arc<Package>) -> Result<Arc<Live>> {
        let built = self.built(package).await?;
        let gate = grants::gate(&built.package.manifest, &row.grants);
        if gate.require(Capability::Db).is_ok() {
            self.migrate(&built).await?;
        }
        let settings = self.settings_of(row, &built.package).await?;
        let id: Arc<str> = row.plugin.as_str().into();
        let limits = built.package.manifest.contract.limits;
        let (usage, now) = (self.usage(&id), self.clock.now());
        for (allowance, name, asked) in
            [(&usage.cpu, "cpu", limits.cpu_s_per_hour), (&usage.writer, "writer", limits.writer_s_per_hour)]
        {
            allowance.grant(Duration::from_secs(grants::seconds(&row.grants, name, asked)), now);
        }
        Ok(Arc::new(Live {
            owner: Owner::Plugin(id.clone()),
            site: SiteInfo { mount: mount(&built.package), ..self.site.clone() },
            gate,
            settings,
            routes: built.route_names.iter().map(|name| usage.route(name)).collect(),
            usage,
            quotas: self.quotas(&id),
            denials: self.denials.clone(),
            outbound: self.outbound.clone(),
            places: Arc::new(Semaphore::new(limits.concurrency.clamp(1, POOL / 2) as usize)),
            built,
            id,
        }))
    }

    /// The package of a plugin that has a row.
    ///
    /// # Errors
    /// Not found, when somebody took it away.
    pub(super) fn package(&self, id: &str) -> Result<Arc<Package>> {
        self.shelf.get(id).ok_or_else(|| {
            let german = format!("Das Paket des Plugins {id} ist nicht da.");
            Error::new(Code::NotFound, (format!("The package of the plugin {id} is not there."), german))
        })
    }

    /// Lets go of what was built of packages that no plugin is or can go back to.
    pub(super) fn forget_builds(&self) {
        let kept: Vec<_> = self.shelf.everything().into_iter().map(|package| package.digest.clone()).collect();
        self.builds.lock().retain(|digest, _| kept.contains(digest));
    }

    /// The package, built once.
    pub(in crate::plugins) async fn built(&self, package: Arc<Package>) -> Result<Arc<Built>> {
        if let Some(built) = self.builds.lock().get(&package.digest) {
            return Ok(built.clone());
        }
        let digest = package.digest.clone();
        let built = Arc::new(build(&self.compiler, package, &self.site.time_zone).await?);
        self.builds.lock().insert(digest, built.clone());
        Ok(built)
    }

    async fn migrate(&self, built: &Built) -> Result<()> {
        let id = &built.package.manifest.contract.id;
        self.store.migrate_plugin(id, built.package.migrations.clone(), fitting(built)).await
    }

    pub(in crate::plugins) async fn settings_of(&self, row: &PluginRow, package: &Package) -> Result<Settings> {
        let plugin = row.plugin.clone();
        let sealed = self.store.read(move |snapshot| store::secrets(snapshot, &plugin)).await?;
        let mut secrets = BTreeMap::new();
        for (name, sealed) in sealed {
            let open = self.secrets.unseal(&secret_place(&row.plugin, &name), &sealed)?;
            secrets.insert(name, String::from_utf8(open).map_err(Error::internal)?);
        }
        let values = package.manifest.contract.settings.iter().map(|setting| {
            let name = setting.field.name.clone();
            let given =
                if setting.secret { secrets.remove(&name).map(Value::from) } else { row.settings.get(&name).cloned() };
            let default = Some(setting.field.default.clone()).filter(|value| !value.is_null());
            (name, Setting { secret: setting.secret, value: given.or(default) })
        });
        Ok(Settings::new(values.collect()))
    }
}

/// Looks whether the tables are as the plugin describes them.
pub(super) fn fitting(built: &Built) -> impl Check {
    let tables = built.tables.clone();
    move |connection: &Connection| {
        let mut faults = Vec::new();
        for table in &tables {
            faults.extend(table.check(connection)?.faults.into_iter().map(Text::from));
        }
        if faults.is_empty() { Ok(()) } else { Err(build::refused(&faults)) }
    }
}

/// What binds a sealed secret to its setting; in SQL it is said by [`crate::plugins::SEALED`].
pub(super) fn secret_place(id: &str, name: &str) -> String {
    format!("plugin_secrets/{id}/{name}")
}
