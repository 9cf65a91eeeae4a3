//! What happens to a message beside being sent: another chance, the end of its content, the end of its recipient.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::store;
use crate::clock::{self, Clock};
use crate::error::{Code, Error, Result};
use crate::resources::Actor;
use crate::resources::audit::{self, Change};
use crate::store::Connection;

/// Days that a message's content is kept after it was sent or cancelled.
const CONTENT_DAYS: i64 = 30;
/// Days that the content of a dead one is kept, in which it may be tried again.
const DEAD_DAYS: i64 = 180;
/// Messages purged at once, so that the writer is not held long.
const BATCH: u32 = 2000;

/// Queues a dead message again with all its tries.
///
/// # Errors
/// 404 without such a message, 409 when it is not dead or its content is gone; the store's own.
pub fn retry(unit: &Connection, clock: &Clock, actor: &Actor, id: i64) -> Result<()> {
    match store::state(unit, id)?.ok_or_else(Error::not_found)? {
        (status, true) if status == "dead" => store::revive(unit, id, &clock.sql_now())?,
        _ => {
            let sentence = (
                "Only a message that was given up and whose content is still there can be sent again.",
                "Nur eine aufgegebene Nachricht, deren Inhalt noch da ist, kann erneut gesendet werden.",
            );
            return Err(Error::new(Code::Conflict, sentence));
        }
    }
    let (before, after) = (&json!({"status": "dead"}), &json!({"status": "queued"}));
    audit::record(unit, clock, actor, &Change { action: "retry", resource: "mail", id: Some(id), before, after })
}

/// Notes who sent a message to try the server.
///
/// # Errors
/// The store's own.
pub fn note_test(unit: &Connection, clock: &Clock, actor: &Actor, id: i64) -> Result<()> {
    let (before, after) = (&serde_json::Value::Null, &json!({"status": "queued"}));
    audit::record(unit, clock, actor, &Change { action: "test", resource: "mail", id: Some(id), before, after })
}

/// Removes the content of messages that ended long ago; who got which when stays, and so do keys.
///
/// # Errors
/// The store's own.
pub fn purge(unit: &Connection, clock: &Clock) -> Result<()> {
    let now = clock.now();
    for (status, days) in [("sent", CONTENT_DAYS), ("cancelled", CONTENT_DAYS), ("dead", DEAD_DAYS)] {
        let before = clock::sql(now - SignedDuration::from_hours(24 * days));
        for id in store::purgeable(unit, status, &before, BATCH)? {
            store::blank(unit, id, &clock::sql(now))?;
        }
    }
    Ok(())
}

/// Removes a contact from the outbox before the contact itself is erased; what had not left yet is cancelled.
///
/// # Errors
/// The store's own.
pub fn forget(unit: &Connection, clock: &Clock, contact: i64) -> Result<()> {
    let now = clock.sql_now();
    for id in store::ids_of_contact(unit, contact)? {
        store::blank(unit, id, &now)?;
        store::forget(unit, id, &now)?;
    }
    Ok(())
}

/// Every message to a contact, newest first, for its export: when it was sent, where, and what it was called.
///
/// # Errors
/// The store's own.
pub fn recall(snapshot: &Connection, contact: i64) -> Result<Vec<Value>> {
    let ids = store::ids_of_contact(snapshot, contact)?;
    ids.into_iter().rev().map(|id| store::summary(snapshot, id)).collect()
}
