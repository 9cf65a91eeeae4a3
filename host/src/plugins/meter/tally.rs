//! Counts each call once: at its end, or when it is cut off.

use std::sync::Arc;

use super::route::RouteMeter;
use super::usage::Cost;
use crate::plugins::live::Live;
use crate::plugins::sandbox::lane::Lane;

/// What is to be counted of a call.
pub(in crate::plugins) struct Tally {
    plugin: Arc<Live>,
    lane: Arc<Lane>,
    route: Option<Arc<RouteMeter>>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waits,
    Runs,
    Counted,
}

impl Tally {
    /// Of a call that has not begun; `route` is the id of the route that it serves.
    pub fn new(plugin: Arc<Live>, lane: Arc<Lane>, route: Option<u32>) -> Self {
        let route = route.and_then(|route| plugin.routes.get(route as usize).cloned());
        Self { plugin, lane, route, state: State::Waits }
    }

    /// The guest runs: from here on the call counts.
    pub fn begin(&mut self) {
        if self.state == State::Waits {
            self.state = State::Runs;
        }
    }

    /// The guest came to its end, with so many bytes of memory at most.
    pub fn end(&mut self, memory: usize, failed: bool) {
        self.state = State::Counted;
        let cost = Cost { cpu: self.lane.computed(), sql: self.lane.sql_time(), memory };
        self.plugin.usage.called(cost);
        let Some(route) = self.route.take() else { return };
        route.called(cost.cpu, self.lane.age());
        route.was_slow(self.lane.is_slow());
        if failed {
            route.failed();
        }
    }

    /// Did the last calls of its route compute for long? It is no reason to refuse it, but to keep it away from others.
    pub fn begins_slowly(&self) -> bool {
        self.route.as_ref().is_some_and(|route| route.is_suspect())
    }

    /// The counters of its route.
    pub fn route(&self) -> Option<Arc<RouteMeter>> {
        self.route.clone()
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if self.state == State::Runs {
            self.end(0, false);
        }
    }
}
