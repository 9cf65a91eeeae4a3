//! SQLite: one writer, many readers, one file. Durable before the answer, and every owner in its own tables.
//!
//! [`Store::write`] and [`Store::lend`] run units of work on the one writer thread, each in its own transaction;
//! [`Store::read`] and [`Store::snapshot`] read from connections that cannot write. [`sql`] runs a plugin's SQL.

mod authorizer;
mod backup;
mod catalogue;
mod changes;
mod checkpoint;
pub mod checks;
mod deadline;
mod errors;
mod expansion;
mod export;
pub mod fault;
mod functions;
mod generations;
mod inspection;
mod linear;
pub mod migrations;
mod plugin_migrations;
mod plugin_tables;
mod queue;
mod readers;
mod rehearsal;
pub mod row;
pub mod schema;
mod scope;
mod session;
mod share;
pub mod sql;
mod storage;
mod sync;
mod tokens;
mod unit;
mod watch;
mod writer;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
pub use rusqlite::Connection;
use tokio::sync::oneshot;

pub use self::changes::Changes;
pub use self::deadline::{Deadline, thread_time};
pub use self::errors::sqlite_error;
pub use self::expansion::{Contraction, contractions};
pub use self::generations::{Marks, Seen, TableSet};
pub use self::migrations::Migration;
pub use self::plugin_tables::{Check, Files, drop_plugin_tables, plugin_prefix};
pub use self::readers::Snapshot;
pub use self::scope::Scope;
pub use self::session::Session;
#[cfg(test)]
pub(crate) use self::storage::shapes;
pub use self::unit::{Unit, Verdict};

use self::checks::Background;
use self::fault::Fault;
use self::queue::Queue;
use self::readers::Readers;
use self::session::Shared;
use self::sync::Sync;
use self::writer::{Finished, Work, Writer};
use crate::clock::Clock;
use crate::error::{Error, Result};

/// In whose name a unit of work runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The host itself.
    Core,
    /// A plugin, by its id.
    Plugin(Arc<str>),
}

/// How a store is opened; the default is what a site runs with.
#[derive(Clone)]
pub struct Options {
    /// Connections that read.
    pub readers: usize,
    /// Called instead of ending the process when the disk or the file can no longer be trusted.
    pub on_fault: fault::Hook,
    /// The host's tables.
    pub migrations: &'static [Migration],
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { readers: (cores * 2).max(8), on_fault: fault::exit(), migrations: migrations::MIGRATIONS }
    }
}

/// The database of one site. Clones share it; when the last one goes, waiting units are finished and the file is
/// closed in order.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    shared: Shared,
    clock: Clock,
    fault: Fault,
    queue: Arc<Queue>,
    sync: Arc<Sync>,
    readers: Arc<Readers>,
    writer: Mutex<Option<JoinHandle<()>>>,
    check: Mutex<Option<Background>>,
}

impl Store {
    /// Opens or creates the database file, checks it after an unclean stop and brings its tables up to date.
    ///
    /// # Errors
    /// When SQLite is too old, the file is damaged or cannot be opened, or a migration fails.
    pub fn open(path: &Path, clock: &Clock) -> Result<Self> {
        Self::open_with(path, clock, Options::default())
    }

    /// The same with other options.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(path: &Path, clock: &Clock, options: Options) -> Result<Self> {
        checks::version(rusqlite::version_number())?;
        Self::open_sound(path, clock, options).map_err(checks::name_damage)
    }

    fn open_sound(path: &Path, clock: &Clock, options: Options) -> Result<Self> {
        let shared = Shared { path: path.into(), catalogue: Arc::default(), generations: Arc::default() };
        let unclean = checks::enter(path)?;
        session::keep_private(path)?;
        let session = Session::writer(&shared)?;
        if unclean {
            checks::whole(session.connection())?;
        }
        migrations::run(&session, path, clock, options.migrations)?;
        shared.catalogue.load(session.connection())?;
        let fault = Fault::new(options.on_fault);
        let check = if unclean { None } else { Some(Background::start(&shared, fault.clone())?) };
        Self::start(shared, clock.clone(), session, fault, (options.readers, check))
    }

    fn start(
        shared: Shared,
        clock: Clock,
        session: Session,
        fault: Fault,
        (readers, check): (usize, Option<Background>),
    ) -> Result<Self> {
        let (queue, sync) = (Arc::new(Queue::new()), Arc::new(Sync::new()));
        let syncing = sync.start(sync::open_log(&shared.path)?, fault.clone())?;
        let writer = Writer {
            shared: shared.clone(),
            queue: Arc::clone(&queue),
            sync: Arc::clone(&sync),
            syncing,
            fault: fault.clone(),
        };
        let readers = Readers::new(shared.clone(), fault.clone(), readers);
        let (writer, check) = (Mutex::new(Some(writer.start(session)?)), Mutex::new(check));
        Ok(Self(Arc::new(Inner { shared, clock, fault, queue, sync, readers, writer, check })))
    }

    /// Runs one unit of work; durable when it returns `Ok`, without a trace when it returns `Err` or panics.
    ///
    /// # Errors
    /// What `work` returns; Unavailable when too much waits; StorageFull; Internal for a panic.
    pub async fn write<T: Send + 'static>(
        &self,
        owner: Owner,
        work: impl FnOnce(&mut Unit) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.lend(owner, move |mut unit| {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut unit)));
            let verdict = match outcome {
                Ok(Ok(value)) => Verdict::Commit(value),
                Ok(Err(error)) => Verdict::RollBack(Err(error)),
                Err(payload) => Verdict::RollBack(Err(writer::panicked(payload.as_ref()))),
            };
            (unit, verdict)
        })
        .await
    }

    /// Lends the open transaction to `work` on the writer thread, which hands it back with how it shall end. It may
    /// be moved into a slot meanwhile, so that a guest's host calls find it there. A unit that a panic takes along is
    /// rolled back.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn lend<T: Send + 'static>(
        &self,
        owner: Owner,
        work: impl FnOnce(Unit) -> (Unit, Verdict<T>) + Send + 'static,
    ) -> Result<T> {
        self.0.fault.check()?;
        let (answer, answered) = oneshot::channel();
        self.0.queue.push(&owner, turn(work, answer))?;
        answered.await.map_err(|_| queue::shutting_down())?
    }

    /// Reads from one snapshot, on the caller's thread.
    ///
    /// # Errors
    /// What `work` returns; Unavailable when all connections stay busy or the snapshot gets too old.
    pub async fn read<T>(&self, work: impl FnOnce(&Snapshot) -> Result<T>) -> Result<T> {
        let snapshot = self.snapshot(Owner::Core).await?;
        work(&snapshot)
    }

    /// A snapshot to keep for a while, at most a second; plugins share half of all connections.
    ///
    /// # Errors
    /// Unavailable when all connections stay busy.
    pub async fn snapshot(&self, owner: Owner) -> Result<Snapshot> {
        self.0.readers.snapshot(&owner).await
    }

    /// The generations of these tables now: equal to earlier ones as long as no row of them was changed. Ask before
    /// the snapshot is opened, and again later.
    #[must_use]
    pub fn generations(&self, tables: &TableSet) -> Vec<u64> {
        self.0.shared.generations.of(tables)
    }

    /// The generations of all tables now. Ask before the snapshot is opened; afterwards [`Marks::of`] tells those of
    /// the tables that it read.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.0.shared.generations.marks()
    }

    /// True as long as no row of these tables was changed since they were seen.
    #[must_use]
    pub fn holds(&self, seen: &Seen) -> bool {
        self.0.shared.generations.hold(seen)
    }

    /// Waits until a row of these tables is changed, seen from their `known` generations.
    pub async fn changed(&self, tables: &TableSet, known: &[u64]) {
        self.0.shared.generations.changed(tables, known).await;
    }

    /// A set of tables by name.
    #[must_use]
    pub fn tables<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> TableSet {
        let mut tables = TableSet::default();
        names.into_iter().for_each(|name| tables.insert(self.0.shared.generations.place(&name.to_ascii_lowercase())));
        tables
    }

    /// How often the log was synced since the store was opened.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.0.sync.count()
    }

    /// Copies the database as it is now into a new file, checked and durable, while reading and writing go on.
    ///
    /// # Errors
    /// Conflict when the file is already there; Internal when it cannot be written.
    pub async fn backup_to(&self, path: &Path) -> Result<()> {
        let snapshot = self.snapshot(Owner::Core).await?;
        let path = path.to_owned();
        let copied = tokio::task::spawn_blocking(move || backup::copy(&snapshot, &path));
        copied.await.map_err(Error::internal)?
    }

    /// Finishes waiting units, empties the log and closes the writer; later calls are refused.
    pub fn close(&self) {
        self.0.close();
    }
}

impl Inner {
    fn close(&self) {
        if let Some(check) = self.check.lock().take() {
            check.stop();
        }
        self.queue.close();
        let Some(writer) = self.writer.lock().take() else { return };
        // A unit's own closure may hold the last clone: the thread does not wait for itself.
        if writer.thread().id() != std::thread::current().id() && writer.join().is_err() {
            tracing::error!("the writer thread panicked");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// What the writer thread runs for one caller. Nothing is done for a caller that is gone.
fn turn<T: Send + 'static>(
    work: impl FnOnce(Unit) -> (Unit, Verdict<T>) + Send + 'static,
    answer: oneshot::Sender<Result<T>>,
) -> Work {
    Box::new(move |unit| match unit {
        Err(error) => {
            drop(answer.send(Err(error)));
            None
        }
        Ok(unit) if answer.is_closed() => Some(Finished { unit: Some(unit), commit: false, reply: Box::new(|_| ()) }),
        Ok(unit) => Some(match catch_unwind(AssertUnwindSafe(|| work(unit))) {
            Ok((unit, verdict)) => finished(unit, verdict, answer),
            Err(payload) => {
                let error = writer::panicked(payload.as_ref());
                Finished { unit: None, commit: false, reply: Box::new(move |_| drop(answer.send(Err(error)))) }
            }
        }),
    })
}

fn finished<T: Send + 'static>(unit: Unit, verdict: Verdict<T>, answer: oneshot::Sender<Result<T>>) -> Finished {
    let (commit, value) = match verdict {
        Verdict::Commit(value) => (true, Ok(value)),
        Verdict::RollBack(value) => (false, value),
    };
    Finished { unit: Some(unit), commit, reply: Box::new(move |outcome| drop(answer.send(outcome.and(value)))) }
}
