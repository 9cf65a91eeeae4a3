//! What plugins were refused, as security events: a few a minute, however often a guest asks.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use serde_json::json;

use crate::auth::events::Kind;
use crate::auth::{Origin, SecurityEvent, SecurityEvents};
use crate::clock::Clock;

/// A sentence is kept once in this time.
const WINDOW: SignedDuration = SignedDuration::from_mins(1);
/// Different sentences of one plugin that are kept in a window: a guest may put its own words into them.
const MOST: usize = 10;

/// Keeps refusals of all plugins. They are written apart from the call's unit of work, which is mostly rolled back.
pub(in crate::plugins) struct Denials {
    events: SecurityEvents,
    clock: Clock,
    windows: Mutex<HashMap<Arc<str>, Window>>,
}

struct Window {
    since: Timestamp,
    sentences: Vec<String>,
}

impl Denials {
    /// Keeps nothing yet.
    pub fn new(events: SecurityEvents, clock: Clock) -> Self {
        Self { events, clock, windows: Mutex::default() }
    }

    /// Keeps a refusal, unless it was kept a moment ago or too many were.
    pub fn keep(&self, plugin: &Arc<str>, sentence: &str) {
        if self.is_new(plugin, sentence) {
            let event = SecurityEvent::new(Kind::PluginDenied, &Origin::default());
            self.events.queue(event.details(json!({"plugin": plugin, "message": sentence})));
        }
    }

    fn is_new(&self, plugin: &Arc<str>, sentence: &str) -> bool {
        let now = self.clock.now();
        let mut windows = self.windows.lock();
        let empty = || Window { since: now, sentences: Vec::new() };
        let window = windows.entry(plugin.clone()).or_insert_with(empty);
        if now.duration_since(window.since).abs() >= WINDOW {
            *window = empty();
        }
        let new = window.sentences.len() < MOST && !window.sentences.iter().any(|known| known == sentence);
        if new {
            window.sentences.push(sentence.to_owned());
        }
        new
    }
}
