//! The one thread that writes: it takes unit after unit from the queue and gives each its own transaction.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::store::Deadline;
use crate::store::checkpoint::Checkpoints;
use crate::store::fault::Fault;
use crate::store::queue::{Next, Queue};
use crate::store::scope::Scope;
use crate::store::session::{Session, Shared};
use crate::store::sync::{Reply, Sync};
use crate::store::unit::Unit;
use crate::store::{Owner, checks, storage};

/// Gets the unit, or why there is none, and says how it ended.
pub(super) type Work = Box<dyn FnOnce(Result<Unit>) -> Option<Finished> + Send>;

/// A unit whose work is done.
pub(super) struct Finished {
    /// `None` when a panic took it along.
    pub(super) unit: Option<Unit>,
    pub(super) commit: bool,
    pub(super) reply: Reply,
}

/// A longer unit of the host is a mistake; of a plugin it is not allowed.
const CORE_DEADLINE: Duration = Duration::from_secs(10);
const PLUGIN_DEADLINE: Duration = Duration::from_millis(100);

/// How long nothing must come before the log is emptied.
const IDLE: Duration = Duration::from_millis(500);

/// What the thread owns.
pub(super) struct Writer {
    pub(super) shared: Shared,
    pub(super) queue: Arc<Queue>,
    pub(super) sync: Arc<Sync>,
    pub(super) syncing: JoinHandle<()>,
    pub(super) fault: Fault,
}

impl Writer {
    /// Starts the thread; it ends when the queue is closed and empty.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(self, session: Session) -> Result<JoinHandle<()>> {
        Ok(std::thread::Builder::new().name("store-writer".into()).spawn(move || self.run(session))?)
    }

    fn run(self, session: Session) {
        let mut checkpoints = Checkpoints::new(&self.shared.path);
        let mut session = Some(session);
        loop {
            match self.queue.next(IDLE) {
                Next::Run(owner, work) => session = self.turn(session, &owner, work),
                Next::Idle => checkpoints.when_idle(session.as_ref()),
                Next::Closed => break,
            }
            checkpoints.when_long(session.as_ref());
            self.fault.look();
        }
        self.finish(session);
    }

    /// One unit, charged to its owner. Returns the connection, unless it was lost.
    fn turn(&self, session: Option<Session>, owner: &Owner, work: Work) -> Option<Session> {
        let start = Instant::now();
        let session = match self.begin(session, owner) {
            Ok(unit) => work(Ok(unit)).and_then(|finished| self.end(finished)),
            Err(error) => {
                work(Err(error));
                None
            }
        };
        self.queue.charge(owner, start.elapsed());
        session
    }

    /// Opens a new connection when the last one was lost.
    fn begin(&self, session: Option<Session>, owner: &Owner) -> Result<Unit> {
        self.fault.check()?;
        let session = match session {
            Some(session) => session,
            None => Session::writer(&self.shared)?,
        };
        session.control("BEGIN IMMEDIATE")?;
        let allowance = if *owner == Owner::Core { CORE_DEADLINE } else { PLUGIN_DEADLINE };
        Unit::new(session, owner.clone(), Deadline::after(allowance))
    }

    /// Commits or rolls back, and answers: a commit after its sync, the rest at once.
    fn end(&self, finished: Finished) -> Option<Session> {
        let Finished { unit, commit, reply } = finished;
        let Some(unit) = unit else {
            reply(Ok(()));
            return None;
        };
        let outcome = if commit { self.commit(&unit) } else { Ok(()) };
        let session = settle(unit.into_session());
        if let Some(session) = &session {
            self.forget_schema(session);
        }
        self.fault.look();
        match outcome.and_then(|()| self.fault.check()) {
            Ok(()) if commit => self.sync.add(reply),
            outcome => reply(outcome),
        }
        session
    }

    fn commit(&self, unit: &Unit) -> Result<()> {
        unit.check_open()?;
        let (session, watch) = (unit.session(), unit.session().watch());
        session.set_deadline(None);
        storage::count(unit)?;
        // Before the commit, so that no reader sees a table that the authorizer does not know.
        if watch.has_schema_change() {
            let _scope = session.enter(Scope::Store);
            watch.catalogue.load(session.connection())?;
        }
        session.commit()?;
        watch.clear_schema_change();
        self.shared.generations.bump(&watch.written());
        Ok(())
    }

    /// Reads the tables anew when a unit that changed them was rolled back.
    fn forget_schema(&self, session: &Session) {
        if !session.watch().has_schema_change() {
            return;
        }
        session.watch().clear_schema_change();
        if let Err(error) = self.shared.catalogue.load(session.connection()) {
            self.fault.trip(&format!("the list of tables could not be read: {error}"));
        }
    }

    fn finish(self, session: Option<Session>) {
        self.sync.close();
        if self.syncing.join().is_err() {
            tracing::error!("the sync thread panicked");
        }
        if let (Some(session), false) = (session, self.fault.tripped()) {
            checks::leave(&session, &self.shared.path);
        }
    }
}

/// Rolls back what is still open. A connection that does not come back to autocommit is given up.
fn settle(session: Session) -> Option<Session> {
    session.set_deadline(None);
    session.watch().replace_scope(Scope::Store);
    if session.connection().is_autocommit() {
        return Some(session);
    }
    if let Err(error) = session.control("ROLLBACK") {
        tracing::error!(%error, "a unit could not be rolled back");
    }
    session.connection().is_autocommit().then_some(session)
}

/// What the caller gets whose work panicked.
pub(super) fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_default();
    Error::internal(format!("a unit of work panicked: {text}"))
}
