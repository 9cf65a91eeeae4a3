//! The host: identity, storage, resources, routing, content and mail. It never knows a webinar.

pub mod app;
pub mod auth;
pub mod clock;
pub mod error;
pub mod jobs;
pub mod mail;
pub mod people;
pub mod resources;
pub mod store;
