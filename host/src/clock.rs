//! Time and randomness come through here, so that tests own them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};

/// Tells the time: the system's, or one that a test sets.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until it is advanced; clones share it.
    #[must_use]
    pub fn fixed(start: Timestamp) -> Self {
        Self(Source::Fixed(Arc::new(AtomicI64::new(start.as_microsecond()))))
    }

    /// The current moment, in whole microseconds.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
    pub fn now(&self) -> Timestamp {
        let microseconds = match &self.0 {
            Source::System => Timestamp::now().as_microsecond(),
            Source::Fixed(now) => now.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(microseconds).unwrap_or_default()
    }

    /// Moves a fixed clock; the system's clock stays as it is.
    pub fn advance(&self, by: SignedDuration) {
        if let Source::Fixed(now) = &self.0 {
            now.fetch_add(i64::try_from(by.as_micros()).unwrap_or_default(), Ordering::SeqCst);
        }
    }

    /// The current moment as SQL text.
    #[must_use]
    pub fn sql_now(&self) -> String {
        sql(self.now())
    }
}

/// A moment as the database stores it: UTC text of one width, so that text order is time order.
#[must_use]
pub fn sql(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}

/// Reads a moment that [`sql`] wrote.
///
/// # Errors
/// Internal, when the text is not a time.
pub fn parse_sql(text: &str) -> Result<Timestamp> {
    text.parse().map_err(Error::internal)
}

/// Unpredictable bytes.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the one place where chance comes from")]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_text_has_one_width_and_comes_back() {
        let whole = Timestamp::from_second(1_772_355_600).unwrap();
        let broken = Timestamp::from_microsecond(1_772_355_600_000_001).unwrap();
        assert_eq!(sql(whole), "2026-03-01T09:00:00.000000Z");
        assert_eq!(sql(broken), "2026-03-01T09:00:00.000001Z");
        assert_eq!(parse_sql(&sql(broken)).unwrap(), broken);
    }

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        clock.advance(SignedDuration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
    }
}
