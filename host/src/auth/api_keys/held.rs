//! The keys that work, in memory, so that a request reads no database.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};

use super::{ApiKey, LENGTH, hash, store};
use crate::auth::permissions::PermissionSet;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Connection, Owner, Store};

/// That a key was used is written down once in so many microseconds.
const NOTED_EVERY: i64 = 60_000_000;

/// The keys that work. Clones share them.
#[derive(Clone)]
pub struct ApiKeys(Arc<Inner>);

struct Inner {
    store: Store,
    clock: Clock,
    by_hash: RwLock<HashMap<[u8; 32], Entry>>,
    /// One change at a time, so that the memory learns of them in the order of the database.
    turn: tokio::sync::Mutex<()>,
}

struct Entry {
    key: Arc<Held>,
    ends_at: Timestamp,
}

struct Held {
    id: i64,
    user: i64,
    scopes: PermissionSet,
    /// When its use was last written down.
    noted_at: AtomicI64,
    /// What a role holds, and what of it this key may.
    known: Mutex<Option<(Arc<PermissionSet>, Arc<PermissionSet>)>>,
}

/// Who shows a key that works.
pub struct Holder {
    /// Whose it is.
    pub user: i64,
    /// The key's id.
    pub key: i64,
    held: Arc<Held>,
}

impl Holder {
    /// What the key may do of what its user may now.
    #[must_use]
    pub fn permissions(&self, of_user: &Arc<PermissionSet>) -> Arc<PermissionSet> {
        let mut known = self.held.known.lock();
        match &*known {
            Some((whole, part)) if Arc::ptr_eq(whole, of_user) => part.clone(),
            _ => {
                let part: Arc<PermissionSet> = Arc::new(self.held.scopes.intersection(of_user).cloned().collect());
                *known = Some((of_user.clone(), part.clone()));
                part
            }
        }
    }
}

impl ApiKeys {
    /// The keys that the database knows.
    ///
    /// # Errors
    /// The store's.
    pub async fn load(store: &Store, clock: &Clock) -> Result<Self> {
        let (store, clock) = (store.clone(), clock.clone());
        let rows = store.read(|snapshot| store::all(snapshot)).await?;
        let inner = Inner { store, clock, by_hash: RwLock::default(), turn: tokio::sync::Mutex::default() };
        let keys = Self(Arc::new(inner));
        rows.iter().for_each(|row| keys.note(row));
        Ok(keys)
    }

    /// Waits for the turn to change a key.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.turn.lock().await
    }

    /// Notes a key as it is now, once that is durable: what it was before counts no more.
    pub(super) fn note(&self, row: &ApiKey) {
        let mut by_hash = self.0.by_hash.write();
        by_hash.retain(|_, entry| entry.key.id != row.id);
        if row.deleted_at.is_some() {
            return;
        }
        let noted_at = row.last_used_at.map_or(i64::MIN, Timestamp::as_microsecond);
        let key = Arc::new(Held {
            id: row.id,
            user: row.user_id,
            scopes: row.scopes().map(Arc::from).collect(),
            noted_at: AtomicI64::new(noted_at),
            known: Mutex::default(),
        });
        let before = row.previous_hash.as_ref().zip(row.previous_until);
        let before = before.map(|(hash, until)| (hash, until.min(row.expires_at)));
        for (hash, ends_at) in [(&row.key_hash, row.expires_at)].into_iter().chain(before) {
            let mut bytes = [0; 32];
            // What is no hash in the database opens nothing.
            if hex::decode_to_slice(hash, &mut bytes).is_ok() {
                by_hash.insert(bytes, Entry { key: key.clone(), ends_at });
            }
        }
    }

    /// Whose key this is, when it works now.
    #[must_use]
    pub fn holder(&self, key: &str, now: Timestamp) -> Option<Holder> {
        if key.len() != LENGTH {
            return None;
        }
        let by_hash = self.0.by_hash.read();
        let entry = by_hash.get(&hash(key)).filter(|entry| now < entry.ends_at)?;
        Some(Holder { user: entry.key.user, key: entry.key.id, held: entry.key.clone() })
    }

    /// Writes down that a key was used, once a minute, without making the answer wait. Needs a tokio runtime.
    pub fn note_use(&self, holder: &Holder, now: Timestamp) {
        let (at, noted) = (now.as_microsecond(), holder.held.noted_at.load(Ordering::Relaxed));
        let is_due = at.saturating_sub(noted) >= NOTED_EVERY;
        // Of many at once one writes.
        let noted_at = &holder.held.noted_at;
        if !is_due || noted_at.compare_exchange(noted, at, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        let (inner, key) = (self.0.clone(), holder.key);
        tokio::spawn(async move {
            let clock = inner.clock.clone();
            let write = move |unit: &Connection| store::note_use(unit, key, now, clock.now());
            if let Err(error) = inner.store.write(Owner::Core, move |unit| write(unit)).await {
                tracing::warn!(%error, key, "the use of a key was not written down");
            }
        });
    }
}
