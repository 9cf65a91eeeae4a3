//! Users of the site: who they are, how they come and go.

pub mod new_user;
pub mod routes;
pub mod setup;
pub mod users;

mod store;

pub use new_user::{NewUser, add_prepared, add_user};
#[cfg(test)]
pub(crate) use store::shapes;
