//! The outbox: a message is queued in the unit of what caused it, and a worker renders, sends and marks it afterwards.
//!
//! Each row is one message to one recipient, so that a fault of one never sends another again. Delivery is at least
//! once: when the process dies between the server's answer and the mark, the message is sent again under the same
//! Message-ID.

pub mod calendar;
mod compose;
mod described;
mod keep;
mod line;
mod queue;
mod render;
pub mod routes;
mod store;
#[cfg(test)]
mod tests;
mod transport;
mod worker;

pub use described::table;
pub use keep::{forget, purge, recall, retry};
pub use queue::{NewMessage, cancel, queue};
pub use render::{Linker, Renderer, Request, SiteInfo, Templates};
#[cfg(test)]
pub(crate) use store::shapes;
pub use transport::Transport;
pub use worker::Worker;
