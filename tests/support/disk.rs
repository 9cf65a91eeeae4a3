//! A disk that loses its power or fails, between the binary and its data folder. See `tests/power/disk.c`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::process::built_folder;
use crate::{Dice, Process};

/// Bytes that a disk writes or loses as one.
const BLOCK: usize = 4096;

/// A disk with a data folder on it.
pub struct Disk {
    folder: TempDir,
}

/// What can be wrong with a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiskFault {
    /// A sync says that it is done and does nothing.
    SyncLies,
    /// A sync fails.
    SyncFails,
    /// Writing fails.
    WriteFails,
    /// Reading fails.
    ReadFails,
    /// Files do not grow.
    Full,
    /// The process is killed in the middle of its so many-th write or sync from now on.
    DiesAt(u32),
}

/// What becomes of bytes that were written and not yet synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsynced {
    /// All are lost.
    Lost,
    /// Those of the database and of its log come through or are lost, block by block.
    ByChance,
}

impl DiskFault {
    fn name(self) -> &'static str {
        match self {
            Self::SyncLies => "sync-lies",
            Self::SyncFails => "sync-fails",
            Self::WriteFails => "write-fails",
            Self::ReadFails => "read-fails",
            Self::Full => "full",
            Self::DiesAt(_) => "dies-at",
        }
    }

    /// What is said of it besides its name.
    fn detail(self) -> String {
        if let Self::DiesAt(write) = self { write.to_string() } else { String::new() }
    }
}

impl Disk {
    /// An empty one; the data folder is not there yet.
    ///
    /// # Panics
    /// When there is no place for it.
    #[must_use]
    pub fn new() -> Self {
        let disk = Self { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(disk.live()).expect("a folder");
        disk.forget();
        disk
    }

    /// The data folder on it.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.live().join("data")
    }

    /// Serves the data folder from this disk. What is there before the first process starts is safe.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn serve(&self, variables: &[(&str, &str)]) -> Process {
        Process::serve(&self.data(), &self.below(variables))
    }

    /// The same for a start that fails: its exit code and what it said.
    ///
    /// # Panics
    /// When the binary is not built.
    #[must_use]
    pub fn serve_in_vain(&self, variables: &[(&str, &str)]) -> (Option<i32>, String) {
        let folder = self.data().display().to_string();
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data-dir", &folder];
        let output = Process::run(&arguments, &self.below(variables));
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// The disk fails from now on.
    ///
    /// # Panics
    /// When that cannot be said.
    pub fn fail(&self, fault: DiskFault) {
        // In one step: the process may look at any moment.
        let fresh = self.kept().join("fault");
        fs::write(&fresh, fault.detail()).expect("a fault");
        fs::rename(fresh, self.fault(fault)).expect("a fault");
    }

    /// The disk is well again.
    ///
    /// # Panics
    /// When it did not fail like that.
    pub fn mend(&self, fault: DiskFault) {
        fs::remove_file(self.fault(fault)).expect("a fault");
    }

    /// Puts into the folder what is left without power. Every process on it must have ended.
    ///
    /// # Panics
    /// When nothing was ever served from it.
    pub fn lose_power(&self, unsynced: Unsynced, dice: &mut Dice) {
        let left = self.folder.path().join("left");
        copy(&self.kept().join("image"), &left);
        if unsynced == Unsynced::ByChance {
            for name in ["magnetiq.db", "magnetiq.db-wal"] {
                mix(&left.join("data").join(name), &self.data().join(name), dice);
            }
        }
        fs::remove_dir_all(self.live()).expect("a folder");
        fs::rename(&left, self.live()).expect("a folder");
        self.forget();
    }

    fn below<'a>(&'a self, variables: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let text = |path: &'a Path| path.to_str().expect("a path in UTF-8");
        let own = [("LD_PRELOAD", text(library())), ("DISK_FOLDER", text(self.folder.path()))];
        variables.iter().copied().chain(own).collect()
    }

    fn forget(&self) {
        // Nothing is kept before the first start.
        let _ = fs::remove_dir_all(self.kept());
        fs::create_dir_all(self.kept().join("faults")).expect("a folder");
    }

    fn live(&self) -> PathBuf {
        self.folder.path().join("live")
    }

    fn kept(&self) -> PathBuf {
        self.folder.path().join("kept")
    }

    fn fault(&self, fault: DiskFault) -> PathBuf {
        self.kept().join("faults").join(fault.name())
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self::new()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("a name")) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        // A kept folder is a link.
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).expect("a copy");
        }
    }
}

/// Lets some blocks through of what was written and not synced.
fn mix(left: &Path, written: &Path, dice: &mut Dice) {
    let (Ok(mut bytes), Ok(newer)) = (fs::read(left), fs::read(written)) else { return };
    if dice.coin() {
        bytes.resize(newer.len(), 0);
    }
    for (old, new) in bytes.chunks_mut(BLOCK).zip(newer.chunks(BLOCK)) {
        let length = old.len().min(new.len());
        if dice.coin() {
            old[..length].copy_from_slice(&new[..length]);
        }
    }
    fs::write(left, bytes).expect("a file");
}

/// The library, compiled once in a test run.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("power/disk.c");
        let folder = built_folder().with_file_name("tmp");
        fs::create_dir_all(&folder).expect("a folder");
        let library = folder.join(format!("disk-{}.so", std::process::id()));
        let mut compiler = Command::new("cc");
        compiler.args(["-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-pthread", "-o"]);
        let status = compiler.arg(&library).arg(&source).status().expect("cc");
        assert!(status.success(), "{} does not compile", source.display());
        library
    })
}
