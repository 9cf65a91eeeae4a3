//! Enabling and disabling.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::step::Deed;
use super::{DISABLED, ENABLED};
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{Kept, Once};
use crate::plugins::Plugins;
use crate::plugins::package::Package;
use crate::plugins::rights::grants;
use crate::plugins::store::{self, PluginRow};
use crate::resources::Actor;

impl Plugins {
    /// Grants, migrates and lets a plugin answer. Without `granted` it has what it had, and all it asks for when it is
    /// new. Answers with the plugin as it is then, or as it was when a request with this key was done.
    ///
    /// # Errors
    /// Not found; validation with every reason why the plugin or the grants are refused, or for a key that was used for
    /// something else.
    pub async fn enable(
        &self,
        id: &str,
        granted: Option<Map<String, Value>>,
        actor: &Actor,
        once: Option<Once>,
    ) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let known = self.row(id).await?;
        let kept = || known.as_ref().map(|row| row.grants.clone());
        let mut granted = granted.or_else(kept).unwrap_or_else(|| grants::all_asked(&package.manifest));
        grants::check(&package.manifest, &granted, "grants.")?;
        if let Some(row) = &known {
            grants::keep_times(&mut granted, &row.grants);
        }
        let row = match known {
            Some(row) => row,
            None => self.new_row(&package).await?,
        };
        let begins = row.id == 0 || row.state != ENABLED;
        if begins {
            self.begin_anew(id);
        }
        let row = PluginRow {
            version: package.manifest.contract.version.clone(),
            digest: package.digest.clone(),
            state: ENABLED.into(),
            state_reason: None,
            grants: granted,
            ..row
        };
        let answer = self.answer(package.clone(), &row).await?;
        self.begin(row, package, begins, Deed::new("enable", actor, &answer, once)).await?;
        Ok(answer)
    }

    /// Builds and migrates a plugin, tells it when it `begins`, saves its row and lets it answer: requests see what was
    /// before or all of it.
    pub(super) async fn begin(&self, row: PluginRow, package: Arc<Package>, begins: bool, deed: Deed) -> Result<()> {
        let (id, version) = (row.plugin.clone(), package.manifest.version.clone());
        let live = self.revive(&row, package).await?;
        self.claim(&live, &self.alive.load())?;
        if let Err(refusal) = self.begin_life(row, &live, begins, deed).await {
            self.unclaim(&id)?;
            return Err(refusal);
        }
        self.shelf.choose(&id, Some(&version));
        self.show_with(&live)
    }

    /// The row of a plugin that has none; one that was uninstalled has its settings still.
    async fn new_row(&self, package: &Package) -> Result<PluginRow> {
        let id = &package.manifest.contract.id;
        let settings = self.store.read(|snapshot| store::settings_left(snapshot, id)).await?;
        Ok(PluginRow { settings: settings.unwrap_or_default(), ..PluginRow::blank(package) })
    }

    /// Enables every plugin that was never switched, with all that it asks for: the demo shows what there is.
    ///
    /// # Errors
    /// As [`Plugins::enable`].
    pub async fn enable_all(&self, actor: &Actor) -> Result<()> {
        for package in self.shelf.all() {
            let id = &package.manifest.contract.id;
            if self.row(id).await?.is_none() {
                self.enable(id, None, actor, None).await?;
            }
        }
        Ok(())
    }

    /// Stops a plugin from answering; its data stay. One that fails at its last step is disabled all the same. Answers
    /// as [`Plugins::enable`].
    ///
    /// # Errors
    /// Not found; conflict when it is not enabled; validation for a key that was used for something else.
    pub async fn disable(&self, id: &str, actor: &Actor, once: Option<Once>) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let mut row = self.row(id).await?.ok_or_else(Error::not_found)?;
        if row.state == DISABLED {
            return Err(Error::new(Code::Conflict, ("The plugin is not enabled.", "Das Plugin ist nicht aktiv.")));
        }
        (row.state, row.state_reason) = (DISABLED.into(), None);
        self.begin_anew(id);
        let answer = self.answer(package, &row).await?;
        self.end_life(row, Deed::new("disable", actor, &answer, once)).await?;
        self.hide(id)?;
        Ok(answer)
    }
}
