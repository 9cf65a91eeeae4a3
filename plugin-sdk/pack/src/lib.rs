//! Builds, checks and packs plugins. The host runs a component to hear its description; this crate never does.

pub mod component;
mod error;

pub use error::{Error, Result};
