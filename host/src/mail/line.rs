//! Whether the mail server answers. A server that is away is no message's fault: while it is, no message is taken and
//! no try is counted.

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

use super::transport::Transport;
use crate::jobs::backoff::Backoff;

/// Waits between looks at a server that is away.
const BACKOFF: Backoff = Backoff { first: 5, factor: 2, most: 300 };
/// Seconds for which an answer is believed.
const BELIEVED: i64 = 30;

/// What is known of the way out.
#[derive(Default)]
pub struct Line(Mutex<State>);

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Unknown,
    Up {
        until: Timestamp,
    },
    Down {
        until: Timestamp,
        failures: u32,
        reason: String,
    },
}

impl Line {
    /// None when messages may be sent; otherwise when to look again.
    pub async fn closed_until(&self, transport: &Transport, now: Timestamp) -> Option<Timestamp> {
        let failures = match &*self.0.lock() {
            State::Up { until } if now < *until => return None,
            State::Down { until, .. } if now < *until => return Some(*until),
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
        *self.0.lock() = State::Unknown;
    }

    /// Why nothing leaves, while that is so.
    pub fn trouble(&self) -> Option<String> {
        match &*self.0.lock() {
            State::Down { reason, .. } => Some(reason.clone()),
            State::Up { .. } | State::Unknown => None,
        }
    }

    fn open(&self, now: Timestamp) -> Option<Timestamp> {
        *self.0.lock() = State::Up { until: now + SignedDuration::from_secs(BELIEVED) };
        None
    }

    fn close(&self, now: Timestamp, failures: u32, reason: String) -> Timestamp {
        tracing::warn!(reason, failures, "the mail server cannot be reached; messages wait");
        let until = now + BACKOFF.after(failures);
        *self.0.lock() = State::Down { until, failures, reason };
        until
    }
}
