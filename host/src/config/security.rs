//! Passwords, keys, and who may make an account.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use jiff::SignedDuration;

use super::{DataDir, Source};

/// Beyond these a sign-in would take the whole machine: 4 GiB, 100 passes, 64 lanes.
const MOST_MEMORY: u32 = 4 << 20;
const MOST_PASSES: u32 = 100;
const MOST_LANES: u32 = 64;

/// Ten years: never, in practice.
const MOST_GRACE: u32 = 3650;

/// Passwords, keys, and who may make an account.
#[derive(Clone, Debug)]
pub struct Security {
    /// The file with the key that encrypts secrets.
    pub master_key_file: PathBuf,
    /// argon2id: KiB of memory.
    pub argon2_memory_kib: u32,
    /// argon2id: passes.
    pub argon2_iterations: u32,
    /// argon2id: lanes.
    pub argon2_parallelism: u32,
    /// How long a user whose role needs a second factor may go without.
    pub mfa_grace: SignedDuration,
    /// Whether strangers may make an account.
    pub registration: Registration,
}

/// What strangers who register become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registration {
    /// Nothing: accounts are made by administrators.
    #[default]
    Off,
    /// Viewers, once their address is confirmed.
    Viewer,
}

impl FromStr for Registration {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "off" => Ok(Self::Off),
            "viewer" => Ok(Self::Viewer),
            _ => Err(()),
        }
    }
}

impl Security {
    pub(super) fn read(source: &mut Source, data_dir: &DataDir) -> Self {
        let parallelism = source.within("ARGON2_PARALLELISM", 1..=MOST_LANES, 1);
        // argon2 needs eight blocks of a KiB for each lane.
        let memory = source.within("ARGON2_MEMORY_KIB", 8 * parallelism..=MOST_MEMORY, 19_456);
        Self {
            master_key_file: key_file(source).unwrap_or_else(|| data_dir.keys().join("master.key")),
            argon2_memory_kib: memory,
            argon2_iterations: source.within("ARGON2_ITERATIONS", 1..=MOST_PASSES, 2),
            argon2_parallelism: parallelism,
            registration: source.value("REGISTRATION", "off or viewer", Registration::Off),
            mfa_grace: SignedDuration::from_hours(24 * i64::from(source.within("MFA_GRACE_DAYS", 0..=MOST_GRACE, 7))),
        }
    }
}

/// A named key file lies in a folder that is there: one that is not is a slip of the pen, and a new key would hide it.
fn key_file(source: &mut Source) -> Option<PathBuf> {
    let path = PathBuf::from(source.text("MASTER_KEY_FILE")?);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() || path.is_dir() {
        source.unfit("MASTER_KEY_FILE", "a file in a folder that is there");
    }
    Some(path)
}
