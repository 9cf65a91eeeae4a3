//! Described tables made into lists, forms, exports and API: the host's own and those of plugins alike.

pub mod actor;
pub mod audit;
mod store;

pub use actor::{Actor, ActorKind};
