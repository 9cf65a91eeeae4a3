//! What is looked at before a database is used, and after it stopped in the middle of something.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row};

use crate::error::{Code, Error, Result};
use crate::store::Deadline;
use crate::store::fault::Fault;
use crate::store::session::{Session, Shared};
use crate::store::sync::sync_folder;
use crate::store::watch::Watch;
use crate::store::{checkpoint, schema};

/// Before it, two connections could corrupt a database while one commits and the other empties the log.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Refuses a SQLite with a known fault, by its version as SQLite counts it: 3.51.3 is 3051003.
pub(super) fn version(found: i32) -> Result<()> {
    if found >= OLDEST_SQLITE {
        return Ok(());
    }
    let (found, oldest) = (dotted(found), dotted(OLDEST_SQLITE));
    Err(Error::new(Code::Internal, format!("SQLite {found} can corrupt its log; {oldest} is the oldest to use.")))
}

fn dotted(version: i32) -> String {
    format!("{}.{}.{}", version / 1_000_000, version / 1_000 % 1_000, version % 1_000)
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
    match missing(connection, "PRAGMA foreign_key_check")? {
        None => Ok(()),
        Some(fault) => Err(damaged(&fault)),
    }
}

/// What to do about a file that cannot even be looked at; every other error stays what it is.
pub(super) fn name_damage(error: Error) -> Error {
    let cause = error.cause().and_then(|cause| cause.downcast_ref::<rusqlite::Error>());
    match cause.filter(|cause| is_damage(cause)).map(ToString::to_string) {
        Some(fault) => damaged(&fault),
        None => error,
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The first key that points to nothing.
fn missing(connection: &Connection, check: &str) -> rusqlite::Result<Option<String>> {
    let fault = |row: &Row<'_>| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("{table} points to a missing {parent}"))
    };
    connection.query_row(check, [], fault).optional()
}

/// Looks at every table in turn while the site is already in use. Table by table, because a snapshot of the whole
/// would keep the log from being emptied.
pub(super) struct Background {
    watch: Arc<Watch>,
    thread: JoinHandle<()>,
}

impl Background {
    /// Starts it.
    ///
    /// # Errors
    /// When there is no connection or no thread for it.
    pub(super) fn start(shared: &Shared, fault: Fault) -> Result<Self> {
        let session = Session::reader(shared)?;
        let watch = Arc::clone(session.watch());
        let look = move || match each_table(&session) {
            Ok(None) => {}
            Ok(Some(found)) => fault.trip(&damaged(&found).to_string()),
            Err(error) => tracing::debug!(%error, "the look at the database was not finished"),
        };
        Ok(Self { watch, thread: std::thread::Builder::new().name("store-check".into()).spawn(look)? })
    }

    /// Ends it where it is.
    pub(super) fn stop(self) {
        self.watch.set_deadline(Some(Deadline::at(Instant::now())));
        self.finish();
    }

    /// Waits until it is through.
    pub(super) fn finish(self) {
        if self.thread.join().is_err() {
            tracing::error!("the look at the database panicked");
        }
    }
}

/// The first fault that is found.
fn each_table(session: &Session) -> Result<Option<String>> {
    for table in schema::tables(session.connection())? {
        match fault_of(session.connection(), &table) {
            Ok(None) => {}
            Ok(found) => return Ok(found),
            Err(error) if is_damage(&error) => return Ok(Some(error.to_string())),
            Err(error) => return Err(Error::internal(error)),
        }
    }
    Ok(None)
}

fn fault_of(connection: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let verdict: String = connection.query_row(&format!("PRAGMA quick_check(\"{table}\")"), [], |row| row.get(0))?;
    if verdict == "ok" {
        missing(connection, &format!("PRAGMA foreign_key_check(\"{table}\")"))
    } else {
        Ok(Some(verdict))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sqlite_that_can_corrupt_its_log_is_refused_by_name() {
        for (found, shown) in [(3_051_002, "3.51.2"), (3_050_099, "3.50.99"), (2_008_017, "2.8.17")] {
            let refusal = version(found).unwrap_err().to_string();
            assert!(refusal.contains(&format!("SQLite {shown} ")) && refusal.contains("3.51.3"), "{refusal}");
        }
        for found in [3_051_003, 3_052_000, 4_000_000, rusqlite::version_number()] {
            assert!(version(found).is_ok(), "{found}");
        }
    }
}
