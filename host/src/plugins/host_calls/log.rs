//! `log`: lines in the host's log, bounded in number and length.

use crate::plugins::bindings::imports::magnetiq::plugin::log;
use crate::plugins::state::CallState;

/// Longest line, in bytes.
const LINE: usize = 8 << 10;

impl log::Host for CallState {
    fn write(&mut self, level: u8, message: String) -> wasmtime::Result<()> {
        if self.log_lines == 0 {
            return Ok(());
        }
        self.log_lines -= 1;
        let plugin = self.plugin.id.as_ref();
        let line = &message[..message.floor_char_boundary(LINE)];
        match level {
            0 => tracing::trace!(plugin, "{line}"),
            1 => tracing::debug!(plugin, "{line}"),
            2 => tracing::info!(plugin, "{line}"),
            3 => tracing::warn!(plugin, "{line}"),
            _ => tracing::error!(plugin, "{line}"),
        }
        if level >= 4 {
            self.plugin.usage.last_words(line);
        }
        Ok(())
    }
}
