//! The data folder: what lies where in it, and who works in it.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::durable;
use crate::error::{Code, Error, Result};

/// The data folder. Clones are cheap.
#[derive(Clone, Debug)]
pub struct DataDir(Arc<Path>);

impl DataDir {
    /// The folder at `path`; nothing is created yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self(path.into())
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The settings file.
    #[must_use]
    pub fn settings_file(&self) -> PathBuf {
        self.0.join("magnetiq.toml")
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.0.join("magnetiq.db")
    }

    /// Keys.
    #[must_use]
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }

    /// One `.eml` per message while no SMTP is set.
    #[must_use]
    pub fn mail(&self) -> PathBuf {
        self.0.join("mail")
    }

    /// Backups.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }

    /// Installed plugins.
    #[must_use]
    pub fn plugins(&self) -> PathBuf {
        self.0.join("plugins")
    }

    /// What can be made anew, such as compiled plugins.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache")
    }

    /// Creates the folder and its subfolders, for the owner's eyes only, and makes their names durable.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn create(&self) -> Result<()> {
        let is_new = !self.0.exists();
        let media = self.0.join("media");
        let log = self.0.join("wal-archive");
        let below = [self.keys(), self.mail(), self.backups(), self.plugins(), self.cache(), media, log];
        for folder in std::iter::once(self.0.to_path_buf()).chain(below) {
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
            made.map_err(|error| Error::new(Code::Internal, format!("{} cannot be made: {error}.", folder.display())))?;
        }
        durable::sync_folder(&self.0)?;
        match self.0.parent().filter(|_| is_new) {
            Some(parent) => Ok(durable::sync_folder(parent)?),
            None => Ok(()),
        }
    }

    /// Claims the folder for this process, until the lock is dropped.
    ///
    /// # Errors
    /// 409 that names the process which holds it.
    pub fn lock(&self) -> Result<Lock> {
        let path = self.0.join("magnetiq.lock");
        let mut file = durable::private(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(error.into()),
            Err(TryLockError::WouldBlock) => return Err(self.in_use(file)),
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "process {}", std::process::id())?;
        Ok(Lock(file))
    }

    fn in_use(&self, mut file: File) -> Error {
        let mut holder = String::new();
        // A holder that has not written its name yet is still a holder.
        let _ = file.read_to_string(&mut holder);
        let holder = if holder.is_empty() { "another process" } else { holder.trim() };
        Error::new(Code::Conflict, format!("The data folder {} is in use by {holder}.", self.0.display()))
    }
}

/// The claim on a data folder; ends with its drop, or with the process.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_claim_names_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path().join("deep/data"));
        data.create().unwrap();
        let lock = data.lock().unwrap();
        let refusal = data.lock().unwrap_err();
        assert!(refusal.message().ends_with(&format!("is in use by process {}.", std::process::id())), "{refusal}");
        let mode = fs::metadata(data.path().join("magnetiq.lock")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(lock);
        data.lock().unwrap();
    }
}
