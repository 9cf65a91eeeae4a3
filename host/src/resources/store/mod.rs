//! The only place of the resource engine that speaks SQL.

pub mod audit;

pub use rusqlite::Connection;
