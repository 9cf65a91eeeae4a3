//! A unit of work: the writer's connection inside its own transaction.

use std::ops::Deref;

use rusqlite::Connection;

use crate::error::{Code, Error, Result};
use crate::store::Changes;
use crate::store::Deadline;
use crate::store::Owner;
use crate::store::generations::TableSet;
use crate::store::scope::Scope;
use crate::store::session::Session;

/// The one open transaction. It dereferences to the connection, which runs in the host's scope.
pub struct Unit {
    session: Session,
    owner: Owner,
    pages_before: i64,
}

/// How a unit ends and what its caller gets.
pub enum Verdict<T> {
    /// All changes stay; the caller gets the value once they are durable.
    Commit(T),
    /// No change stays; the caller gets this at once. An error answer of a plugin is a value too.
    RollBack(Result<T>),
}

impl Unit {
    /// Wraps a connection in which a transaction has just begun.
    pub(super) fn new(session: Session, owner: Owner, deadline: Deadline) -> Result<Self> {
        session.watch().forget_writes();
        session.set_deadline(Some(deadline));
        let pages_before = match owner {
            Owner::Core => 0,
            Owner::Plugin(_) => used_pages(&session)?,
        };
        session.watch().replace_scope(Scope::Core);
        Ok(Self { session, owner, pages_before })
    }

    /// In whose name it runs.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The connection with its scope and deadline, for [`crate::store::sql`].
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Interrupts statements once it has passed, and ends the unit without a trace when one is interrupted.
    pub fn set_deadline(&self, deadline: Deadline) {
        self.session.set_deadline(Some(deadline));
    }

    /// Until when it may take.
    #[must_use]
    pub fn deadline(&self) -> Option<Deadline> {
        self.session.watch().deadline()
    }

    /// Pages of the file that this unit has taken so far, less those it gave back; of plugins' units alone.
    ///
    /// # Errors
    /// When SQLite cannot count.
    pub fn pages_added(&self) -> Result<i64> {
        match self.owner {
            Owner::Core => Ok(0),
            Owner::Plugin(_) => Ok(used_pages(&self.session)? - self.pages_before),
        }
    }

    /// Pages that the owner's earlier units have taken. A page has 4,096 bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn pages_stored(&self) -> Result<i64> {
        let Owner::Plugin(plugin) = &self.owner else { return Ok(0) };
        let _scope = self.session.enter(Scope::Store);
        let mut statement =
            self.prepare_cached("SELECT coalesce(sum(pages), 0) FROM plugin_storage WHERE owner = ?")?;
        Ok(statement.query_row([plugin.as_ref()], |row| row.get(0))?)
    }

    /// The tables of which rows were changed, cascades included.
    #[must_use]
    pub fn written(&self) -> TableSet {
        self.session.watch().written()
    }

    /// Remembers from now on which rows are changed, for [`Unit::take_changes`].
    pub fn follow_changes(&self) {
        self.session.watch().begin_changes();
    }

    /// What was changed since [`Unit::follow_changes`], which ends here.
    #[must_use]
    pub fn take_changes(&self) -> Changes {
        self.session.watch().take_changes()
    }

    /// False once SQLite has ended the transaction by itself: a statement was interrupted or said OR ROLLBACK.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.session.connection().is_autocommit()
    }

    /// Refuses work after the transaction has ended.
    ///
    /// # Errors
    /// Conflict.
    pub fn check_open(&self) -> Result<()> {
        if self.is_open() { Ok(()) } else { Err(ended()) }
    }

    pub(super) fn into_session(self) -> Session {
        self.session
    }
}

impl Deref for Unit {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.session.connection()
    }
}

/// What is answered when SQLite ended the transaction before its unit did.
pub(super) fn ended() -> Error {
    Error::new(
        Code::Conflict,
        (
            "The transaction was rolled back by one of its statements; nothing was saved.",
            "Eine der Anweisungen hat die Transaktion zurückgenommen; nichts wurde gespeichert.",
        ),
    )
}

fn used_pages(session: &Session) -> Result<i64> {
    let _scope = session.enter(Scope::Store);
    let number = |sql: &str| -> rusqlite::Result<i64> {
        session.connection().prepare_cached(sql)?.query_row([], |row| row.get(0))
    };
    Ok(number("PRAGMA page_count")? - number("PRAGMA freelist_count")?)
}
