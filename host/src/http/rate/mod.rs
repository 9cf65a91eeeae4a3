//! How often an address, or an account, may do something: buckets that refill, in memory. Whoever is refused often has
//! smaller ones, by the rule of [`patience`].

mod patience;

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::Timestamp;
use lru::LruCache;
use parking_lot::Mutex;

use self::patience::Patience;
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

impl Rate {
    /// So many times a minute.
    #[must_use]
    pub const fn a_minute(times: u32, burst: u32) -> Self {
        Self { times, seconds: 60, burst }
    }

    /// Half of it, so many times over.
    fn halved(self, halvings: u32) -> Self {
        Self { times: (self.times >> halvings).max(1), burst: (self.burst >> halvings).max(1), ..self }
    }
}

/// Whose bucket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// Everybody behind an address.
    Address(Network),
    /// A user, by id, from wherever they ask.
    Account(i64),
}

impl From<IpAddr> for Whom {
    fn from(address: IpAddr) -> Self {
        Self::Address(Network::of(address))
    }
}

/// An address; of IPv6 the prefix of 64 bits, which a household or office shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()),
            address => Self(address),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// Buckets by rule and caller, and who was refused how often; the least used are forgotten. Clones share them.
#[derive(Clone)]
pub struct RateLimiter(Arc<Inner>);

struct Inner {
    hasher: RandomState,
    known: Mutex<Known>,
}

struct Known {
    /// The moment at which a bucket will be full again says all about it. A rule is kept as its hash, so that taking
    /// allocates nothing.
    buckets: LruCache<(u64, Whom), i64>,
    patience: LruCache<Whom, Patience>,
}

impl Default for RateLimiter {
    fn default() -> Self {
        let known = Known { buckets: LruCache::new(REMEMBERED), patience: LruCache::new(REMEMBERED) };
        Self(Arc::new(Inner { hasher: RandomState::new(), known: Mutex::new(known) }))
    }
}

impl RateLimiter {
    /// Takes one from a caller's bucket of `rule`.
    ///
    /// # Errors
    /// 429 with `Retry-After` when it is empty.
    pub fn take(&self, rule: impl Hash, whom: Whom, rate: Rate, now: Timestamp) -> Result<()> {
        let now = now.as_microsecond();
        let rule = self.0.hasher.hash_one(rule);
        let mut known = self.0.known.lock();
        let halvings = known.patience.peek(&whom).map_or(0, |patience| patience.halvings(now));
        let rate = rate.halved(halvings);
        let interval = i64::from(rate.seconds) * MICROSECONDS / i64::from(rate.times);
        let room = interval * i64::from(rate.burst);
        let full_at = known.buckets.get_or_insert_mut((rule, whom), || now);
        let after = (*full_at).max(now) + interval;
        if after - now > room {
            let wait = u64::try_from(after - now - room).unwrap_or_default();
            return Err(too_often(wait.div_ceil(MICROSECONDS.unsigned_abs())));
        }
        *full_at = after;
        Ok(())
    }

    /// Notes that a caller was refused.
    pub fn note_refusal(&self, whom: Whom, now: Timestamp) {
        self.0.known.lock().patience.get_or_insert_mut(whom, Patience::default).note(now.as_microsecond());
    }

    /// Whether it is worth telling that a caller is limited: once a minute for each, so that whoever floods costs nothing.
    #[must_use]
    pub fn is_news(&self, whom: Whom, now: Timestamp) -> bool {
        self.0.known.lock().patience.get_or_insert_mut(whom, Patience::default).is_news(now.as_microsecond())
    }
}

fn too_often(seconds: u64) -> Error {
    let sentence = ("Too many requests; please wait a moment.", "Zu viele Anfragen; bitte warten Sie einen Moment.");
    Error::new(Code::RateLimited, sentence).retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const RATE: Rate = Rate::a_minute(60, 4);

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn from(address: &str) -> Whom {
        address.parse::<IpAddr>().unwrap().into()
    }

    /// How many of ten are let through at this moment.
    fn passed(limiter: &RateLimiter, whom: Whom, second: i64) -> usize {
        (0..10).filter(|_| limiter.take("writes", whom, RATE, at(second)).is_ok()).count()
    }

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let limiter = RateLimiter::default();
        assert_eq!(passed(&limiter, from("192.0.2.1"), 0), 4);
        assert_eq!(passed(&limiter, from("192.0.2.2"), 0), 4, "another address has its own bucket");
        assert_eq!([1, 3, 60].map(|second| passed(&limiter, from("192.0.2.1"), second)), [1, 2, 4]);
        assert_eq!(passed(&limiter, from("2001:db8::1"), 0), 4);
        assert_eq!(passed(&limiter, from("2001:db8::ffff"), 0), 0, "one prefix has one bucket");
        assert_eq!(passed(&limiter, Whom::Account(1), 0), 4, "an account has its own");
        assert!(limiter.take("reads", from("192.0.2.2"), RATE, at(0)).is_ok(), "another rule has its own");
    }

    #[test]
    fn whoever_is_refused_often_may_do_half_as_much_then_a_quarter_until_ten_quiet_minutes_have_passed() {
        let (limiter, whom) = (RateLimiter::default(), from("192.0.2.1"));
        let refused = |times: usize, second: i64| (0..times).for_each(|_| limiter.note_refusal(whom, at(second)));
        refused(19, 0);
        assert_eq!(passed(&limiter, whom, 100), 4, "nineteen are no pattern");
        refused(1, 100);
        assert_eq!(passed(&limiter, whom, 200), 2);
        refused(20, 200);
        assert_eq!(passed(&limiter, whom, 300), 1);
        refused(20, 300);
        assert_eq!(passed(&limiter, whom, 400), 1, "a quarter is the least");
        assert_eq!(passed(&limiter, from("192.0.2.2"), 400), 4, "others are not limited for it");
        assert_eq!(passed(&limiter, whom, 899), 1);
        assert_eq!(passed(&limiter, whom, 910), 4, "after ten minutes all is forgotten");
    }

    #[test]
    fn refusals_that_are_far_apart_are_no_pattern() {
        let (limiter, whom) = (RateLimiter::default(), from("192.0.2.1"));
        for minute in 0..60 {
            limiter.note_refusal(whom, at(minute * 60));
        }
        assert_eq!(passed(&limiter, whom, 3600), 4);
    }

    #[test]
    fn a_limited_caller_is_news_once_a_minute() {
        let (limiter, whom) = (RateLimiter::default(), from("192.0.2.1"));
        assert_eq!(
            [0, 1, 59, 60, 61].map(|second| limiter.is_news(whom, at(second))),
            [true, false, false, true, false]
        );
        assert!(limiter.is_news(Whom::Account(1), at(1)));
    }
}
