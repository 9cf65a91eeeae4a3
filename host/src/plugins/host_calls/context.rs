//! `context`: who calls, where and in which language.

use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::context;
use crate::plugins::sandbox::state::CallState;

impl context::Host for CallState {
    fn get(&mut self) -> wasmtime::Result<String> {
        self.asked.caller |= self.context.caller.is_some();
        Ok(serde_json::to_string(&*self.context)?)
    }
}
