//! `clock`: the host's clock, which tests own.

use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::clock;
use crate::plugins::sandbox::state::CallState;

impl clock::Host for CallState {
    fn now(&mut self) -> wasmtime::Result<i64> {
        self.asked.clock = true;
        Ok(self.clock.now().as_microsecond())
    }
}
