//! What happens when the disk or the file can no longer be trusted: nothing more is acknowledged, the process ends,
//! and its supervisor starts it again, so that SQLite recovers from the log.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::ErrorCode;

use crate::error::{Error, Result};

/// "Try again later" in the list of `sysexits.h`; a supervisor restarts on it.
pub const EXIT_CODE: i32 = 75;

/// Called once with the reason; the default ends the process.
pub type Hook = Arc<dyn Fn(&str) + Send + Sync>;

thread_local! {
    /// A fatal error that was turned into an answer on this thread before anybody looked at its code.
    static SEEN: Cell<Option<ErrorCode>> = const { Cell::new(None) };
}

/// Ends the process, or tells a test that it would have.
#[derive(Clone)]
pub(super) struct Fault {
    hook: Hook,
    tripped: Arc<AtomicBool>,
}

impl Fault {
    pub(super) fn new(hook: Hook) -> Self {
        Self { hook, tripped: Arc::default() }
    }

    /// Stops all acknowledgements and calls the hook, once.
    pub(super) fn trip(&self, reason: &str) {
        if self.tripped.swap(true, Ordering::SeqCst) {
            return;
        }
        tracing::error!(reason, "the store stops");
        (self.hook)(reason);
    }

    /// True from the first fault on.
    pub(super) fn tripped(&self) -> bool {
        self.tripped.load(Ordering::SeqCst)
    }

    /// Refuses once a fault has happened.
    pub(super) fn check(&self) -> Result<()> {
        if self.tripped() { Err(stopped()) } else { Ok(()) }
    }

    /// Trips when an error on this thread since the last look was fatal.
    pub(super) fn look(&self) {
        if let Some(code) = SEEN.take() {
            self.trip(&format!("SQLite reported {code:?}"));
        }
    }
}

/// Ends the process with [`EXIT_CODE`].
pub(super) fn exit() -> Hook {
    Arc::new(|_| std::process::exit(EXIT_CODE))
}

/// Remembers an error after which the connection must not be used.
pub(super) fn notice(error: &rusqlite::Error) {
    if let Some(code) = error.sqlite_error_code().filter(|code| is_fatal(*code)) {
        SEEN.set(Some(code));
    }
}

/// What a unit gets that can no longer be acknowledged.
pub(super) fn stopped() -> Error {
    Error::unavailable(("The site is restarting.", "Die Website wird gerade neu gestartet."), 5)
}

fn is_fatal(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::SystemIoFailure | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
}
