//! Copies of the database, taken while it is in use.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::checks;
use crate::store::sync::sync_folder;

/// Copies the state that `source` sees into a new file, checks the copy and makes it durable. No file of that name is
/// there before the copy is whole.
pub(super) fn copy(source: &Connection, target: &Path) -> Result<()> {
    if target.exists() {
        return Err(Error::new(Code::Conflict, format!("{} is already there.", target.display())));
    }
    let partial = target.with_added_extension("partial");
    remove(&partial)?;
    let outcome = copy_all(source, &partial);
    let outcome = outcome.and_then(|()| publish(&partial, target));
    if outcome.is_err() {
        remove(&partial)?;
    }
    outcome
}

/// Copies the database into the folder beside it before its tables change by `what`.
pub(super) fn before(what: &str, source: &Connection, database: &Path, clock: &Clock) -> Result<PathBuf> {
    let folder = database.with_file_name("backups");
    std::fs::create_dir_all(&folder)?;
    let time = clock.now().strftime("%Y-%m-%dT%H-%M-%S-%6f");
    let target = folder.join(format!("before-{what}-{time}.db"));
    copy(source, &target)?;
    Ok(target)
}

/// All pages in one step, so that no commit in between makes it start over.
fn copy_all(source: &Connection, target: &Path) -> Result<()> {
    let mut copy = Connection::open(target)?;
    Backup::new(source, &mut copy)?.run_to_completion(i32::MAX, Duration::from_millis(50), None)?;
    // One file, without a log of its own.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    checks::whole(&copy)
}

fn publish(partial: &Path, target: &Path) -> Result<()> {
    std::fs::File::open(partial)?.sync_all()?;
    std::fs::rename(partial, target)?;
    sync_folder(target)
}

/// Takes a copy away, or what was begun of it.
pub(super) fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
