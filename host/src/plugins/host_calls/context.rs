//! `context`: who calls, where and in which language.

use magnetiq_contract::call::Context;

use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::context;
use crate::plugins::sandbox::state::{CallState, Cause};

impl context::Host for CallState {
    fn get(&mut self) -> wasmtime::Result<String> {
        let Cause { caller, locale, request } = &self.cause;
        let caller = caller.contract();
        self.asked.caller |= caller.is_some();
        let site = self.plugin.site.clone();
        Ok(serde_json::to_string(&Context { caller, locale: *locale, site, request_id: request.0.to_string() })?)
    }
}
