//! The keys that sign access tokens, and their succession.
//!
//! A new key is published at once and signs five minutes later, when whoever keeps the list of keys has read it anew. The
//! one before verifies until the last token that it signed has run out; then its file is removed. All of that follows
//! from the moment at which each key begins to sign, which stands in its file: no step of it can be missed.

pub mod file;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::json;

pub use self::file::SigningKey;
use super::events::{Kind, SecurityEvent, SecurityEvents};
use super::origin::Origin;
use super::tokens::{self, Tokens};
use crate::clock::Clock;
use crate::config::TokenAlgorithm;
use crate::error::{Error, Result};

/// For so long others may keep the list of keys; a new key signs no sooner.
pub const PUBLISHED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// How keys come and go.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where their files are.
    pub folder: PathBuf,
    /// How new ones sign.
    pub algorithm: TokenAlgorithm,
    /// How long the newest stays the newest; none for ever.
    pub rotation: Option<SignedDuration>,
}

/// What the older keys are worth after a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    /// They sign until the new one does, and verify what they signed.
    Trusted,
    /// Nothing, at once: somebody else may have them. The new key signs at once too.
    Compromised,
}

/// A key as operators see it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its name in tokens.
    pub kid: String,
    /// How it signs.
    pub algorithm: TokenAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// What it does now.
    pub stage: Stage,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Others may read it; it signs from this moment.
    Published(Timestamp),
    /// It signs.
    Signs,
    /// It verifies what it signed, until this moment.
    Verifies(Timestamp),
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Published(from) => write!(out, "is published and signs from {from}"),
            Self::Signs => out.write_str("signs"),
            Self::Verifies(until) => write!(out, "verifies until {until}"),
        }
    }
}

/// Makes, lists and retires keys. Clones share them.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    plan: Plan,
    clock: Clock,
    tokens: Tokens,
    events: SecurityEvents,
    /// The newest first.
    keys: Mutex<Vec<SigningKey>>,
    /// One rotation at a time.
    rotating: tokio::sync::Mutex<()>,
}

impl Keys {
    /// The keys that are there, which `tokens` sign and verify with already.
    #[must_use]
    pub fn new(plan: Plan, keys: Vec<SigningKey>, tokens: Tokens, events: SecurityEvents, clock: Clock) -> Self {
        let (keys, rotating) = (Mutex::new(keys), tokio::sync::Mutex::default());
        Self(Arc::new(Inner { plan, clock, tokens, events, keys, rotating }))
    }

    /// All keys that are worth something, the newest first.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let (keys, now) = (self.0.keys.lock(), self.0.clock.now());
        let signer = self.0.tokens.signer(now);
        let listed = keys.iter().enumerate().map(|(place, key)| Listed {
            kid: key.kid.clone(),
            algorithm: key.algorithm,
            created_at: key.created_at,
            stage: match (signer.as_ref() == Some(&key.kid), verifies_until(&keys, place)) {
                (true, _) => Stage::Signs,
                (false, _) if now < key.signs_from => Stage::Published(key.signs_from),
                (false, until) => Stage::Verifies(until.unwrap_or(Timestamp::MAX)),
            },
        });
        let alive = |listed: &Listed| !matches!(listed.stage, Stage::Verifies(until) if until <= now);
        listed.filter(alive).collect()
    }

    /// Makes a new key.
    ///
    /// # Errors
    /// When it cannot be made or written.
    pub async fn rotate(&self, old: Old) -> Result<SigningKey> {
        let _turn = self.0.rotating.lock().await;
        self.rotate_in_turn(old).await
    }

    /// Removes what is retired, and makes a new key when the newest is old enough or signs otherwise than it should.
    ///
    /// # Errors
    /// When a file cannot be written or removed.
    pub async fn tend(&self) -> Result<()> {
        let _turn = self.0.rotating.lock().await;
        self.retire(self.0.clock.now())?;
        let newest = self.0.keys.lock().first().map(|key| (key.algorithm, key.created_at));
        match newest {
            Some((algorithm, made)) if !self.is_due(algorithm, made) => Ok(()),
            _ => self.rotate_in_turn(Old::Trusted).await.map(drop),
        }
    }

    fn is_due(&self, algorithm: TokenAlgorithm, made: Timestamp) -> bool {
        let Plan { algorithm: wanted, rotation, .. } = &self.0.plan;
        algorithm != *wanted || rotation.is_some_and(|rotation| rotation <= self.0.clock.now().duration_since(made))
    }

    async fn rotate_in_turn(&self, old: Old) -> Result<SigningKey> {
        let now = self.0.clock.now();
        let signs_from = if old == Old::Compromised { now } else { now + PUBLISHED_FOR };
        let (algorithm, folder) = (self.0.plan.algorithm, self.0.plan.folder.clone());
        // An RSA key takes a while.
        let made = tokio::task::spawn_blocking(move || file::make(&folder, algorithm, now, signs_from));
        let made = made.await.map_err(Error::internal)??;
        let mut keys = self.0.keys.lock();
        let mut next = vec![made.clone()];
        match old {
            Old::Trusted => next.extend(keys.iter().cloned()),
            Old::Compromised => keys.iter().try_for_each(|key| file::remove(&self.0.plan.folder, key))?,
        }
        self.0.tokens.use_keys(&next)?;
        *keys = next;
        let details = json!({"kid": made.kid, "compromised": old == Old::Compromised});
        self.0.events.queue(SecurityEvent::new(Kind::SigningKeyRotated, &Origin::default()).details(details));
        Ok(made)
    }

    fn retire(&self, now: Timestamp) -> Result<()> {
        let mut keys = self.0.keys.lock();
        let kept = without_retired(&self.0.plan.folder, &keys, now)?;
        if kept.len() < keys.len() {
            self.0.tokens.use_keys(&kept)?;
            *keys = kept;
        }
        Ok(())
    }
}

/// Reads the keys of a folder, the newest first, and removes those that are retired; makes the first key where there is
/// none.
///
/// # Errors
/// When a file cannot be read, written or removed, or is not a key.
pub fn open(folder: &Path, algorithm: TokenAlgorithm, clock: &Clock) -> Result<Vec<SigningKey>> {
    let now = clock.now();
    let keys = file::read_all(folder)?;
    if keys.is_empty() {
        return Ok(vec![file::make(folder, algorithm, now, now)?]);
    }
    without_retired(folder, &keys, now)
}

/// Until when a key verifies: until the last token has run out that it signed before the next one began to. None for
/// the newest.
#[must_use]
pub fn verifies_until(keys: &[SigningKey], place: usize) -> Option<Timestamp> {
    let next = keys.get(place.checked_sub(1)?)?;
    Some(next.signs_from + tokens::LIFETIME)
}

fn without_retired(folder: &Path, keys: &[SigningKey], now: Timestamp) -> Result<Vec<SigningKey>> {
    let mut kept = Vec::new();
    for (place, key) in keys.iter().enumerate() {
        match verifies_until(keys, place) {
            Some(until) if until <= now => file::remove(folder, key)?,
            _ => kept.push(key.clone()),
        }
    }
    Ok(kept)
}
