//! What a plugin costs and how it fails, counted since the host started.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;

use super::allowance::Allowance;
use super::breaker::{Admission, Breaker, Quarantine};
use super::route::{RouteMeter, RouteReport};
use crate::clock::{self, Clock};
use crate::error::Error;
use crate::plugins::sandbox::fault::Fault;

/// Counters of one plugin.
pub struct Usage {
    plugin: Arc<str>,
    clock: Clock,
    calls: AtomicU64,
    faults: AtomicU64,
    refusals: AtomicU64,
    /// Computing time.
    pub(in crate::plugins) cpu: Allowance,
    sql: AtomicU64,
    /// Time on the writer's thread.
    pub(in crate::plugins) writer: Allowance,
    peak_memory: AtomicUsize,
    routes: Mutex<BTreeMap<Arc<str>, Arc<RouteMeter>>>,
    last_fault: Mutex<Option<Incident>>,
    last_refusal: Mutex<Option<Incident>>,
    /// Keeps calls away while it fails.
    pub(in crate::plugins) breaker: Breaker,
}

/// What one call took.
#[derive(Clone, Copy, Debug)]
pub(in crate::plugins) struct Cost {
    /// Computing time.
    pub cpu: Duration,
    /// Time in statements.
    pub sql: Duration,
    /// Most memory it used, in bytes.
    pub memory: usize,
}

/// A failure or refusal.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
pub struct Incident {
    /// When, RFC 3339.
    pub at: String,
    /// What happened.
    pub message: String,
}

/// The counters as an admin reads them.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Guest calls.
    pub calls: u64,
    /// Calls that failed.
    pub faults: u64,
    /// Host calls that were refused because it may not make them, or not so many.
    pub refusals: u64,
    /// Computing time, milliseconds.
    pub cpu_ms: f64,
    /// Time in statements, milliseconds.
    pub sql_ms: f64,
    /// Time the writer was held, milliseconds.
    pub writer_ms: f64,
    /// Most memory that one call used, bytes.
    pub peak_memory_bytes: usize,
    /// The newest failure.
    pub last_fault: Option<Incident>,
    /// The newest of its refusals.
    pub last_refusal: Option<Incident>,
    /// The routes that were called, by address.
    pub routes: Vec<RouteReport>,
}

impl Usage {
    /// Counters at zero.
    pub(in crate::plugins) fn new(plugin: Arc<str>, clock: Clock) -> Self {
        Self {
            plugin,
            clock,
            calls: AtomicU64::new(0),
            faults: AtomicU64::new(0),
            refusals: AtomicU64::new(0),
            cpu: Allowance::default(),
            sql: AtomicU64::new(0),
            writer: Allowance::default(),
            peak_memory: AtomicUsize::new(0),
            routes: Mutex::default(),
            last_fault: Mutex::default(),
            last_refusal: Mutex::default(),
            breaker: Breaker::default(),
        }
    }

    /// Counts a call.
    pub(in crate::plugins) fn called(&self, cost: Cost) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.cpu.spend(cost.cpu, || self.now());
        self.sql.fetch_add(nanoseconds(cost.sql), Ordering::Relaxed);
        self.peak_memory.fetch_max(cost.memory, Ordering::Relaxed);
    }

    /// The counters of a route, kept from version to version.
    pub(in crate::plugins) fn route(&self, name: &Arc<str>) -> Arc<RouteMeter> {
        self.routes.lock().entry(name.clone()).or_default().clone()
    }

    /// Counts time on the writer's thread.
    pub(in crate::plugins) fn held_writer(&self, time: Duration) {
        self.writer.spend(time, || self.now());
    }

    /// Counts a failure, if it is the guest's, and makes the caller's error of it.
    pub(in crate::plugins) fn fault(&self, fault: &Fault) -> Error {
        if fault.is_the_guests() {
            self.failed(&fault.to_string());
        }
        tracing::warn!(plugin = %self.plugin, %fault, "a plugin call failed");
        fault.error(&self.plugin)
    }

    /// Counts a page that could not be drawn, and hands the error on.
    pub(in crate::plugins) fn undrawn(&self, error: Error) -> Error {
        self.failed(&error.to_string());
        error
    }

    /// Counts a call whose budget for statements is used up.
    pub(in crate::plugins) fn overspent(&self, error: &Error) {
        self.failed(error.message());
    }

    /// Counts that it wanted more than it was granted.
    pub(in crate::plugins) fn denied(&self, refusal: &Error) {
        self.refusals.fetch_add(1, Ordering::Relaxed);
        *self.last_refusal.lock() = Some(self.incident(refusal.message()));
    }

    fn failed(&self, message: &str) {
        self.faults.fetch_add(1, Ordering::Relaxed);
        *self.last_fault.lock() = Some(self.incident(message));
        if let Some(Quarantine { until, .. }) = self.breaker.fail(self.now(), message) {
            tracing::error!(plugin = %self.plugin, message, %until, "a plugin is in quarantine");
        }
    }

    /// May a call run?
    pub(in crate::plugins) fn admit(&self) -> Admission {
        self.breaker.admit(|| self.now())
    }

    /// The site's time.
    pub(in crate::plugins) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn incident(&self, message: &str) -> Incident {
        Incident { at: clock::sql(self.clock.now()), message: message.to_owned() }
    }

    /// The counters now.
    #[must_use]
    pub fn report(&self) -> Report {
        Report {
            calls: self.calls.load(Ordering::Relaxed),
            faults: self.faults.load(Ordering::Relaxed),
            refusals: self.refusals.load(Ordering::Relaxed),
            cpu_ms: milliseconds(self.cpu.total()),
            sql_ms: milliseconds(self.sql.load(Ordering::Relaxed)),
            writer_ms: milliseconds(self.writer.total()),
            peak_memory_bytes: self.peak_memory.load(Ordering::Relaxed),
            last_fault: self.last_fault.lock().clone(),
            last_refusal: self.last_refusal.lock().clone(),
            routes: self.routes.lock().iter().filter_map(|(route, meter)| meter.report(route)).collect(),
        }
    }
}

pub(super) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// To a thousandth of a millisecond.
#[expect(clippy::cast_precision_loss, reason = "counters stay far below 2^53 microseconds")]
pub(super) fn milliseconds(nanoseconds: u64) -> f64 {
    (nanoseconds / 1000) as f64 / 1000.0
}
