//! Passwords and keys.

use std::path::PathBuf;

use super::{DataDir, Source};

/// Passwords and keys.
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
}

impl Security {
    pub(super) fn read(source: &mut Source, data_dir: &DataDir) -> Self {
        let number = "a whole number";
        Self {
            master_key_file: source
                .text("MASTER_KEY_FILE")
                .map_or_else(|| data_dir.keys().join("master.key"), PathBuf::from),
            argon2_memory_kib: source.value("ARGON2_MEMORY_KIB", number, 19_456),
            argon2_iterations: source.value("ARGON2_ITERATIONS", number, 2),
            argon2_parallelism: source.value("ARGON2_PARALLELISM", number, 1),
        }
    }
}
