//! Requests with one key at the same moment: one works, the others wait for its answer.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::OwnedMutexGuard;

use super::Once;
use crate::error::{Code, Error, Result};

/// How long a request waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Route, caller and key.
type Key = (String, String, String);
type Turn = tokio::sync::Mutex<()>;

/// Who works under which key.
#[derive(Default)]
pub struct Turns(Mutex<HashMap<Key, Weak<Turn>>>);

impl Turns {
    /// Waits until no other request with this key is at work, and holds the others up until the turn is dropped.
    ///
    /// # Errors
    /// Conflict with the seconds to wait, when the one before takes too long.
    pub async fn take(&self, once: &Once) -> Result<OwnedMutexGuard<()>> {
        let waited = tokio::time::timeout(PATIENCE, self.turn(once).lock_owned()).await;
        let sentence = (
            "A request with this Idempotency-Key is at work.",
            "Eine Anfrage mit diesem Idempotency-Key wird gerade bearbeitet.",
        );
        let busy = || Error::new(Code::Conflict, sentence).retry_after(1);
        waited.map_err(|_| busy())
    }

    fn turn(&self, once: &Once) -> Arc<Turn> {
        let key = (once.route.clone(), once.caller.clone(), once.key.clone());
        let mut turns = self.0.lock();
        if let Some(turn) = turns.get(&key).and_then(Weak::upgrade) {
            return turn;
        }
        turns.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::default();
        turns.insert(key, Arc::downgrade(&turn));
        turn
    }
}
