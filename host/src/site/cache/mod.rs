//! Keeps rendered pages as long as what they read stays the same.
//!
//! A page names the tables it read with the generation each had *before* the page's snapshot was opened; a write to
//! one of them makes the page stale at its next request. Nobody empties the cache by hand.

mod key;
mod passing;
mod reads;
mod shelf;
mod stored;

pub use key::{Key, has_session};
pub use reads::Reads;
pub use stored::{Rendering, Stored};

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::clock::Clock;
use crate::error::Result;
use crate::store::Store;
use passing::Passing;
use shelf::Shelf;

/// Pages and files of the site, in memory.
pub struct PageCache {
    clock: Clock,
    store: Store,
    generation: AtomicU64,
    shelf: Mutex<Shelf>,
    rendering: Mutex<HashMap<Key, Weak<tokio::sync::Mutex<()>>>>,
    passing: Passing,
}

impl PageCache {
    /// An empty cache that holds at most `bytes`.
    #[must_use]
    pub fn new(bytes: usize, clock: Clock, store: Store) -> Self {
        Self {
            clock,
            store,
            generation: AtomicU64::new(0),
            shelf: Mutex::new(Shelf::new(bytes)),
            rendering: Mutex::default(),
            passing: Passing::new(),
        }
    }

    /// Makes every page stale: a plugin came or went, a template, a setting or the menu changed.
    pub fn start_generation(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    /// The page under `key`, rendered when there is none that still holds. Of simultaneous requests for one page one
    /// renders and the others wait for it, unless it turns out that the page cannot be kept: then each renders its own, side
    /// by side. Without a key (a signed-in visitor) the page is rendered and not kept.
    ///
    /// # Errors
    /// What `render` returns; errors are not kept.
    pub async fn get_or_render<F, Fut>(&self, key: Option<Key>, render: F) -> Result<Arc<Stored>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Rendering>>,
    {
        let Some(key) = key else {
            return Ok(Arc::new(Stored::passing(render().await?)));
        };
        if let Some(page) = self.get(&key) {
            return Ok(page);
        }
        if self.passing.knows(&key, self.clock.now()) {
            return self.render(key, render).await;
        }
        let turn = self.turn(&key);
        let mine = turn.lock().await;
        if let Some(page) = self.get(&key) {
            return Ok(page);
        }
        // Who had the turn before may have found that there is nothing to wait for.
        let _mine = (!self.passing.knows(&key, self.clock.now())).then_some(mine);
        self.render(key, render).await
    }

    /// Renders, and keeps the page or notes that it cannot be kept.
    async fn render<F, Fut>(&self, key: Key, render: F) -> Result<Arc<Stored>>
    where
        F: FnOnce() -> Fut,
        Fut: Future<Output = Result<Rendering>>,
    {
        let generation = self.generation.load(Ordering::SeqCst);
        let rendered = render().await;
        let now = self.clock.now();
        let page = rendered.map(|rendering| Arc::new(Stored::new(rendering, generation, now)));
        match &page {
            Ok(page) if page.may_be_kept(now) => {
                self.passing.forget(&key);
                self.shelf.lock().put(key, page.clone());
            }
            _ => self.passing.note(key, now),
        }
        page
    }

    /// Bytes held.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shelf.lock().bytes()
    }

    fn get(&self, key: &Key) -> Option<Arc<Stored>> {
        let page = self.shelf.lock().get(key)?;
        let generation = self.generation.load(Ordering::SeqCst);
        if page.holds(generation, self.clock.now(), &self.store) {
            return Some(page);
        }
        self.shelf.lock().remove(key, &page);
        None
    }

    fn turn(&self, key: &Key) -> Arc<tokio::sync::Mutex<()>> {
        let mut rendering = self.rendering.lock();
        if let Some(turn) = rendering.get(key).and_then(Weak::upgrade) {
            return turn;
        }
        rendering.retain(|_, turn| turn.strong_count() > 0);
        let turn = Arc::new(tokio::sync::Mutex::new(()));
        rendering.insert(key.clone(), Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests;
