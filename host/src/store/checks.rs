//! What is looked at before a database is used, and after it stopped in the middle of something.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};

use crate::error::{Code, Error, Result};
use crate::store::Deadline;
use crate::store::fault::Fault;
use crate::store::session::{Session, Shared};
use crate::store::sync::sync_folder;
use crate::store::watch::Watch;
use crate::store::{checkpoint, schema};

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
        let sql = format!("PRAGMA quick_check(\"{table}\")");
        let verdict = session.connection().query_row(&sql, [], |row| row.get::<_, String>(0));
        match verdict.map_err(|error| (error.sqlite_error_code(), error)) {
            Ok(verdict) if verdict == "ok" => {}
            Ok(verdict) => return Ok(Some(verdict)),
            Err((Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase), error)) => {
                return Ok(Some(error.to_string()));
            }
            Err((_, error)) => return Err(Error::internal(error)),
        }
    }
    Ok(None)
}

fn damaged(fault: &str) -> Error {
    Error::new(Code::Internal, format!("The database is damaged ({fault}). Restore the newest backup."))
}

fn marker(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push("-running");
    path.into()
}
