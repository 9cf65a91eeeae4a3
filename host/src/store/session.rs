//! One connection as the store opens it: with its limits, its authorizer and its deadline installed once.

use std::path::Path;
use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{Connection, OpenFlags};

use crate::durable;
use crate::error::Result;
use crate::store::Deadline;
use crate::store::authorizer;
use crate::store::catalogue::Catalogue;
use crate::store::generations::Generations;
use crate::store::linear;
use crate::store::scope::{Entered, Scope};
use crate::store::watch::Watch;

/// Steps of SQLite's virtual machine between two looks at the clock, some ten microseconds.
const STEPS_PER_LOOK: i32 = 1000;

/// Bytes of one value.
pub(super) const LONGEST_VALUE: usize = 16 << 20;

const LIMITS: &[(Limit, i32)] = &[
    (Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE as i32),
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20),
    (Limit::SQLITE_LIMIT_COLUMN, 200),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 127),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 16),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

const SWITCHES: &[(DbConfig, bool)] = &[
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true),
    (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    // Otherwise a statement is prepared anew whenever a value is bound that its plan had looked at.
    (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    // The last connection to close would otherwise remove the log under the sync thread's descriptor.
    (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
];

/// `hard_heap_limit` is for the whole process, in bytes.
const COMMON: &str = "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; \
    PRAGMA recursive_triggers = ON; PRAGMA hard_heap_limit = 536870912; PRAGMA busy_timeout = 5000;";
const WRITER: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0; \
    PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384;";
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -8192;";

/// What all connections of one store share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) path: Arc<Path>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) generations: Arc<Generations>,
}

/// A connection with what its callbacks know.
pub struct Session {
    connection: Connection,
    watch: Arc<Watch>,
}

impl Session {
    /// The one connection that writes.
    pub(super) fn writer(shared: &Shared) -> Result<Self> {
        let mut connection = open(&shared.path)?;
        connection.execute_batch(WRITER)?;
        let watch = Arc::new(Watch::new(Arc::clone(&shared.catalogue), Arc::clone(&shared.generations)));
        watch_commits(&mut connection, &watch)?;
        guard(&mut connection, &watch)?;
        Ok(Self { connection, watch })
    }

    /// A connection that cannot write.
    pub(super) fn reader(shared: &Shared) -> Result<Self> {
        let mut connection = open(&shared.path)?;
        connection.execute_batch(READER)?;
        let watch = Arc::new(Watch::new(Arc::clone(&shared.catalogue), Arc::clone(&shared.generations)));
        watch_statements(&mut connection, &watch)?;
        guard(&mut connection, &watch)?;
        Ok(Self { connection, watch })
    }

    /// The bare connection; its SQL runs in the scope that is set.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Interrupts statements once it has passed; `None` lets them run.
    pub fn set_deadline(&self, deadline: Option<Deadline>) {
        self.watch.set_deadline(deadline);
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        &self.watch
    }

    pub(super) fn enter(&self, scope: Scope) -> Entered<'_> {
        self.watch.enter(scope)
    }

    /// Lets a COMMIT through, which the commit hook refuses otherwise.
    pub(super) fn commit(&self) -> Result<()> {
        self.watch.set_committing(true);
        let outcome = self.control("COMMIT");
        self.watch.set_committing(false);
        Ok(outcome?)
    }

    /// Runs one of the store's own statements.
    pub(super) fn control(&self, sql: &str) -> rusqlite::Result<()> {
        let _scope = self.enter(Scope::Store);
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query([])?.next().map(drop)
    }
}

/// Closes the database to others than its owner. SQLite gives its log and that one's index the database's mode when it
/// makes them.
pub(super) fn keep_private(path: &Path) -> Result<()> {
    if !path.exists() {
        drop(durable::private(path)?);
    }
    for end in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        durable::close_to_others(Path::new(&file))?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    for (switch, on) in SWITCHES {
        connection.set_db_config(*switch, *on)?;
    }
    for (limit, value) in LIMITS {
        connection.set_limit(*limit, *value)?;
    }
    connection.execute_batch(COMMON)?;
    linear::install(&connection)?;
    connection.set_prepared_statement_cache_capacity(256);
    Ok(connection)
}

fn guard(connection: &mut Connection, watch: &Arc<Watch>) -> Result<()> {
    let deadline = Arc::clone(watch);
    connection.progress_handler(STEPS_PER_LOOK, Some(move || deadline.is_late()))?;
    let scope = Arc::clone(watch);
    connection
        .authorizer(Some(move |context: rusqlite::hooks::AuthContext<'_>| authorizer::authorize(&scope, context)))?;
    Ok(())
}

/// A transaction that SQLite itself has ended leaves the connection in autocommit; what a unit runs after that must
/// not commit by itself, so that every COMMIT but the store's own is refused.
fn watch_commits(connection: &mut Connection, watch: &Arc<Watch>) -> Result<()> {
    let commits = Arc::clone(watch);
    connection.commit_hook(Some(move || !commits.is_committing()))?;
    let rows = Arc::clone(watch);
    connection.update_hook(Some(move |_, _: &str, table: &str, row| rows.note_write(table, row)))?;
    let log = Arc::clone(watch);
    connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
        log.note_log(pages);
        Ok(())
    }))?;
    Ok(())
}

fn watch_statements(connection: &mut Connection, watch: &Arc<Watch>) -> Result<()> {
    let statements = Arc::clone(watch);
    let note = move |event: TraceEvent<'_>| {
        if let TraceEvent::Stmt(_, text) = event {
            statements.note_run(text);
        }
    };
    connection.trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(note))?;
    Ok(())
}
