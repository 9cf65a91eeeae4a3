//! The file of the master key: 32 bytes while there was one version only, JSON from the first rotation on.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::{Clock, random_bytes};
use crate::durable;
use crate::error::{Code, Error, Result};

/// Bytes of a key.
pub const LENGTH: usize = 32;

/// The version that a file of 32 bytes holds.
pub const FIRST: u8 = 1;

/// All versions that are kept, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
    pub versions: Vec<Version>,
}

/// One version of the master key.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// Stands in front of what is sealed with it.
    pub version: u8,
    #[serde(with = "base64_text")]
    pub key: [u8; LENGTH],
    /// None for the newest, and for older ones until everything is sealed with the newest. From then on until this
    /// moment it only verifies what was given out before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_until: Option<Timestamp>,
}

impl KeyFile {
    /// Reads the file, or makes it.
    pub fn open(path: &Path, clock: &Clock) -> Result<Self> {
        let mut file = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Self::make(path)?,
            _ => Self::read(path)?,
        };
        file.forget(clock.now());
        Ok(file)
    }

    /// Reads the file.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path)?;
        if let Ok(key) = <[u8; LENGTH]>::try_from(bytes.as_slice()) {
            return Ok(Self { versions: vec![Version { version: FIRST, key, kept_until: None }] });
        }
        // Its cause would show a part of what it found.
        let file: Self = serde_json::from_slice(&bytes).map_err(|_| damaged(path))?;
        if file.versions.is_empty() { Err(damaged(path)) } else { Ok(file) }
    }

    fn make(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let key = random_bytes();
        durable::create(path, &key)?;
        Ok(Self { versions: vec![Version { version: FIRST, key, kept_until: None }] })
    }

    /// Writes the file in place of the one that is there.
    pub fn write(&self, path: &Path) -> Result<()> {
        let written = durable::write(path, &serde_json::to_vec_pretty(self)?);
        written.map_err(|error| {
            let sentence = format!("The key file {} cannot be written: {error}.", path.display());
            Error::new(Code::Conflict, sentence).because(error)
        })
    }

    /// Puts a new version in front.
    pub fn begin_version(&mut self) -> Result<()> {
        let newest = self.versions.iter().map(|version| version.version).max().unwrap_or_default();
        let version = newest.checked_add(1).ok_or_else(|| Error::internal("no version of the key is left"))?;
        self.versions.insert(0, Version { version, key: random_bytes(), kept_until: None });
        Ok(())
    }

    /// Whether an older version may still have sealed something.
    pub fn is_rotating(&self) -> bool {
        self.versions.iter().skip(1).any(|version| version.kept_until.is_none())
    }

    /// Keeps the older versions until a moment at the latest, to verify alone.
    pub fn retire(&mut self, until: Timestamp) {
        for version in self.versions.iter_mut().skip(1) {
            let known = version.kept_until.unwrap_or(Timestamp::MAX);
            version.kept_until = Some(known.min(until));
        }
    }

    /// Forgets the versions whose time is over; says whether there were any.
    pub fn forget(&mut self, now: Timestamp) -> bool {
        let before = self.versions.len();
        self.versions.retain(|version| version.kept_until.is_none_or(|until| now < until));
        self.versions.len() < before
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Version").field("version", &self.version).finish_non_exhaustive()
    }
}

fn damaged(path: &Path) -> Error {
    Error::internal(format!(
        "{} is no key file: it holds neither {LENGTH} bytes nor a list of versions",
        path.display()
    ))
}

mod base64_text {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::LENGTH;

    pub fn serialize<S: Serializer>(key: &[u8; LENGTH], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(key))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; LENGTH], D::Error> {
        let bytes = STANDARD.decode(String::deserialize(deserializer)?).map_err(|_| D::Error::custom("no base64"))?;
        bytes.try_into().map_err(|_| D::Error::custom("another length"))
    }
}
