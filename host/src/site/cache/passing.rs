//! Pages that cannot be kept, remembered for a while, so that nobody waits for another's rendering in vain.

use std::num::NonZeroUsize;

use jiff::{SignedDuration, Timestamp};
use lru::LruCache;
use parking_lot::Mutex;

use super::Key;

/// How long a page is taken for one that cannot be kept.
const HOLDS: SignedDuration = SignedDuration::from_mins(1);
/// Most pages that are remembered.
const MOST: NonZeroUsize = NonZeroUsize::new(1024).expect("not zero");

pub(super) struct Passing(Mutex<LruCache<Key, Timestamp>>);

impl Passing {
    pub fn new() -> Self {
        Self(Mutex::new(LruCache::new(MOST)))
    }

    /// Was the page found to be one that cannot be kept, not long ago?
    pub fn knows(&self, key: &Key, now: Timestamp) -> bool {
        let mut pages = self.0.lock();
        pages.get(key).is_some_and(|found| now.duration_since(*found).abs() < HOLDS)
    }

    /// The page cannot be kept.
    pub fn note(&self, key: Key, now: Timestamp) {
        self.0.lock().put(key, now);
    }

    /// The page can be kept after all.
    pub fn forget(&self, key: &Key) {
        self.0.lock().pop(key);
    }
}
