//! How long calls took, in buckets that are at most an eighth wide: counting one is an addition, and any share of them
//! can be told afterwards.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Buckets in each power of two, as a power of two.
const PRECISION: u32 = 3;
/// Up to `u32::MAX` microseconds, which is more than an hour.
const BUCKETS: usize = (32 - PRECISION as usize + 1) << PRECISION;

/// Calls by how long they took.
pub(in crate::plugins) struct Latency([AtomicU32; BUCKETS]);

impl Default for Latency {
    fn default() -> Self {
        Self([const { AtomicU32::new(0) }; BUCKETS])
    }
}

impl Latency {
    /// Counts a call.
    pub fn record(&self, took: Duration) {
        let microseconds = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
        self.0[bucket(microseconds)].fetch_add(1, Ordering::Relaxed);
    }

    /// The time within which so many of a hundred calls ended; none before the first.
    pub fn percentile(&self, percent: u64) -> Option<Duration> {
        let counts = self.0.each_ref().map(|count| u64::from(count.load(Ordering::Relaxed)));
        let wanted = (counts.iter().sum::<u64>() * percent).div_ceil(100);
        let mut seen = 0;
        let found = counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        found.filter(|_| wanted > 0).map(|bucket| Duration::from_micros(end(bucket)))
    }
}

fn bucket(microseconds: u32) -> usize {
    let power = microseconds.checked_ilog2().unwrap_or_default();
    if power < PRECISION {
        return microseconds as usize;
    }
    let shift = power - PRECISION;
    ((shift as usize) << PRECISION) + (microseconds >> shift) as usize
}

/// The longest time of a bucket, in microseconds.
fn end(bucket: usize) -> u64 {
    let width = 1 << PRECISION;
    if bucket < 2 * width {
        return bucket as u64;
    }
    let shift = (bucket >> PRECISION) - 1;
    (((bucket % width + width + 1) as u64) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_told_an_eighth_too_long_at_most() {
        for microseconds in (0..40_000).chain((0..32).map(|power| 1 << power)).chain([u32::MAX]) {
            let told = end(bucket(microseconds));
            let real = u64::from(microseconds);
            assert!(told >= real && told <= real + real / 8, "{real}: {told}");
        }
        assert_eq!(bucket(u32::MAX), BUCKETS - 1);
    }

    #[test]
    fn the_middle_and_the_slow_end_of_a_hundred_calls() {
        let latency = Latency::default();
        assert_eq!(latency.percentile(50), None);
        for milliseconds in 1..=100 {
            latency.record(Duration::from_millis(milliseconds));
        }
        for (percent, milliseconds) in [(50, 50), (95, 95), (100, 100)] {
            let real = Duration::from_millis(milliseconds);
            let told = latency.percentile(percent).unwrap();
            assert!((real..=real + real / 8).contains(&told), "{percent}: {told:?}");
        }
        latency.record(Duration::MAX);
        assert!(latency.percentile(100) > Some(Duration::from_secs(3600)));
    }
}
