//! How far a caller has used up our patience. Twenty refusals within ten minutes halve what they may do, and twenty more
//! halve it again: to a quarter at least. Ten minutes after the last halving all is forgotten.

const MICROSECONDS: i64 = 1_000_000;
const REFUSALS: u32 = 20;
const WINDOW: i64 = 600 * MICROSECONDS;
const MOST_HALVINGS: u32 = 2;
const NEWS_EVERY: i64 = 60 * MICROSECONDS;

/// What is remembered of one caller; moments in microseconds.
#[derive(Default)]
pub(super) struct Patience {
    /// When the window began, and the refusals in it.
    since: i64,
    refusals: u32,
    halvings: u32,
    forgotten_at: i64,
    told_at: Option<i64>,
}

impl Patience {
    /// How many times the caller's rates are halved now.
    pub fn halvings(&self, now: i64) -> u32 {
        if now < self.forgotten_at { self.halvings } else { 0 }
    }

    /// Counts a refusal.
    pub fn note(&mut self, now: i64) {
        if now - self.since >= WINDOW {
            (self.since, self.refusals) = (now, 0);
        }
        self.refusals += 1;
        if self.refusals >= REFUSALS {
            self.halvings = (self.halvings(now) + 1).min(MOST_HALVINGS);
            self.forgotten_at = now + WINDOW;
            (self.since, self.refusals) = (now, 0);
        }
    }

    /// True once a minute.
    pub fn is_news(&mut self, now: i64) -> bool {
        let is_news = self.told_at.is_none_or(|told| now - told >= NEWS_EVERY);
        if is_news {
            self.told_at = Some(now);
        }
        is_news
    }
}
