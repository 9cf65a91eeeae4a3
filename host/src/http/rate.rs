//! How often an address may do something: buckets that refill, in memory.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroUsize;

use jiff::Timestamp;
use lru::LruCache;
use parking_lot::Mutex;

use crate::error::{Code, Error, Result};

const REMEMBERED: NonZeroUsize = NonZeroUsize::new(50_000).unwrap();
const MICROSECONDS: i64 = 1_000_000;

/// A bucket that holds `burst` and gains `times` in `seconds`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How often in the long run.
    pub times: u32,
    /// Within so many seconds.
    pub seconds: u32,
    /// How often at once.
    pub burst: u32,
}

/// Buckets by rule and address; the least used are forgotten.
pub struct RateLimiter(Mutex<LruCache<(String, IpAddr), i64>>);

impl Default for RateLimiter {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(REMEMBERED)))
    }
}

impl RateLimiter {
    /// Takes one from the bucket of `rule` and `address`.
    ///
    /// # Errors
    /// 429 with `Retry-After` when it is empty.
    pub fn take(&self, rule: &str, address: IpAddr, rate: Rate, now: Timestamp) -> Result<()> {
        let now = now.as_microsecond();
        let interval = i64::from(rate.seconds) * MICROSECONDS / i64::from(rate.times.max(1));
        let room = interval * i64::from(rate.burst.max(1));
        let mut buckets = self.0.lock();
        // The moment at which the bucket will be full again says all about it.
        let full_at = buckets.get_or_insert_mut((rule.to_owned(), network(address)), || now);
        let after = (*full_at).max(now) + interval;
        if after - now > room {
            let wait = u64::try_from(after - now - room).unwrap_or_default();
            return Err(too_often(wait.div_ceil(MICROSECONDS.unsigned_abs())));
        }
        *full_at = after;
        Ok(())
    }
}

/// A household or office shares one IPv6 prefix of 64 bits, and one bucket.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address => address,
    }
}

fn too_often(seconds: u64) -> Error {
    let sentence = (
        "Too many requests from this address; please wait a moment.",
        "Zu viele Anfragen von dieser Adresse; bitte warten Sie einen Moment.",
    );
    Error::new(Code::RateLimited, sentence).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let limiter = RateLimiter::default();
        let rate = Rate { times: 60, seconds: 60, burst: 3 };
        let start = Timestamp::UNIX_EPOCH;
        let take = |address: &str, second: i64| {
            limiter.take("writes", address.parse().unwrap(), rate, start + SignedDuration::from_secs(second)).is_ok()
        };
        assert_eq!([0; 4].map(|second| take("192.0.2.1", second)), [true, true, true, false]);
        assert!(take("192.0.2.2", 0), "another address has its own bucket");
        assert_eq!([1, 1].map(|second| take("192.0.2.1", second)), [true, false]);
        assert_eq!([9; 4].map(|second| take("192.0.2.1", second)), [true, true, true, false]);
        assert_eq!([0; 3].map(|second| take("2001:db8::1", second)), [true; 3]);
        assert!(!take("2001:db8::ffff", 0), "one prefix has one bucket");
    }
}
