//! SQLite: one writer, many readers, one file.

pub mod migrations;

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
pub use rusqlite::Connection;
use rusqlite::{OpenFlags, TransactionBehavior};

use crate::clock::Clock;
use crate::error::{Code, Error, Result};

/// In whose name a unit of work runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The host itself.
    Core,
    /// A plugin, by its id.
    Plugin(Arc<str>),
}

/// The database of one site. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Arc<Mutex<Connection>>,
    path: Arc<Path>,
}

impl Store {
    /// Opens or creates the database file and brings its tables up to date.
    ///
    /// # Errors
    /// When the file cannot be opened or a migration fails.
    pub fn open(path: &Path, clock: &Clock) -> Result<Self> {
        let mut connection = Connection::open(path)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")?;
        migrations::run(&mut connection, clock)?;
        Ok(Self { writer: Arc::new(Mutex::new(connection)), path: path.into() })
    }

    /// Runs one unit of work; durable when it returns `Ok`, without a trace when it returns `Err`.
    ///
    /// # Errors
    /// What `work` returns, and the store's own.
    pub async fn write<T: Send + 'static>(
        &self,
        _owner: Owner,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut connection = self.writer.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let answer = work(&transaction)?;
        transaction.commit()?;
        Ok(answer)
    }

    /// Reads from one snapshot.
    ///
    /// # Errors
    /// What `work` returns, and the store's own.
    pub async fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let connection = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        work(&connection)
    }
}

/// What a SQLite error means for a caller.
pub fn sqlite_error(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => Error::new(Code::StorageFull, "The disk is full.").because(error),
        _ => Error::internal(error),
    }
}
