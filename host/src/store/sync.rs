//! The second half of a commit: one sync of the write-ahead log covers all units committed since the last, and only
//! then are they answered.
//!
//! The log carries no POSIX locks, so that a descriptor of its own is safe; a second one on the database file or on
//! `-shm` would drop SQLite's locks when it is closed, and is never opened. The log file itself stays the same for as
//! long as the store is open: SQLite starts it over or cuts it, and syncs it before it copies pages out of it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};

use crate::durable;
use crate::error::{Error, Result};
use crate::store::fault::{self, Fault};

/// Answers a unit: with its value, or with what went wrong after its commit.
pub(super) type Reply = Box<dyn FnOnce(Result<()>) + Send>;

/// Committed units that wait for the disk.
pub(super) struct Sync {
    state: Mutex<State>,
    filled: Condvar,
    syncs: AtomicU64,
}

#[derive(Default)]
struct State {
    waiting: Vec<Reply>,
    closed: bool,
}

impl Sync {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default(), filled: Condvar::new(), syncs: AtomicU64::new(0) }
    }

    /// Starts the thread that syncs `log`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(self: &Arc<Self>, log: File, fault: Fault) -> Result<JoinHandle<()>> {
        let sync = Arc::clone(self);
        Ok(std::thread::Builder::new().name("store-sync".into()).spawn(move || sync.run(&log, &fault))?)
    }

    /// Answers a committed unit after the next sync.
    pub(super) fn add(&self, reply: Reply) {
        self.state.lock().waiting.push(reply);
        self.filled.notify_one();
    }

    /// How often the log was synced.
    pub(super) fn count(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    /// Lets the thread end once all units are answered.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.filled.notify_one();
    }

    fn run(&self, log: &File, fault: &Fault) {
        while let Some(replies) = self.take() {
            if let Err(error) = log.sync_data() {
                fault.trip(&format!("the write-ahead log could not be synced: {error}"));
            }
            self.syncs.fetch_add(1, Ordering::Relaxed);
            for reply in replies {
                reply(if fault.tripped() { Err(fault::stopped()) } else { Ok(()) });
            }
        }
    }

    fn take(&self) -> Option<Vec<Reply>> {
        let mut state = self.state.lock();
        while state.waiting.is_empty() && !state.closed {
            self.filled.wait(&mut state);
        }
        (!state.waiting.is_empty()).then(|| std::mem::take(&mut state.waiting))
    }
}

/// Opens the log of a database, which must exist, and makes its name durable: SQLite leaves that to its own first sync.
pub(super) fn open_log(database: &Path) -> Result<File> {
    let log = File::open(log_path(database)).map_err(Error::internal)?;
    log.sync_data()?;
    sync_folder(database)?;
    Ok(log)
}

/// Makes the names of the files in the database's folder durable.
pub(super) fn sync_folder(database: &Path) -> Result<()> {
    Ok(database.parent().map_or(Ok(()), durable::sync_folder)?)
}

pub(super) fn log_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_failed_sync_trips_and_acknowledges_nothing() {
        let (tripped, reasons) = mpsc::channel();
        let fault = Fault::new(Arc::new(move |reason| tripped.send(reason.to_owned()).unwrap()));
        let sync = Arc::new(Sync::new());
        // A device that cannot be synced.
        let thread = sync.start(File::open("/dev/null").unwrap(), fault).unwrap();
        let (answer, answers) = mpsc::channel();
        sync.add(Box::new(move |outcome| answer.send(outcome.is_ok()).unwrap()));
        assert!(!answers.recv().unwrap());
        assert!(reasons.try_recv().unwrap().contains("could not be synced"));
        sync.close();
        thread.join().unwrap();
    }
}
