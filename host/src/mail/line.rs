//! Whether the mail server answers. A server that is away is no message's fault: while it is, no message is taken and
//! no try is counted.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::Mutex as AsyncMutex;

use super::transport::Transport;
use crate::jobs::backoff::Backoff;

/// Waits between looks at a server that is away.
const BACKOFF: Backoff = Backoff { first: 5, factor: 2, most: 300 };
/// Seconds for which an answer is believed.
const BELIEVED: i64 = 30;

/// What is known of the way out.
#[derive(Default)]
pub struct Line {
    state: Mutex<State>,
    /// Held by who looks: one sign-in that fails is enough, because a server may lock the user out after a few.
    looking: AsyncMutex<()>,
}

/// Why nothing may be sent now.
#[derive(Clone, Debug)]
pub struct Closed {
    /// When to look again.
    pub until: Timestamp,
    /// What the server, or the way to it, said.
    pub reason: String,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Unknown,
    Up {
        until: Timestamp,
    },
    Down {
        closed: Closed,
        failures: u32,
    },
}

impl Line {
    /// None when messages may be sent.
    pub async fn closed(&self, transport: &Transport, now: Timestamp) -> Option<Closed> {
        let _looking = self.looking.lock().await;
        let failures = match &*self.state.lock() {
            State::Up { until } if now < *until => return None,
            State::Down { closed, .. } if now < closed.until => return Some(closed.clone()),
            State::Down { failures, .. } => *failures,
            State::Up { .. } | State::Unknown => 0,
        };
        match transport.check().await {
            Ok(()) => self.open(now),
            Err(reason) => Some(self.close(now, failures + 1, reason)),
        }
    }

    /// Has the next message look again, because the last one met a fault.
    pub fn doubt(&self) {
        *self.state.lock() = State::Unknown;
    }

    /// Why nothing leaves, while that is so.
    pub fn trouble(&self) -> Option<String> {
        match &*self.state.lock() {
            State::Down { closed, .. } => Some(closed.reason.clone()),
            State::Up { .. } | State::Unknown => None,
        }
    }

    fn open(&self, now: Timestamp) -> Option<Closed> {
        *self.state.lock() = State::Up { until: now + SignedDuration::from_secs(BELIEVED) };
        None
    }

    fn close(&self, now: Timestamp, failures: u32, reason: String) -> Closed {
        tracing::warn!(reason, failures, "the mail server cannot be reached; messages wait");
        let closed = Closed { until: now + BACKOFF.after(failures), reason };
        *self.state.lock() = State::Down { closed: closed.clone(), failures };
        closed
    }
}
