//! What an admin gives a plugin that is there: grants and settings.

use serde_json::{Map, Value};

use super::record::save_settings;
use super::revive::secret_place;
use super::{ENABLED, not_yet};
use crate::error::{Error, Result};
use crate::plugins::Plugins;
use crate::plugins::rights::grants;
use crate::plugins::store::PluginRow;
use crate::resources::Actor;
use crate::store::Owner;

impl Plugins {
    /// Changes what a plugin may do, at once.
    ///
    /// # Errors
    /// Not found, validation.
    pub async fn grant(&self, id: &str, mut granted: Map<String, Value>, actor: &Actor) -> Result<()> {
        let _turn = self.turn.lock().await;
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        grants::check(&package.manifest, &granted, "")?;
        let mut row = self.row(id).await?.ok_or_else(not_yet)?;
        grants::keep_times(&mut granted, &row.grants);
        row.grants = granted;
        self.change(row, actor, "grant").await
    }

    /// Replaces the settings: those that are not named, or null, go back to the default. Secret ones cannot be read and
    /// sent again, so they stay until they are named.
    ///
    /// # Errors
    /// Not found, validation naming each setting.
    pub async fn set(&self, id: &str, values: Map<String, Value>, actor: &Actor) -> Result<()> {
        let _turn = self.turn.lock().await;
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let mut row = self.row(id).await?.ok_or_else(not_yet)?;
        let checked = crate::plugins::settings::check(&package.manifest.contract.settings, values)?;
        row.settings = checked.plain.into_iter().filter(|(_, value)| !value.is_null()).collect();
        let seal = |name: &str, value: String| self.secrets.seal(&secret_place(id, name), value.as_bytes());
        let mut secrets = Vec::new();
        for (name, value) in checked.secret {
            let sealed = value.map(|value| seal(&name, value)).transpose()?;
            secrets.push((name, sealed));
        }
        let (kept, clock, by) = (row.clone(), self.clock.clone(), actor.clone());
        self.store.write(Owner::Core, move |unit| save_settings(unit, &clock, &kept, &secrets, &by)).await?;
        if row.state == ENABLED { self.show_with(&self.revive(&row, package).await?) } else { Ok(()) }
    }

    /// Saves a changed row and, when the plugin is alive, replaces it.
    async fn change(&self, row: PluginRow, actor: &Actor, action: &'static str) -> Result<()> {
        let live = match row.state == ENABLED {
            true => Some(self.revive(&row, self.package(&row.plugin)?).await?),
            false => None,
        };
        self.save(row, Some((actor, action))).await?;
        live.map_or(Ok(()), |live| self.show_with(&live))
    }
}
