//! How long to wait before the next try.

use jiff::SignedDuration;

use crate::clock::random_bytes;

/// Waits that grow from try to try.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Seconds after the first failed try.
    pub first: u32,
    /// Each further wait is so many times as long.
    pub factor: u32,
    /// Seconds that no wait exceeds, jitter aside.
    pub most: u32,
}

impl Backoff {
    /// The wait after the failed try of this number, counted from 1, spread by up to a fifth in both directions so
    /// that what failed together does not come back together.
    #[must_use]
    pub fn after(self, attempt: u32) -> SignedDuration {
        let exponent = attempt.saturating_sub(1);
        let seconds = self.first.saturating_mul(self.factor.saturating_pow(exponent)).min(self.most);
        let milliseconds = i64::from(seconds) * 1000;
        let spread = i64::from(u16::from_le_bytes(random_bytes())) - i64::from(u16::MAX / 2);
        SignedDuration::from_millis(milliseconds + milliseconds * spread / (5 * i64::from(u16::MAX / 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_bound_and_stay_within_a_fifth() {
        let backoff = Backoff { first: 60, factor: 4, most: 6 * 3600 };
        let expected = [60, 240, 960, 3840, 15_360, 21_600, 21_600];
        for (place, seconds) in expected.into_iter().enumerate() {
            let wait = backoff.after(place as u32 + 1).as_secs_f64();
            assert!((wait - f64::from(seconds)).abs() <= f64::from(seconds) * 0.2001, "{wait} for {seconds}");
        }
        assert!(backoff.after(u32::MAX).as_secs() <= 25_921);
    }
}
