//! Described tables made into lists, forms, exports and API: the host's own and those of plugins alike.
//!
//! A [`Table`] is a checked description. A [`View`] is what one caller may see of it; [`list`], [`read`] and [`csv`]
//! read through it. An [`Edit`] is one change in steps, so that a plugin's hooks run inside the unit of work.

pub mod actor;
mod answer;
pub mod audit;
mod body;
pub mod check;
mod condition;
pub mod csv;
mod description;
pub mod edit;
pub mod formats;
mod list;
pub mod openapi;
mod operation;
pub mod query;
pub mod reply;
pub mod request;
pub mod routes;
mod store;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod view;

pub use actor::{Actor, ActorKind};
pub use answer::{answer, export, show};
pub use edit::{Done, Edit, HookRunner, Target, Write, no_hooks};
pub use list::{Listing, Row, is_empty, list, read};
pub use operation::Operation;
pub use query::ListQuery;
pub use reply::Reply;
pub use request::{Begun, Request};
#[cfg(test)]
pub(crate) use store::audit::shapes;
pub use table::{Column, Table};
pub use value::valid;
pub use view::View;
