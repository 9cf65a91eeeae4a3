//! The host: identity, storage, resources, routing, content and mail. It never knows a webinar.

pub mod accounts;
#[cfg(test)]
mod agreement;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod durable;
pub mod error;
pub mod health;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod openapi;
pub mod people;
pub mod plugins;
pub mod resources;
pub mod router;
pub mod secrets;
pub mod shutdown;
pub mod site;
pub mod store;
pub mod workers;

/// A request allocates many small things and frees them at once, at which this one is quickest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
