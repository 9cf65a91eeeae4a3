//! What a page read while it was rendered.

use jiff::{SignedDuration, Timestamp};

use crate::store::Seen;

/// How long a page holds that read the clock and does not say until when it is right.
const UNSAID: SignedDuration = SignedDuration::from_secs(30);

/// What a page read while it was rendered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Tables, as they were before the page's snapshot was opened.
    pub tables: Seen,
    /// The clock, without saying until when the page is right; such a page holds for 30 seconds.
    pub clock: bool,
    /// The moment after which the page may say something wrong.
    pub fresh_until: Option<Timestamp>,
    /// The caller, chance, an undeclared header; or the page is private.
    pub personal: bool,
}

impl Reads {
    /// Notes that the clock was read by something that is right until `fresh_until`, or did not say.
    pub fn read_clock(&mut self, fresh_until: Option<Timestamp>) {
        self.clock |= fresh_until.is_none();
        self.fresh_until = self.fresh_until.into_iter().chain(fresh_until).min();
    }

    /// Adds what a part of the page read.
    pub fn merge(&mut self, part: &Self) {
        self.tables.add(&part.tables);
        self.clock |= part.clock;
        self.fresh_until = self.fresh_until.into_iter().chain(part.fresh_until).min();
        self.personal |= part.personal;
    }

    /// When the page ceases to hold, if only by the clock.
    pub(super) fn expires(&self, now: Timestamp) -> Option<Timestamp> {
        let unsaid = self.clock.then(|| now.saturating_add(UNSAID).unwrap_or(now));
        self.fresh_until.into_iter().chain(unsaid).min()
    }
}
