//! Flags that every command with a data folder shares.

use std::path::PathBuf;

use clap::Args;

use crate::config::Settings;
use crate::error::{Code, Error, Result};

/// Where the site's data is.
#[derive(Args)]
pub struct DataFlags {
    /// Folder of database, keys and files [default: data]
    #[arg(long, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
}

impl DataFlags {
    /// As if `folder` had been given.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { data_dir: Some(folder) }
    }

    /// The settings, with these flags and `more` before everything else.
    ///
    /// # Errors
    /// All faults of the settings at once.
    pub fn settings(&self, more: impl IntoIterator<Item = (&'static str, String)>) -> Result<Settings> {
        let folder = self.data_dir.as_ref().map(|folder| ("DATA_DIR", folder.display().to_string()));
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Settings::read(folder.into_iter().chain(more), variables)
            .map_err(|faults| Error::new(Code::Validation, faults.to_string()))
    }
}
