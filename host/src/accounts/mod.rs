//! Users of the site: who they are, how they come and go.

pub mod email_change;
pub mod invitations;
pub mod letters;
pub mod links;
pub mod new_user;
pub mod notice;
pub mod password;
pub mod registration;
pub mod routes;
pub mod setup;
pub mod users;
pub mod visit;

mod record;
mod store;

pub use new_user::{NewUser, add_prepared, add_user};
#[cfg(test)]
pub(crate) use store::shapes;
