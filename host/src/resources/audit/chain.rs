//! The chain of records: whoever changes, removes or slips in one breaks it from there on.
//!
//! `hash = SHA-256(hash of the record before ‖ record)` in hex, where `record` is the JSON array of id, actor_kind,
//! actor_id, action, resource, record_id, before_hash, after_hash, request_id and created_at without blanks, and the
//! first record follows 64 zeros. `before_hash = SHA-256(salt ‖ before)` in hex, null where there is no value.
//!
//! The chain covers hashes of the values, so that values about a person can be erased and the chain still holds. The
//! price: of a record whose values were erased only who, what, where and when is proven. That the last records were cut
//! off shows the chain alone to nobody: keep the last hash elsewhere, as an export or in the log, where it is written
//! once a day.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::error::Result;

/// Bytes of a salt.
pub const SALT: usize = 16;

/// What the first record follows.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a record's hash covers, in this order.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Covered<'a>(
    /// `id`
    pub i64,
    /// `actor_kind`
    pub &'a str,
    /// `actor_id`
    pub Option<i64>,
    /// `action`
    pub &'a str,
    /// `resource`
    pub &'a str,
    /// `record_id`
    pub Option<i64>,
    /// `before_hash`
    pub Option<&'a str>,
    /// `after_hash`
    pub Option<&'a str>,
    /// `request_id`
    pub &'a str,
    /// `created_at`
    pub &'a str,
);

/// The hash of a record that follows another.
///
/// # Errors
/// Never: a record is JSON.
pub fn link(previous: &str, covered: &Covered<'_>) -> Result<String> {
    let record = serde_json::to_vec(covered)?;
    Ok(hex::encode(Sha256::new_with_prefix(previous).chain_update(record).finalize()))
}

/// The hash of a value.
#[must_use]
pub fn value_hash(salt: &[u8], value: &str) -> String {
    hex::encode(Sha256::new_with_prefix(salt).chain_update(value).finalize())
}
