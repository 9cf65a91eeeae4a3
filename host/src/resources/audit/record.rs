//! A record as it is stored and exported.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result};

/// A record with all that proves it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Counts from 1, without gaps.
    pub id: i64,
    /// `user`, `visitor` or `system`.
    pub actor_kind: String,
    /// The user.
    pub actor_id: Option<i64>,
    /// What was done.
    pub action: String,
    /// To which list.
    pub resource: String,
    /// To which record of it.
    pub record_id: Option<i64>,
    /// The row before, as JSON text.
    pub before: Option<String>,
    /// The row after, as JSON text.
    pub after: Option<String>,
    /// SHA-256 over salt and `before`.
    pub before_hash: Option<String>,
    /// SHA-256 over salt and `after`.
    pub after_hash: Option<String>,
    /// None once values were erased, and in records from before the chain.
    pub salt: Option<Vec<u8>>,
    /// In which request.
    pub request_id: String,
    /// When.
    pub created_at: String,
    /// Over the hash of the record before and this one; none before the chain.
    pub hash: Option<String>,
}

impl Record {
    /// Its line of an export: JSON, in which the values stand letter by letter as they were hashed.
    ///
    /// # Errors
    /// When a stored value is no JSON.
    pub fn line(&self) -> Result<String> {
        let line = Line {
            id: self.id,
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id,
            action: &self.action,
            resource: &self.resource,
            record_id: self.record_id,
            before: raw(self.before.as_ref())?,
            after: raw(self.after.as_ref())?,
            salt: self.salt.as_ref().map(hex::encode),
            before_hash: self.before_hash.as_deref(),
            after_hash: self.after_hash.as_deref(),
            request_id: &self.request_id,
            created_at: &self.created_at,
            hash: self.hash.as_deref(),
        };
        Ok(serde_json::to_string(&line)? + "\n")
    }
}

fn raw(text: Option<&String>) -> Result<Option<Box<RawValue>>> {
    text.map(|text| RawValue::from_string(text.clone())).transpose().map_err(Error::from)
}

#[derive(Serialize)]
struct Line<'a> {
    id: i64,
    actor_kind: &'a str,
    actor_id: Option<i64>,
    action: &'a str,
    resource: &'a str,
    record_id: Option<i64>,
    before: Option<Box<RawValue>>,
    after: Option<Box<RawValue>>,
    salt: Option<String>,
    before_hash: Option<&'a str>,
    after_hash: Option<&'a str>,
    request_id: &'a str,
    created_at: &'a str,
    hash: Option<&'a str>,
}
