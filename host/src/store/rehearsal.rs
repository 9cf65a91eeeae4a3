//! A plugin's migration on a copy of the database: one that fails, or holds the writer for long, is known before it does
//! so to the site's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Check, Files, Options, Store};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// A folder for one copy, which goes with it.
pub(super) struct Stage(TempDir);

impl Stage {
    /// In the folder of `database`, where there is room for a copy or none.
    pub fn beside(database: &Path) -> Result<Self> {
        let folder = database.parent().unwrap_or(Path::new("."));
        Ok(Self(tempfile::Builder::new().prefix("rehearsal-").tempdir_in(folder)?))
    }

    /// Where the copy belongs.
    pub fn database(&self) -> PathBuf {
        self.0.path().join("copy.db")
    }

    /// Migrates the copy and looks at the result; tells how long the writer was held.
    pub async fn rehearse(self, plugin: &str, files: Files, clock: &Clock, check: impl Check) -> Result<Duration> {
        // A disk that fails here is the copy's misfortune alone.
        let options = Options { readers: 1, on_fault: Arc::new(|_| {}), ..Options::default() };
        let (path, clock) = (self.database(), clock.clone());
        let opened = tokio::task::spawn_blocking(move || Store::open_with(&path, &clock, options));
        let store = opened.await.map_err(Error::internal)??;
        let begun = Instant::now();
        store.run_plugin_files(plugin.to_owned(), files, check).await?;
        let took = begun.elapsed();
        tokio::task::spawn_blocking(move || store.close()).await.map_err(Error::internal)?;
        Ok(took)
    }
}

/// Rehearses on a copy of `copy`, which is kept for whoever wants to go back.
pub(super) async fn rehearse_on_copy_of(
    copy: &Path,
    plugin: &str,
    files: &Files,
    clock: &Clock,
    check: impl Check,
) -> Result<()> {
    let stage = Stage::beside(copy)?;
    let (from, to) = (copy.to_owned(), stage.database());
    tokio::task::spawn_blocking(move || std::fs::copy(from, to)).await.map_err(Error::internal)??;
    stage.rehearse(plugin, files.clone(), clock, check).await.map(drop)
}
