//! What keeps a topic on the site while people count on it, and who speaks on it.

use magnetiq_sdk::prelude::*;

use crate::model::{Appearance, Topic, TopicStatus};
use crate::store;

const ANNOUNCED: (&str, &str) = (
    "People have registered for sessions of this topic: cancel these first.",
    "Es gibt Anmeldungen für Termine dieses Themas: Sagen Sie diese zuerst ab.",
);
const TWICE: (&str, &str) =
    ("This person already speaks on this topic.", "Diese Person spricht schon zu diesem Thema.");

/// Refuses to take a topic off the site before its sessions are cancelled.
pub fn check(tx: &Tx, change: &mut Change<Topic>) -> Result<()> {
    let Some(before) = &change.before else { return Ok(()) };
    let hides = before.status == TopicStatus::Published && change.after.status != TopicStatus::Published;
    match hides && store::expected(tx, before.id)? > 0 {
        true => Err(Error::field("status", ANNOUNCED)),
        false => Ok(()),
    }
}

/// A topic that people count on stays out of the trash.
pub fn keep_announced(tx: &Tx, change: &Change<Topic>) -> Result<()> {
    match store::expected(tx, change.after.id)? {
        0 => Ok(()),
        _ => Err(Error::conflict(ANNOUNCED)),
    }
}

/// Somebody speaks on a topic once.
pub fn check_speaker(tx: &Tx, change: &mut Change<Appearance>) -> Result<()> {
    let Appearance { topic_id, speaker_id, .. } = change.after;
    let own = change.before.as_ref().map(|before| before.id);
    match store::speakers::speaks(tx, topic_id, speaker_id, own)? {
        true => Err(Error::field("speaker_id", TWICE)),
        false => Ok(()),
    }
}
