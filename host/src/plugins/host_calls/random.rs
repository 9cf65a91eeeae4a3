//! `random`: unpredictable bytes.

use crate::clock::random_bytes;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::random;
use crate::plugins::sandbox::state::CallState;

/// Most bytes of one call.
const MOST: usize = 4096;

impl random::Host for CallState {
    fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        self.asked.chance = true;
        let count = (count as usize).min(MOST);
        let mut bytes = random_bytes::<MOST>().to_vec();
        bytes.truncate(count);
        Ok(bytes)
    }
}
