//! Time of the machine that a plugin may use within an hour. Its calls look at one flag before they run and at one number
//! after; clock and window are asked only once that number is reached.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;

/// How long what was used counts.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Time of one kind, all that was used and how much of it belongs to the present hour. Kept in memory.
pub(in crate::plugins) struct Allowance {
    /// Nanoseconds since the host started.
    used: AtomicU64,
    /// Where the present hour's end.
    end: AtomicU64,
    is_used_up: AtomicBool,
    window: Mutex<Window>,
}

struct Window {
    since: Timestamp,
    /// What was used before it.
    before: u64,
    granted: u64,
}

/// What is used of what is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plugins) struct Share {
    /// Within the present hour.
    pub used: Duration,
    /// For an hour.
    pub granted: Duration,
    /// When the next hour begins.
    pub resets: Timestamp,
}

impl Default for Allowance {
    /// Nothing is bounded before something is granted.
    fn default() -> Self {
        let window = Window { since: Timestamp::UNIX_EPOCH, before: 0, granted: u64::MAX };
        let (used, end) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
        Self { used, end, is_used_up: AtomicBool::new(false), window: Mutex::new(window) }
    }
}

impl Allowance {
    /// Sets how much an hour may take; what was used of the present one counts.
    pub fn grant(&self, granted: Duration, now: Timestamp) {
        let mut window = self.window.lock();
        window.granted = nanoseconds(granted);
        self.begin_anew_if_over(&mut window, now);
        self.look(&window);
    }

    /// Counts time that was used.
    pub fn spend(&self, time: Duration, now: impl FnOnce() -> Timestamp) {
        let used = self.used.fetch_add(nanoseconds(time), Ordering::Relaxed) + nanoseconds(time);
        if used >= self.end.load(Ordering::Relaxed) {
            let mut window = self.window.lock();
            self.begin_anew_if_over(&mut window, now());
            self.look(&window);
        }
    }

    /// What is used and granted, once it is used up; none while something is left.
    pub fn used_up(&self, now: impl FnOnce() -> Timestamp) -> Option<Share> {
        if !self.is_used_up.load(Ordering::Relaxed) {
            return None;
        }
        let share = self.share(now());
        self.is_used_up.load(Ordering::Relaxed).then_some(share)
    }

    /// What is used and granted now.
    pub fn share(&self, now: Timestamp) -> Share {
        let mut window = self.window.lock();
        self.begin_anew_if_over(&mut window, now);
        self.look(&window);
        Share {
            used: Duration::from_nanos(self.total().saturating_sub(window.before)),
            granted: Duration::from_nanos(window.granted),
            resets: window.since + WINDOW,
        }
    }

    /// All that was used since the host started, in nanoseconds.
    pub fn total(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    fn begin_anew_if_over(&self, window: &mut Window, now: Timestamp) {
        if now < window.since || now.duration_since(window.since) >= WINDOW {
            (window.since, window.before) = (now, self.total());
        }
    }

    fn look(&self, window: &Window) {
        let end = window.before.saturating_add(window.granted);
        self.end.store(end, Ordering::Relaxed);
        self.is_used_up.store(self.total() >= end, Ordering::Relaxed);
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn after(minutes: i64) -> Timestamp {
        START + SignedDuration::from_mins(minutes)
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn granted(most: u64) -> Allowance {
        let allowance = Allowance::default();
        allowance.grant(seconds(most), START);
        allowance
    }

    #[test]
    fn what_is_granted_for_an_hour_is_used_up_until_the_next_one() {
        let allowance = granted(10);
        allowance.spend(seconds(9), || after(1));
        assert_eq!(allowance.used_up(|| after(1)), None);
        allowance.spend(seconds(3), || after(2));
        let share = allowance.used_up(|| after(59)).unwrap();
        assert_eq!(share, Share { used: seconds(12), granted: seconds(10), resets: after(60) });
        assert_eq!(allowance.used_up(|| after(60)), None);
        assert_eq!(allowance.share(after(60)).used, Duration::ZERO);
    }

    #[test]
    fn an_hour_that_is_over_takes_nothing_from_the_next_one() {
        let allowance = granted(10);
        allowance.spend(seconds(9), || after(59));
        allowance.spend(seconds(9), || after(61));
        assert_eq!(allowance.used_up(|| after(61)), None);
        assert_eq!(allowance.share(after(61)).resets, after(121));
    }

    #[test]
    fn a_larger_grant_holds_at_once_and_so_does_a_smaller_one() {
        let allowance = granted(10);
        allowance.spend(seconds(10), || START);
        assert!(allowance.used_up(|| START).is_some());
        allowance.grant(seconds(11), START);
        assert_eq!(allowance.used_up(|| START), None);
        allowance.grant(seconds(5), START);
        assert!(allowance.used_up(|| START).is_some());
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nobody_up() {
        let allowance = granted(10);
        allowance.spend(seconds(10), || after(30));
        assert_eq!(allowance.used_up(|| after(-600)), None);
    }
}
