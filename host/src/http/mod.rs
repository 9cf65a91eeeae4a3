//! Transport without domain: accept loop, layers, extractors, envelope, static files.

pub mod assets;
pub mod body;
pub mod client;
pub mod envelope;
pub mod head;
pub mod idempotency;
pub mod json;
pub mod language;
pub mod layers;
mod leads_to;
pub mod nonce;
pub mod path;
pub mod query;
pub mod rate;
pub mod routes;
pub mod server;

pub use envelope::{Envelope, NoContent};
pub use json::Json;
pub use leads_to::LeadsTo;
pub use path::Path;
pub use query::{Page, Parameters, Query};
pub use routes::{Routes, permission};
