//! Pages in the order of their last use, bounded by bytes.

use std::sync::Arc;

use lru::LruCache;

use super::{Key, Stored};

/// What an entry costs beside its text: keys, headers, pointers.
const ENTRY: usize = 512;

pub(super) struct Shelf {
    pages: LruCache<Key, Arc<Stored>>,
    bytes: usize,
    most: usize,
}

impl Shelf {
    pub fn new(most: usize) -> Self {
        Self { pages: LruCache::unbounded(), bytes: 0, most }
    }

    pub fn get(&mut self, key: &Key) -> Option<Arc<Stored>> {
        self.pages.get(key).cloned()
    }

    /// Keeps the page and drops the longest unused ones beyond the bound. A page above an eighth of it is not kept.
    pub fn put(&mut self, key: Key, page: Arc<Stored>) {
        let size = size(&key, &page);
        if size > self.most / 8 {
            return;
        }
        self.bytes += size;
        if let Some((key, page)) = self.pages.push(key, page) {
            self.forget(&key, &page);
        }
        while self.bytes > self.most {
            let Some((key, page)) = self.pages.pop_lru() else { break };
            self.forget(&key, &page);
        }
    }

    /// Removes the page unless another one has taken its place.
    pub fn remove(&mut self, key: &Key, page: &Arc<Stored>) {
        if self.pages.peek(key).is_some_and(|kept| Arc::ptr_eq(kept, page)) {
            self.pages.pop(key);
            self.forget(key, page);
        }
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn forget(&mut self, key: &Key, page: &Stored) {
        self.bytes -= size(key, page);
    }
}

fn size(key: &Key, page: &Stored) -> usize {
    ENTRY + key.bytes() + page.bytes()
}
