//! What a connection's callbacks share with its user: scope, deadline, and what was read and written.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use parking_lot::Mutex;

use crate::store::catalogue::Catalogue;
use crate::store::changes::Changes;
use crate::store::deadline::Deadline;
use crate::store::generations::{Generations, TableSet};
use crate::store::scope::{Entered, Scope};

/// Statements whose tables are remembered; more than a connection keeps prepared.
const REMEMBERED: usize = 1024;

/// Shared by a connection's callbacks and its user, who are on one thread at a time.
pub(super) struct Watch {
    pub(super) catalogue: Arc<Catalogue>,
    generations: Arc<Generations>,
    scope: Mutex<Scope>,
    denied: Mutex<Option<String>>,
    deadline: Mutex<Option<Deadline>>,
    /// Set around the store's own COMMIT; any other one is turned into a rollback.
    committing: AtomicBool,
    schema_changed: AtomicBool,
    written: Mutex<TableSet>,
    /// Of a unit that is asked what it changed.
    changes: Mutex<Option<Changes>>,
    reads: Mutex<Reads>,
    log_pages: AtomicI32,
}

/// Tables read since the snapshot began. Preparing names them; a statement that was prepared earlier is found by its text.
#[derive(Default)]
struct Reads {
    seen: TableSet,
    /// Named by the authorizer, not yet known to which text they belong.
    prepared: Option<TableSet>,
    by_text: HashMap<Box<str>, TableSet>,
    /// A statement ran of which nothing is known: the connection must prepare all of them anew.
    stale: bool,
}

impl Watch {
    pub(super) fn new(catalogue: Arc<Catalogue>, generations: Arc<Generations>) -> Self {
        Self {
            catalogue,
            generations,
            scope: Mutex::new(Scope::Store),
            denied: Mutex::default(),
            deadline: Mutex::default(),
            committing: AtomicBool::new(false),
            schema_changed: AtomicBool::new(false),
            written: Mutex::default(),
            changes: Mutex::default(),
            reads: Mutex::default(),
            log_pages: AtomicI32::new(0),
        }
    }

    /// Runs SQL in `scope` until the guard goes.
    pub(super) fn enter(&self, scope: Scope) -> Entered<'_> {
        Entered::new(self, scope)
    }

    pub(super) fn replace_scope(&self, scope: Scope) -> Scope {
        std::mem::replace(&mut self.scope.lock(), scope)
    }

    pub(super) fn scope(&self) -> Scope {
        self.scope.lock().clone()
    }

    /// Remembers what the authorizer refused, for the error's sentence.
    pub(super) fn deny(&self, what: String) {
        *self.denied.lock() = Some(what);
    }

    pub(super) fn take_denied(&self) -> Option<String> {
        self.denied.lock().take()
    }

    /// Interrupts statements once it has passed.
    pub(super) fn set_deadline(&self, deadline: Option<Deadline>) {
        *self.deadline.lock() = deadline;
    }

    pub(super) fn deadline(&self) -> Option<Deadline> {
        *self.deadline.lock()
    }

    pub(super) fn is_late(&self) -> bool {
        self.deadline().is_some_and(|deadline| deadline.has_passed())
    }

    /// Lets the next COMMIT through, or no longer.
    pub(super) fn set_committing(&self, committing: bool) {
        self.committing.store(committing, Ordering::Relaxed);
    }

    pub(super) fn is_committing(&self) -> bool {
        self.committing.load(Ordering::Relaxed)
    }

    pub(super) fn note_schema_change(&self) {
        self.schema_changed.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_schema_change(&self) -> bool {
        self.schema_changed.load(Ordering::Relaxed)
    }

    pub(super) fn clear_schema_change(&self) {
        self.schema_changed.store(false, Ordering::Relaxed);
    }

    pub(super) fn note_log(&self, pages: i32) {
        self.log_pages.store(pages, Ordering::Relaxed);
    }

    /// Pages in the write-ahead log after the last commit.
    pub(super) fn log_pages(&self) -> i32 {
        self.log_pages.load(Ordering::Relaxed)
    }

    pub(super) fn note_write(&self, table: &str, row: i64) {
        let place = self.catalogue.counted(table, |name| self.generations.place(name));
        self.written.lock().insert(place);
        if let Some(changes) = self.changes.lock().as_mut() {
            changes.note();
            if matches!(*self.scope.lock(), Scope::Plugin(_)) {
                changes.note_row(table, row);
            }
        }
    }

    pub(super) fn begin_changes(&self) {
        *self.changes.lock() = Some(Changes::default());
    }

    pub(super) fn take_changes(&self) -> Changes {
        self.changes.lock().take().unwrap_or_default()
    }

    pub(super) fn written(&self) -> TableSet {
        self.written.lock().clone()
    }

    pub(super) fn forget_writes(&self) {
        self.written.lock().clear();
        *self.changes.lock() = None;
    }

    /// The authorizer was asked while a statement is prepared: about a table that it reads, or about something else.
    pub(super) fn note_prepare(&self, table: Option<&str>) {
        let place = table.map(|table| self.catalogue.counted(table, |name| self.generations.place(name)));
        let mut reads = self.reads.lock();
        let prepared = reads.prepared.get_or_insert_default();
        place.into_iter().for_each(|place| prepared.insert(place));
    }

    /// The statement that is prepared asks for the time or for chance.
    pub(super) fn note_volatile(&self) {
        self.reads.lock().prepared.get_or_insert_default().set_volatile();
    }

    /// A statement begins to run.
    pub(super) fn note_run(&self, text: &str) {
        self.reads.lock().run(text);
    }

    pub(super) fn tables_read(&self) -> TableSet {
        self.reads.lock().seen.clone()
    }

    /// Begins a new list of tables read; true when the prepared statements must be thrown away.
    pub(super) fn forget_reads(&self) -> bool {
        let mut reads = self.reads.lock();
        reads.seen.clear();
        reads.prepared = None;
        let stale = std::mem::take(&mut reads.stale) || reads.by_text.len() > REMEMBERED;
        if stale {
            reads.by_text.clear();
        }
        stale
    }
}

impl Reads {
    fn run(&mut self, text: &str) {
        if is_inner(text) {
            return;
        }
        if let Some(tables) = self.prepared.take() {
            self.seen.add(&tables);
            self.by_text.entry(text.into()).or_default().add(&tables);
        } else if let Some(tables) = self.by_text.get(text) {
            self.seen.add(tables);
        } else {
            self.seen.add(&TableSet::everything());
            self.stale = true;
        }
    }
}

/// Trigger programs, and the statements by which a full-text table reads its own insides while it is stepped.
fn is_inner(text: &str) -> bool {
    text.starts_with("--") || text.contains("'main'.") || text.contains("\"main\".")
}
