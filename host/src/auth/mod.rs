//! Who are you, and what may you do.

pub mod caller;
pub mod permissions;
pub mod roles;

pub use caller::{Caller, SignedIn};
pub use permissions::{PermissionSet, Permissions};
pub use roles::Role;
