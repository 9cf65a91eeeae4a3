//! How much of the writer's time an owner had lately.

use std::time::{Duration, Instant};

/// Seconds that are looked back on.
const WINDOW: usize = 10;

/// A quarter of them.
const MOST: Duration = Duration::from_millis(WINDOW as u64 * 1000 / 4);

/// Time held in each of the last ten seconds.
#[derive(Debug, Default)]
pub(super) struct Share {
    seconds: [Duration; WINDOW],
    newest: u64,
    since: Option<Instant>,
}

impl Share {
    /// Adds time that ended at `now`.
    pub(super) fn add(&mut self, now: Instant, held: Duration) {
        let second = self.advance(now);
        self.seconds[second] += held;
    }

    /// True above a quarter of the window.
    pub(super) fn is_exceeded(&mut self, now: Instant) -> bool {
        self.advance(now);
        self.seconds.iter().sum::<Duration>() > MOST
    }

    /// Empties the seconds that have gone by; returns the place of the current one.
    fn advance(&mut self, now: Instant) -> usize {
        let since = *self.since.get_or_insert(now);
        let current = now.saturating_duration_since(since).as_secs().max(self.newest);
        let gone = (current - self.newest).min(WINDOW as u64);
        for step in 0..gone {
            self.seconds[place(current - step)] = Duration::ZERO;
        }
        self.newest = current;
        place(current)
    }
}

fn place(second: u64) -> usize {
    usize::try_from(second % WINDOW as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_of_ten_seconds_is_allowed_and_forgotten_after_them() {
        let start = Instant::now();
        let mut share = Share::default();
        share.add(start, Duration::from_millis(2500));
        assert!(!share.is_exceeded(start));
        share.add(start + Duration::from_secs(3), Duration::from_millis(1));
        assert!(share.is_exceeded(start + Duration::from_secs(9)));
        assert!(!share.is_exceeded(start + Duration::from_secs(10)));
    }
}
