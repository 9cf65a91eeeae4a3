//! Write Magnetiq plugins in Rust.
//!
//! A plugin is a struct with [`Plugin`] and one line, [`export!`]. `register` shows all that it adds to the site.

mod answer;
#[cfg(target_arch = "wasm32")]
mod arena;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod bindings;
mod call;
mod detached;
mod environment;
mod error;
mod export;
mod handler;
mod host;
mod jobs;
mod mail;
mod people;
pub mod prelude;
mod registry;
mod row;
mod snapshot;
mod time;
mod tx;
mod urlencoded;
mod value;

pub use magnetiq_contract as contract;
pub use serde;
pub use serde_json;

pub use answer::{Answer, Created, File, Json, NoContent, Page, Redirect, Response};
pub use call::{Body, Bytes, Call, Request};
pub use detached::{Detached, Request as Outbound, Response as Inbound};
pub use environment::{Environment, Level};
pub use error::{Code, Error, OrNotFound, Result};
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub use export::Exports;
pub use export::{describe, serve};
pub use handler::{Reads, Writes};
pub use jobs::{Job, Queueing};
pub use mail::{Mail, Recipient};
pub use people::{Contacts, People, Person};
pub use registry::{PageEntry, Registry, RouteEntry};
pub use row::{Columns, Row};
pub use snapshot::Snapshot;
pub use time::{NoTime, Span, Timestamp};
pub use tx::Tx;
pub use value::{FromValue, Params, ToValue};

/// A plugin.
pub trait Plugin: 'static {
    /// Lists what it adds to the site: pages, routes, resources, blocks, schedules, jobs, events.
    fn register(site: &mut Registry);
}
