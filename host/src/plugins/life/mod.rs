//! Steps of a plugin's life: install, enable, upgrade, roll back, disable, uninstall; grant, set. One at a time; requests
//! see whole pictures.

mod develop;
mod grant;
mod install;
mod picture;
pub(in crate::plugins) mod quarantine;
mod record;
mod revive;
mod step;
mod switch;
mod uninstall;
mod upgrade;
mod wake;

use std::sync::Arc;

use self::record::save;
pub use self::uninstall::Data;
pub use self::upgrade::Preview;
use crate::error::{Code, Error, Result};
use crate::http::Envelope;
use crate::http::idempotency::{self, Kept, Once};
use crate::plugins::Plugins;
use crate::plugins::admin;
use crate::plugins::package::Package;
use crate::plugins::store::{self, PluginRow};
use crate::resources::Actor;
use crate::store::Owner;

const ENABLED: &str = "enabled";
const DISABLED: &str = "disabled";
const FAILED: &str = "failed";

impl Plugins {
    /// The answer that is kept for this key.
    async fn known(&self, once: Option<Once>) -> Result<Option<Kept>> {
        let clock = self.clock.clone();
        self.store.read(move |snapshot| idempotency::known(snapshot, &clock, once.as_ref())).await
    }

    /// What a step answers: the plugin as its row says.
    async fn answer(&self, package: Arc<Package>, row: &PluginRow) -> Result<Kept> {
        Kept::of(&Envelope::ok(admin::shown(self, package, Some(row)).await))
    }

    async fn row(&self, id: &str) -> Result<Option<PluginRow>> {
        self.store.read(|snapshot| store::find(snapshot, id)).await
    }

    async fn save(&self, row: PluginRow, by: Option<(&Actor, &'static str)>) -> Result<()> {
        let (clock, by) = (self.clock.clone(), by.map(|(actor, action)| (actor.clone(), action)));
        self.store.write(Owner::Core, move |unit| save(unit, &clock, &row, by.as_ref())).await
    }
}

fn not_yet() -> Error {
    Error::new(Code::Conflict, ("The plugin was never enabled.", "Das Plugin war noch nie aktiv."))
}
