//! Limits on callers.

use std::time::Duration;

use super::Source;
use crate::http::body::BodyLimits;

/// Limits on callers.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; one more is refused with 503.
    pub connections: u32,
    /// From the first byte of a request to the end of its head.
    pub header_time: Duration,
    /// From the head of a request to the end of its body.
    pub body_time: Duration,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Writes a minute by one address without a sign-in.
    pub rate_per_minute: u32,
    /// Such writes at once.
    pub rate_burst: u32,
    /// Writes a minute by one signed-in user.
    pub account_per_minute: u32,
    /// Such writes at once.
    pub account_burst: u32,
    /// Requests of any kind a minute by one address.
    pub requests_per_minute: u32,
    /// Such requests at once.
    pub requests_burst: u32,
}

impl Limits {
    pub(super) fn read(source: &mut Source) -> Self {
        Self {
            connections: at_least_one(source, "MAX_CONNECTIONS", 4096),
            header_time: seconds(source, "HEADER_TIMEOUT", 10),
            body_time: seconds(source, "BODY_TIMEOUT", 30),
            body_bytes: at_least_one(source, "BODY_LIMIT", 1024 * 1024) as usize,
            rate_per_minute: at_least_one(source, "RATE_LIMIT", 60),
            rate_burst: at_least_one(source, "RATE_BURST", 20),
            account_per_minute: at_least_one(source, "RATE_LIMIT_ACCOUNT", 300),
            account_burst: at_least_one(source, "RATE_BURST_ACCOUNT", 100),
            requests_per_minute: at_least_one(source, "RATE_LIMIT_REQUESTS", 1200),
            requests_burst: at_least_one(source, "RATE_BURST_REQUESTS", 300),
        }
    }

    /// The limits on a request's body.
    #[must_use]
    pub fn body(&self) -> BodyLimits {
        BodyLimits { bytes: self.body_bytes, time: self.body_time }
    }
}

fn seconds(source: &mut Source, name: &'static str, default: u32) -> Duration {
    Duration::from_secs(at_least_one(source, name, default).into())
}

pub(super) fn at_least_one(source: &mut Source, name: &'static str, default: u32) -> u32 {
    let value = source.value(name, "a whole number from 1", default);
    if value == 0 {
        source.unfit(name, "a whole number from 1");
        return default;
    }
    value
}
