//! Connections that read: a fixed number of them, each one snapshot at a time, plugins at most half of all.

use std::ops::Deref;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};
use crate::store::Deadline;
use crate::store::Owner;
use crate::store::fault::Fault;
use crate::store::generations::TableSet;
use crate::store::scope::Scope;
use crate::store::session::{Session, Shared};

/// An older snapshot is interrupted: while it lives, the log cannot be emptied.
const OLDEST: Duration = Duration::from_secs(1);

/// How long a caller waits for a free connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// The connections of one store that read.
pub(super) struct Readers {
    shared: Shared,
    fault: Fault,
    idle: Mutex<Vec<Session>>,
    all: Arc<Semaphore>,
    plugins: Arc<Semaphore>,
}

/// One state of the database, from its first query until it is dropped. It dereferences to the connection, which
/// runs in the host's scope and refuses to write.
pub struct Snapshot {
    /// There until the drop.
    session: Option<Session>,
    readers: Arc<Readers>,
    _permits: Permits,
}

struct Permits {
    _all: OwnedSemaphorePermit,
    _plugin: Option<OwnedSemaphorePermit>,
}

impl Readers {
    pub(super) fn new(shared: Shared, fault: Fault, count: usize) -> Arc<Self> {
        Arc::new(Self {
            shared,
            fault,
            idle: Mutex::default(),
            all: Arc::new(Semaphore::new(count)),
            plugins: Arc::new(Semaphore::new((count / 2).max(1))),
        })
    }

    /// A snapshot, once a connection is free.
    ///
    /// # Errors
    /// Unavailable, when none becomes free in time.
    pub(super) async fn snapshot(self: &Arc<Self>, owner: &Owner) -> Result<Snapshot> {
        self.fault.check()?;
        let plugin = match owner {
            Owner::Core => None,
            Owner::Plugin(_) => Some(permit(&self.plugins).await?),
        };
        let permits = Permits { _all: permit(&self.all).await?, _plugin: plugin };
        let idle = self.idle.lock().pop();
        let session = match idle {
            Some(session) => session,
            None => Session::reader(&self.shared)?,
        };
        begin(&session)?;
        Ok(Snapshot { session: Some(session), readers: Arc::clone(self), _permits: permits })
    }

    fn take_back(&self, session: Session) {
        session.set_deadline(None);
        session.watch().replace_scope(Scope::Store);
        let ended = session.control("ROLLBACK");
        self.fault.look();
        if ended.is_ok() && session.connection().is_autocommit() {
            self.idle.lock().push(session);
        }
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    if let Ok(permit) = Arc::clone(semaphore).try_acquire_owned() {
        return Ok(permit);
    }
    let waited = tokio::time::timeout(PATIENCE, Arc::clone(semaphore).acquire_owned()).await;
    let sentence = ("Too many requests are reading.", "Zu viele Anfragen lesen gerade.");
    waited.ok().and_then(Result::ok).ok_or_else(|| Error::unavailable(sentence, 1))
}

fn begin(session: &Session) -> Result<()> {
    if session.watch().forget_reads() {
        session.connection().flush_prepared_statement_cache();
    }
    session.control("BEGIN")?;
    session.set_deadline(Some(Deadline::at(Instant::now() + OLDEST)));
    session.watch().replace_scope(Scope::Core);
    Ok(())
}

impl Snapshot {
    /// The connection with its scope and deadline, for [`crate::store::sql`].
    #[must_use]
    #[expect(clippy::expect_used, reason = "only the drop takes the session")]
    pub fn session(&self) -> &Session {
        self.session.as_ref().expect("a snapshot has its session until it is dropped")
    }

    /// The tables that were read so far, for asking later whether that is still current.
    #[must_use]
    pub fn tables_read(&self) -> TableSet {
        self.session().watch().tables_read()
    }
}

impl Deref for Snapshot {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.session().connection()
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.readers.take_back(session);
        }
    }
}
