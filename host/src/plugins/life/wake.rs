//! The start of a site: what was enabled lives again.

use std::sync::Arc;

use semver::Version;

use super::{DISABLED, ENABLED, FAILED};
use crate::error::Result;
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::registry::Alive;
use crate::plugins::store::{self, PluginRow};

impl Plugins {
    /// Brings back to life what was enabled when the site stopped. One that fails is marked and left out.
    ///
    /// # Errors
    /// When the rows cannot be read.
    pub async fn wake(&self) -> Result<()> {
        let _turn = self.turn.lock().await;
        let rows = self.store.read(|snapshot| store::all(snapshot)).await?;
        for row in &rows {
            self.shelf.choose(&row.plugin, Version::parse(&row.version).ok().as_ref());
        }
        let mut alive = Vec::new();
        for row in rows.into_iter().filter(|row| row.state != DISABLED) {
            match self.wake_one(&row, &Alive::of(alive.iter().cloned())).await {
                Ok((live, woken)) => {
                    alive.push(live);
                    self.save_change(&row, woken).await?;
                }
                Err(error) => {
                    tracing::error!(plugin = %row.plugin, %error, "a plugin could not be started");
                    let state_reason = Some(error.sentence().clone());
                    self.save_change(&row, PluginRow { state: FAILED.into(), state_reason, ..row.clone() }).await?;
                }
            }
        }
        self.show(alive)
    }

    /// The plugin and its row as it is now. One whose version is not there any more, because a newer binary brings a newer
    /// one, wakes as that.
    async fn wake_one(&self, row: &PluginRow, others: &Alive) -> Result<(Arc<Live>, PluginRow)> {
        let package = self.package(&row.plugin)?;
        let live = self.revive(row, package.clone()).await?;
        self.claim(&live, others)?;
        let version = package.manifest.contract.version.clone();
        let previous_version = if row.version == version { &row.previous_version } else { &Some(row.version.clone()) };
        let woken = PluginRow {
            previous_version: previous_version.clone(),
            version,
            digest: package.digest.clone(),
            state: ENABLED.into(),
            state_reason: None,
            ..row.clone()
        };
        Ok((live, woken))
    }

    async fn save_change(&self, before: &PluginRow, after: PluginRow) -> Result<()> {
        if *before == after { Ok(()) } else { self.save(after, None).await }
    }
}
