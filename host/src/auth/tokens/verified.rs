//! Tokens whose signature was right: to check it again would take longer than everything else of a small request.

use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use parking_lot::Mutex;

use super::Claims;

/// Tokens remembered, of about a kilobyte each; the least used are forgotten.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();

/// A token whose signature was right.
#[derive(Debug)]
pub(super) struct Verified {
    /// The name of the key that signed it.
    pub kid: String,
    /// What it says.
    pub claims: Arc<Claims>,
}

/// The last ones, by their whole text: nothing that differs from it in anything is found.
pub(super) struct Memory(Mutex<LruCache<Box<str>, Arc<Verified>>>);

impl Default for Memory {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl Memory {
    pub fn find(&self, token: &str) -> Option<Arc<Verified>> {
        self.0.lock().get(token).cloned()
    }

    pub fn keep(&self, token: &str, verified: &Arc<Verified>) {
        self.0.lock().put(token.into(), Arc::clone(verified));
    }
}
