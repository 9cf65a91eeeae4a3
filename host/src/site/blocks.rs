//! Blocks of plugins inside the site's pages.

use std::collections::HashMap;
use std::sync::OnceLock;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::block::Block;
use parking_lot::Mutex;

use super::cache::Reads;
use crate::clock::Clock;
use crate::error::Result;

/// How long the last good output stands in for a block that fails.
const STANDS_IN: SignedDuration = SignedDuration::from_hours(24);
/// Most outputs that are remembered.
const REMEMBERED: usize = 256;

/// A block of a plugin.
#[derive(Clone, Debug)]
pub struct BlockRequest {
    /// The plugin's id.
    pub plugin: String,
    /// Name, values and language.
    pub block: Block,
}

/// A rendered block.
#[derive(Clone, Debug)]
pub struct RenderedBlock {
    /// Escaped by the template that wrote it.
    pub html: String,
    /// What was read for it.
    pub reads: Reads,
}

/// Renders a block: none when the plugin is not enabled or has no such block.
pub type BlockRenderer = Box<dyn Fn(BlockRequest) -> BoxFuture<'static, Result<Option<RenderedBlock>>> + Send + Sync>;

/// Renders blocks and remembers what each showed last.
pub struct Blocks {
    clock: Clock,
    renderer: OnceLock<BlockRenderer>,
    last_good: Mutex<HashMap<String, (Timestamp, RenderedBlock)>>,
}

impl Blocks {
    /// Without a renderer there are no blocks.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, renderer: OnceLock::new(), last_good: Mutex::default() }
    }

    /// Hands over who renders: once, when the plugins are there.
    pub fn draw_with(&self, renderer: BlockRenderer) {
        if self.renderer.set(renderer).is_err() {
            tracing::error!("blocks have a renderer already");
        }
    }

    /// The block, or what it showed last when it fails and that is less than a day old.
    pub async fn render(&self, request: BlockRequest) -> Option<RenderedBlock> {
        let key = key(&request);
        match self.renderer.get()?(request).await {
            Ok(Some(block)) => {
                self.remember(key, &block);
                Some(block)
            }
            Ok(None) => {
                self.last_good.lock().remove(&key);
                None
            }
            Err(error) => {
                tracing::warn!(block = key, %error, "a block failed");
                Some(self.stand_in(&key))
            }
        }
    }

    /// Forgets what blocks showed: a person may have stood in one of them.
    pub fn forget(&self) {
        self.last_good.lock().clear();
    }

    fn remember(&self, key: String, block: &RenderedBlock) {
        let mut last_good = self.last_good.lock();
        if last_good.len() >= REMEMBERED && !last_good.contains_key(&key) {
            let oldest = last_good.iter().min_by_key(|(_, (at, _))| *at).map(|(key, _)| key.clone());
            oldest.and_then(|key| last_good.remove(&key));
        }
        last_good.insert(key, (self.clock.now(), block.clone()));
    }

    /// Holds for 30 seconds, so that the block comes back soon after it works again.
    fn stand_in(&self, key: &str) -> RenderedBlock {
        let last_good = self.last_good.lock();
        let recent = last_good.get(key).filter(|(at, _)| self.clock.now().duration_since(*at) <= STANDS_IN);
        let html = recent.map(|(_, block)| block.html.clone()).unwrap_or_default();
        RenderedBlock { html, reads: Reads { clock: true, ..Reads::default() } }
    }
}

fn key(request: &BlockRequest) -> String {
    let BlockRequest { plugin, block } = request;
    format!("{plugin}/{}/{}/{}", block.name, block.locale.code(), block.props)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU8, Ordering};

    use magnetiq_contract::text::Locale;

    use super::*;
    use crate::error::Error;

    fn request() -> BlockRequest {
        let block = Block { name: "next-talks".into(), props: serde_json::json!({"limit": 3}), locale: Locale::De };
        BlockRequest { plugin: "talks".into(), block }
    }

    #[tokio::test]
    async fn a_failing_block_shows_its_last_good_output_for_a_day_and_a_disabled_one_nothing() {
        let (clock, state) = (Clock::fixed(Timestamp::UNIX_EPOCH), Arc::new(AtomicU8::new(0)));
        let seen = state.clone();
        let renderer: BlockRenderer = Box::new(move |_| {
            let good = RenderedBlock { html: "<p>good</p>".into(), reads: Reads::default() };
            let answer = match seen.load(Ordering::SeqCst) {
                0 => Ok(Some(good)),
                1 => Err(Error::not_found()),
                _ => Ok(None),
            };
            Box::pin(async { answer })
        });
        let blocks = Blocks::new(clock.clone());
        assert!(blocks.render(request()).await.is_none());
        blocks.draw_with(renderer);
        assert_eq!(blocks.render(request()).await.unwrap().html, "<p>good</p>");

        state.store(1, Ordering::SeqCst);
        clock.advance(SignedDuration::from_hours(24));
        let stand_in = blocks.render(request()).await.unwrap();
        assert_eq!((stand_in.html.as_str(), stand_in.reads.clock), ("<p>good</p>", true));
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(blocks.render(request()).await.unwrap().html, "");

        state.store(2, Ordering::SeqCst);
        assert!(blocks.render(request()).await.is_none());
    }
}
