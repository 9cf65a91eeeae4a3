//! When the write-ahead log's pages go into the database file: by the writer alone, between two units.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::scope::Scope;
use crate::store::session::Session;
use crate::store::sync::log_path;

/// Pages in the log at which it is copied; readers go on meanwhile.
const LONG: i32 = 1000;

/// Size of the log file in bytes above which it is cut while nothing else is to be done.
const LARGE: u64 = 4 << 20;

/// Remembers how far the last checkpoint came.
pub(super) struct Checkpoints {
    log: PathBuf,
    /// The log must have grown to this many pages before the next try: an old snapshot may have stopped the last one.
    next: i32,
}

impl Checkpoints {
    pub(super) fn new(database: &Path) -> Self {
        Self { log: log_path(database), next: LONG }
    }

    /// Copies a long log; waits for nobody.
    pub(super) fn when_long(&mut self, session: Option<&Session>) {
        let Some(session) = session else { return };
        let pages = session.watch().log_pages();
        if pages < LONG {
            self.next = LONG;
        }
        if pages < self.next {
            return;
        }
        self.next = if checkpoint(session, "PASSIVE") { pages.max(LONG) } else { pages } + LONG;
    }

    /// Empties a large log file.
    pub(super) fn when_idle(&mut self, session: Option<&Session>) {
        let large = std::fs::metadata(&self.log).is_ok_and(|log| log.len() > LARGE);
        if let Some(session) = session.filter(|_| large) {
            truncate(session);
        }
    }
}

/// Copies all pages and empties the log, unless a snapshot is in the way; true when it is empty.
pub(super) fn truncate(session: &Session) -> bool {
    let connection = session.connection();
    let done = without_waiting(connection, session, || checkpoint(session, "TRUNCATE"));
    if done {
        session.watch().note_log(0);
    }
    done
}

/// A checkpoint that empties the log would wait for readers, and the units behind it for both.
fn without_waiting(connection: &Connection, session: &Session, work: impl FnOnce() -> bool) -> bool {
    let _scope = session.enter(Scope::Store);
    let patience = |milliseconds| connection.busy_timeout(std::time::Duration::from_millis(milliseconds));
    let done = patience(0).is_ok() && work();
    if let Err(error) = patience(5000) {
        tracing::error!(%error, "the writer's patience could not be set back");
    }
    done
}

/// True when the whole log was copied.
fn checkpoint(session: &Session, mode: &str) -> bool {
    let _scope = session.enter(Scope::Store);
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    let outcome = session
        .connection()
        .query_row(&sql, [], |row| Ok((row.get::<_, i64>(0)? == 0, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)));
    match outcome {
        Ok((free, log, copied)) => free && log == copied,
        Err(error) => {
            super::fault::notice(&error);
            tracing::warn!(%error, mode, "the write-ahead log could not be copied");
            false
        }
    }
}
