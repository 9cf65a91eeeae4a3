//! Uninstalling: the plugin goes, its data stay or go with it, after an export.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::DISABLED;
use super::step::Deed;
use crate::error::{Error, Result};
use crate::http::Envelope;
use crate::http::idempotency::{Kept, Once};
use crate::jobs;
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::store::{self, PluginRow};
use crate::resources::Actor;
use crate::store::{Owner, drop_plugin_tables};

/// What happens to what a plugin has stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Data {
    /// It stays, with the package that explains it; personal columns are still erased and exported.
    Keep,
    /// It is exported to a file, then deleted with all packages of the plugin.
    Delete,
}

impl Plugins {
    /// Takes a plugin away: its row, schedules and waiting jobs, its secrets. Answers with the path of the export, if one
    /// was made.
    ///
    /// # Errors
    /// Not found; those of the export: nothing is deleted then.
    pub async fn uninstall(&self, id: &str, data: Data, actor: &Actor, once: Option<Once>) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        self.shelf.get(id).ok_or_else(Error::not_found)?;
        self.end_if_enabled(id, actor).await?;
        let export = match data {
            Data::Keep => None,
            Data::Delete => self.export(id).await?,
        };
        let answer = Kept::of(&Envelope::ok(json!({"id": id, "export": export})))?;
        self.forget(id, data, Deed::new("uninstall", actor, &answer, once)).await?;
        if data == Data::Delete {
            self.remove_packages(id)?;
        }
        self.shelf.choose(id, None);
        self.forget_builds();
        Ok(answer)
    }

    async fn end_if_enabled(&self, id: &str, actor: &Actor) -> Result<()> {
        let Some(row) = self.row(id).await?.filter(|row| row.state != DISABLED) else { return Ok(()) };
        let row = PluginRow { state: DISABLED.into(), state_reason: None, ..row };
        self.begin_anew(id);
        self.end_life(row, Deed::within("disable", actor)).await?;
        self.hide(id)
    }

    /// Writes what a plugin has stored into the folder of backups; none when it has stored nothing.
    async fn export(&self, id: &str) -> Result<Option<PathBuf>> {
        if self.store.plugin_tables(id).is_empty() {
            return Ok(None);
        }
        let time = self.clock.now().strftime("%Y-%m-%dT%H-%M-%S-%6f");
        let path = self.data_dir.backups().join(format!("{id}-{time}.zip"));
        self.store.export_plugin(id, &path).await?;
        Ok(Some(path))
    }

    async fn forget(&self, id: &str, data: Data, deed: Deed) -> Result<()> {
        let (id, clock) = (id.to_owned(), self.clock.clone());
        self.store
            .write(Owner::Core, move |unit| {
                jobs::cancel_all(unit, &clock, &id)?;
                store::remove_secrets(unit, &id)?;
                if data == Data::Delete {
                    drop_plugin_tables(unit, &id)?;
                }
                deed.remove(unit, &clock, &id)
            })
            .await
    }

    /// Whether a package of it was installed; others are part of the binary, or lie unpacked.
    pub(in crate::plugins) fn is_installed(&self, id: &str) -> bool {
        !self.installed(id).is_empty()
    }

    fn remove_packages(&self, id: &str) -> Result<()> {
        for package in self.installed(id) {
            fs::remove_file(self.place_of(&package))?;
            self.shelf.remove(id, &package.manifest.version);
        }
        Ok(())
    }

    /// The packages of a plugin that were installed.
    fn installed(&self, id: &str) -> Vec<Arc<Package>> {
        self.shelf.versions(id).into_iter().filter(|package| self.place_of(package).is_file()).collect()
    }
}
