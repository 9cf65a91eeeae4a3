//! What the command line wants done on a site: carried out by the process that serves the data folder, or, when none
//! does, by this one.

use serde::{Deserialize, Serialize};

use super::settings::DataFlags;
use super::{audit, control, keys, output, plugin, secrets};
use crate::app::{App, Site};
use crate::clock::Clock;
use crate::error::Result;
use crate::http::assets::Assets;

/// What is to be done.
#[derive(Debug, Serialize, Deserialize)]
pub enum Order {
    /// A step of a plugin's life.
    Plugin(plugin::Order),
    /// About the keys that sign tokens.
    Keys(keys::Order),
    /// About the master key.
    Secrets(secrets::Order),
    /// About the record of changes.
    Audit(audit::Order),
}

impl Order {
    /// Has it carried out, with a package if it needs one, and prints what came of it.
    ///
    /// # Errors
    /// The step's own; those of opening the folder.
    pub async fn run(self, data: &DataFlags, assets: Assets, package: &[u8]) -> Result<()> {
        output::line(&self.have_done(data, assets, package).await?)
    }

    /// Has it carried out; says what came of it.
    ///
    /// # Errors
    /// As [`Order::run`].
    pub async fn have_done(self, data: &DataFlags, assets: Assets, package: &[u8]) -> Result<String> {
        let settings = data.settings([])?;
        if let Some(said) = control::send(&settings.data_dir, &self, package).await? {
            return Ok(said);
        }
        let site = Site::build(settings, Clock::system(), assets).await?;
        self.carry_out(&site, package).await
    }

    /// Carries it out on a site; says what came of it.
    ///
    /// # Errors
    /// The step's own.
    pub async fn carry_out(self, site: &App, package: &[u8]) -> Result<String> {
        match self {
            Self::Plugin(order) => order.carry_out(site, package).await,
            Self::Keys(order) => order.carry_out(site).await,
            Self::Secrets(order) => order.carry_out(site).await,
            Self::Audit(order) => order.carry_out(site).await,
        }
    }
}
