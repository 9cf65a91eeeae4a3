//! What a plugin and its host say to each other.
//!
//! The border itself is `plugin-sdk/wit`; this crate holds the shapes that cross it as JSON or as rows, so that
//! both sides read one definition.

pub mod answer;
pub mod block;
pub mod call;
pub mod demo;
pub mod describe;
pub mod event;
pub mod expected;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod manifest;
pub mod names;
pub mod people;
pub mod row;
pub mod rule;
pub mod task;
pub mod text;

/// The version of the host's API that this crate speaks. Plugins name a semver range of it in `plugin.toml`.
pub const API_VERSION: &str = "0.1.0";
