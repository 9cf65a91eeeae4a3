//! The only place of the resource engine that speaks SQL.

pub mod audit;
mod json;
mod rows;
pub mod schema;

pub use rows::{
    Select, Stored, any, count, exists, insert, is_taken, row_as_json, rows, rows_as_json, set_deleted_at, stored,
    update, updated_at,
};
