//! `magnetiq migrate`

use clap::Args;

use super::output;
use super::settings::DataFlags;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Store;

/// Brings the database up to date without serving.
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    data: DataFlags,
}

impl Migrate {
    /// Opens the database, which checks it and runs what has not run yet.
    ///
    /// # Errors
    /// When the folder is in use, the database is damaged or a migration fails.
    pub fn run(&self) -> Result<()> {
        let settings = self.data.settings([])?;
        settings.data_dir.create()?;
        let _lock = settings.data_dir.lock()?;
        Store::open(&settings.data_dir.database(), &Clock::system())?;
        output::line(&format!("The database {} is up to date.", settings.data_dir.database().display()))
    }
}
