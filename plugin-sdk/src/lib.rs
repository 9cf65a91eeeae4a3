//! Write Magnetiq plugins in Rust.
//!
//! A plugin is a struct with [`Plugin`] and one line, [`export!`]. `register` shows all that it adds to the site.

mod answer;
#[cfg(target_arch = "wasm32")]
mod arena;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod bindings;
mod body;
mod call;
mod column;
mod detached;
mod environment;
mod error;
mod export;
mod file;
mod form;
mod handler;
mod host;
mod jobs;
mod mail;
mod people;
pub mod prelude;
mod registry;
mod row;
mod snapshot;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
pub mod testing;
mod time;
mod tx;
mod urlencoded;
mod value;

pub use magnetiq_contract as contract;
pub use serde;
pub use serde_json;

pub use magnetiq_sdk_macros::{Choice, Form, Job, Resource, Row};

pub use answer::{Answer, Created, Json, Located, NoContent, Page, Redirect, Response};
pub use call::{Body, Bytes, Call, Request};
#[doc(hidden)]
pub use column::column_from_json;
pub use column::{Choice, Column, Resource};
pub use detached::{Detached, Request as Outbound, Response as Inbound};
pub use environment::{Environment, Level};
pub use error::{Code, Error, OrNotFound, Result};
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub use export::Exports;
#[doc(hidden)]
pub use export::{describe, render, run, serve};
pub use file::File;
#[doc(hidden)]
pub use form::nested;
pub use form::{At, Form, FormField, Input, Rules};
pub use handler::{Hears, Reads, Runs, Ticks, Writes};
pub use jobs::{Job, Queueing};
pub use mail::{Mail, Recipient};
pub use people::{Contacts, People, Person};
pub use registry::{BlockEntry, BlockView, Change, Due, PageEntry, Registry, ResourceEntry, RouteEntry, ScheduleEntry};
pub use row::{Columns, Row};
pub use snapshot::Snapshot;
pub use time::{NoTime, Span, Timestamp};
pub use tx::Tx;
pub use value::{FromValue, Params, ToValue};

/// A plugin.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// struct Notes;
///
/// impl Plugin for Notes {
///     fn register(site: &mut Registry) {
///         site.page("/", |_: &Snapshot| Ok(Page::new("notes.html", json!({}))));
///         site.get("/notes", list).permission("notes:read").summary("Lists the notes");
///         site.post("/notes", add).public().limit("10/min per address");
///         site.schedule("nightly", "0 3 * * *", tidy).label(("Tidies up", "Räumt auf"));
///     }
/// }
///
/// #[derive(Form)]
/// struct New {
///     #[field(max = 200)]
///     text: String,
/// }
///
/// fn list(db: &Snapshot) -> Result<Json<Vec<String>>> {
///     db.all("SELECT text FROM p_notes__notes WHERE deleted_at IS NULL", ()).map(Json)
/// }
///
/// fn add(tx: &Tx, call: Call<New>) -> Result<Created<i64>> {
///     let now = tx.now();
///     let sql = "INSERT INTO p_notes__notes (text, created_at, updated_at) VALUES (?, ?, ?)";
///     tx.insert(sql, (call.body.text, now, now)).map(Created)
/// }
///
/// fn tidy(tx: &Tx) -> Result<()> {
///     tx.execute("DELETE FROM p_notes__notes WHERE deleted_at IS NOT NULL", ()).map(drop)
/// }
/// ```
pub trait Plugin: 'static {
    /// Lists what it adds to the site: pages, routes, resources, blocks, schedules, jobs, events.
    fn register(site: &mut Registry);
}
