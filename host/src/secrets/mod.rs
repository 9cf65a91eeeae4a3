//! The site's master key and all that is derived from it: what is sealed for the database, and keys of codes that prove
//! where something comes from.
//!
//! The key stands in a file of its own, never in the database, so that neither a copy of the database nor a backup opens
//! what is sealed in it. It has versions: [`rotation`] begins a new one and seals everything anew, while older ones still
//! open and verify.

mod key_file;
mod mac;
mod ring;
mod rotation;
mod seal;
mod store;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arc_swap::ArcSwap;
use parking_lot::Mutex;

pub use mac::Mac;
pub use rotation::{Leave, Rotated, rotate, tend};
pub use store::{Holding, is_anything_sealed};

use self::key_file::KeyFile;
use self::ring::Ring;
use crate::clock::Clock;
use crate::error::Result;

/// The master key in use. Clones share it, also its rotation.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    path: PathBuf,
    ring: ArcSwap<Ring>,
    /// One change of the file at a time.
    changing: Mutex<()>,
}

impl Secrets {
    /// Reads the key file, or makes it.
    ///
    /// # Errors
    /// When it cannot be read or written, or is no key file.
    pub fn open(path: &Path, clock: &Clock) -> Result<Self> {
        let file = KeyFile::open(path, clock)?;
        let ring = ArcSwap::from_pointee(Ring::new(&file)?);
        Ok(Self(Arc::new(Inner { path: path.to_owned(), ring, changing: Mutex::default() })))
    }

    /// `plain` for whoever holds the key, and for `place` alone, such as `plugin_secrets/webinars/key`: what is moved to
    /// another place does not open there. The first byte tells the key's version, 24 follow that are random.
    ///
    /// # Errors
    /// Internal.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        self.0.ring.load().seal(place, plain)
    }

    /// What was sealed for `place`, also with an older version of the key that is still kept.
    ///
    /// # Errors
    /// Internal, when it was sealed with another key, for another place, or changed.
    pub fn unseal(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        self.0.ring.load().unseal(place, sealed)
    }

    /// The key for codes of this purpose, such as `links`; no two purposes share one.
    ///
    /// # Errors
    /// Internal.
    pub fn mac(&self, purpose: &str) -> Result<Mac> {
        self.0.ring.load().mac(purpose)
    }

    /// Whether it was sealed with the version that seals now.
    fn is_of_today(&self, place: &str, sealed: &[u8]) -> bool {
        self.0.ring.load().is_of_today(place, sealed)
    }

    /// Changes the file, and at once what is in use. `change` says whether it changed anything.
    fn change(&self, change: impl FnOnce(&mut KeyFile) -> Result<bool>) -> Result<()> {
        let _turn = self.0.changing.lock();
        let mut file = KeyFile::read(&self.0.path)?;
        if change(&mut file)? {
            // The file first: what is sealed with a version that no file holds is lost.
            file.write(&self.0.path)?;
            self.0.ring.store(Arc::new(Ring::new(&file)?));
        }
        Ok(())
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secrets(…)")
    }
}

#[cfg(test)]
mod tests;
