//! The outbox: a message is queued in the unit of what caused it, and a worker renders, sends and marks it afterwards.
//!
//! Each row is one message to one recipient, so that a fault of one never sends another again. Delivery is at least
//! once: when the process dies between the server's answer and the mark, the message is sent again under the same
//! Message-ID.

mod compose;
mod queue;
mod store;

pub use queue::{NewMessage, count_since, queue};
