//! What is looked at before a database is used, and after it stopped in the middle of something.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::error::{Code, Error, Result};
use crate::store::checkpoint;
use crate::store::session::Session;
use crate::store::sync::sync_folder;

/// Before it, two connections could corrupt a database while one commits and the other empties the log.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Refuses a SQLite with a known fault.
pub(super) fn version() -> Result<()> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        let found = rusqlite::version();
        return Err(Error::new(
            Code::Internal,
            format!("SQLite {found} can corrupt its log; 3.51.3 is the oldest to use."),
        ));
    }
    Ok(())
}

/// Marks the database as running; true when it was still marked, because it did not stop in order.
pub(super) fn enter(database: &Path) -> Result<bool> {
    let marker = marker(database);
    let unclean = marker.exists();
    if !unclean {
        File::create(&marker)?.sync_all()?;
        sync_folder(database)?;
    }
    Ok(unclean)
}

/// Empties the log and takes the mark away.
pub(super) fn leave(session: &Session, database: &Path) {
    checkpoint::truncate(session);
    if let Err(error) = std::fs::remove_file(marker(database)) {
        tracing::warn!(%error, "the mark of a running store could not be removed");
    }
}

/// Looks at every page and every key. Takes about a second per gigabyte.
///
/// # Errors
/// Internal with the first fault.
pub fn whole(connection: &Connection) -> Result<()> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(damaged(&verdict));
    }
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        None => Ok(()),
        Some(row) => {
            Err(damaged(&format!("{} points to a missing {}", row.get::<_, String>(0)?, row.get::<_, String>(2)?)))
        }
    }
}

fn damaged(fault: &str) -> Error {
    Error::new(Code::Internal, format!("The database is damaged ({fault}). Restore the newest backup."))
}

fn marker(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push("-running");
    path.into()
}
