//! What the calls of one route cost, and how long they took.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::latency::Latency;
use super::usage::{milliseconds, nanoseconds};

/// So many calls after a slow one begin where slow ones belong.
const SUSPECT: u32 = 64;

/// Counters of one route.
#[derive(Default)]
pub(in crate::plugins) struct RouteMeter {
    calls: AtomicU64,
    faults: AtomicU64,
    cpu: AtomicU64,
    latency: Latency,
    /// Calls that are still to begin slowly.
    suspect: AtomicU32,
}

/// A route's counters.
#[derive(Clone, Debug, Serialize)]
pub struct RouteReport {
    /// Method and address.
    pub route: String,
    /// Guest calls.
    pub calls: u64,
    /// Calls that failed.
    pub faults: u64,
    /// Computing time, milliseconds.
    pub cpu_ms: f64,
    /// Half of the calls took no longer from start to end, milliseconds.
    pub p50_ms: f64,
    /// Nineteen of twenty took no longer.
    pub p95_ms: f64,
}

impl RouteMeter {
    /// Counts a call that computed and took so long.
    pub fn called(&self, cpu: Duration, took: Duration) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.cpu.fetch_add(nanoseconds(cpu), Ordering::Relaxed);
        self.latency.record(took);
    }

    /// Is the next call likely to compute for long?
    pub fn is_suspect(&self) -> bool {
        self.suspect.load(Ordering::Relaxed) > 0
    }

    /// Remembers whether a call computed for long. Calls at the same time may forget one: it is a guess.
    pub fn was_slow(&self, slow: bool) {
        let suspect = self.suspect.load(Ordering::Relaxed);
        if slow || suspect > 0 {
            self.suspect.store(if slow { SUSPECT } else { suspect - 1 }, Ordering::Relaxed);
        }
    }

    /// Counts a failure; its call is counted where it ends.
    pub fn failed(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    /// The counters now; none before the first call.
    pub fn report(&self, route: &str) -> Option<RouteReport> {
        let [calls, faults, cpu] = [&self.calls, &self.faults, &self.cpu].map(|count| count.load(Ordering::Relaxed));
        let within = |percent| self.latency.percentile(percent).map_or(0.0, |took| milliseconds(nanoseconds(took)));
        (calls + faults > 0).then(|| RouteReport {
            route: route.to_owned(),
            calls,
            faults,
            cpu_ms: milliseconds(cpu),
            p50_ms: within(50),
            p95_ms: within(95),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_after_a_slow_one_are_suspect_until_enough_were_quick() {
        let route = RouteMeter::default();
        assert!(!route.is_suspect());
        for _ in 0..2 {
            route.was_slow(true);
            for _ in 0..SUSPECT {
                assert!(route.is_suspect());
                route.was_slow(false);
            }
            assert!(!route.is_suspect());
        }
    }
}
