//! The tables of plugins: made by their migrations, looked at, exported, deleted.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Connection, Owner, Store, Unit, backup, export, plugin_migrations, rehearsal};
use crate::error::{Error, Result};

/// SQL files of a plugin: name and text, in order.
pub type Files = Vec<(String, String)>;

/// Looks at a plugin's tables after its migrations, before they are kept.
pub trait Check: Fn(&Connection) -> Result<()> + Clone + Send + 'static {}

impl<F: Fn(&Connection) -> Result<()> + Clone + Send + 'static> Check for F {}

impl Store {
    /// Makes a plugin's tables: runs those of its SQL files (name and text, in order) that have not run yet, in one
    /// unit. Its tables are called `p_<id>__<name>`, hyphens of the id as underscores: see [`plugin_prefix`]. `check`
    /// looks at the result. Where the plugin has tables already, the database is copied first, and all of this is
    /// rehearsed on another copy.
    ///
    /// # Errors
    /// Conflict with a sentence that names the file or table and what is wrong with it; nothing of the files stays. What
    /// `check` returns; those of [`Store::backup_to`].
    pub async fn migrate_plugin(&self, plugin: &str, files: Files, check: impl Check) -> Result<()> {
        plugin_migrations::check_id(plugin)?;
        let copy = self.copy_before(plugin, &files).await?;
        let (owner, clock) = (plugin.to_owned(), self.0.clock.clone());
        let migrated = async {
            if let Some(copy) = &copy {
                rehearsal::rehearse_on_copy_of(copy, plugin, &files, &clock, check.clone()).await?;
            }
            self.run_plugin_files(owner, files, check).await
        };
        let migrated = migrated.await;
        // What failed has changed nothing. At the next start it would be tried again, and copied again.
        if let (Err(_), Some(copy)) = (&migrated, copy) {
            backup::remove(&copy)?;
        }
        migrated
    }

    /// Does the same to a copy of the database that is thrown away, and tells how long its writer was held; none when no
    /// table of the plugin would change.
    ///
    /// # Errors
    /// As [`Store::migrate_plugin`].
    pub async fn rehearse_plugin(&self, plugin: &str, files: Files, check: impl Check) -> Result<Option<Duration>> {
        plugin_migrations::check_id(plugin)?;
        let snapshot = self.snapshot(Owner::Core).await?;
        if !plugin_migrations::change_tables(&snapshot, plugin, &files)? {
            return Ok(None);
        }
        drop(snapshot);
        let stage = rehearsal::Stage::beside(&self.0.shared.path)?;
        self.backup_to(&stage.database()).await?;
        stage.rehearse(plugin, files, &self.0.clock, check).await.map(Some)
    }

    /// Runs the files and looks at the result, in one unit.
    pub(super) async fn run_plugin_files(&self, plugin: String, files: Files, check: impl Check) -> Result<()> {
        let (plugin, clock) = (Arc::from(plugin), self.0.clock.clone());
        self.write(Owner::Core, move |unit| {
            plugin_migrations::run(unit, &plugin, &files, &clock)?;
            check(unit)
        })
        .await
    }

    /// Copies the database when these files are to change a plugin's tables.
    async fn copy_before(&self, plugin: &str, files: &[(String, String)]) -> Result<Option<PathBuf>> {
        let snapshot = self.snapshot(Owner::Core).await?;
        if !plugin_migrations::change_tables(&snapshot, plugin, files)? {
            return Ok(None);
        }
        let what = format!("migration-of-{plugin}");
        let (path, clock) = (self.0.shared.path.clone(), self.0.clock.clone());
        let copied = tokio::task::spawn_blocking(move || backup::before(&what, &snapshot, &path, &clock));
        copied.await.map_err(Error::internal)?.map(Some)
    }

    /// Writes a plugin's tables as they are now to a new zip: an entry for each, a row as JSON in each line.
    ///
    /// # Errors
    /// Internal when it cannot be written.
    pub async fn export_plugin(&self, plugin: &str, path: &Path) -> Result<()> {
        let snapshot = self.snapshot(Owner::Core).await?;
        let (plugin, path) = (plugin.to_owned(), path.to_owned());
        let written = tokio::task::spawn_blocking(move || {
            // Whoever waits for it is one admin: it may be older than other snapshots.
            snapshot.session().set_deadline(None);
            export::export(&snapshot, &plugin, &path)
        });
        written.await.map_err(Error::internal)?
    }

    /// The names of a plugin's tables, in order, the insides of full-text tables included.
    #[must_use]
    pub fn plugin_tables(&self, plugin: &str) -> Vec<String> {
        self.0.shared.catalogue.tables_of(plugin)
    }
}

/// The start of the names of a plugin's tables.
#[must_use]
pub fn plugin_prefix(plugin: &str) -> String {
    format!("p_{}__", plugin.replace('-', "_"))
}

/// Deletes a plugin's tables with all that is in them, and the list of its migrations.
///
/// # Errors
/// SQLite's own.
pub fn drop_plugin_tables(unit: &Unit, plugin: &str) -> Result<()> {
    plugin_migrations::drop_tables(unit, plugin)
}
