//! `log`: lines in the host's log, bounded in length, and in number for all calls of a plugin together.

use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::log;
use crate::plugins::sandbox::state::CallState;

/// Longest line, in bytes.
const LINE: usize = 8 << 10;
/// Most lines a second.
const LINES: u64 = 100;

impl log::Host for CallState {
    fn write(&mut self, level: u8, message: String) -> wasmtime::Result<()> {
        let plugin = self.plugin.id.as_ref();
        let line = &message[..message.floor_char_boundary(LINE)];
        if level >= 4 {
            self.last_words = Some(line.to_owned());
        }
        if self.plugin.quotas.log.take(Some(LINES), self.clock.now()).is_err() {
            return Ok(());
        }
        match level {
            0 => tracing::trace!(plugin, "{line}"),
            1 => tracing::debug!(plugin, "{line}"),
            2 => tracing::info!(plugin, "{line}"),
            3 => tracing::warn!(plugin, "{line}"),
            _ => tracing::error!(plugin, "{line}"),
        }
        Ok(())
    }
}
