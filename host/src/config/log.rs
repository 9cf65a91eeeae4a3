//! Logging.

use tracing_subscriber::EnvFilter;

use super::Source;

/// Logging.
#[derive(Clone, Debug)]
pub struct Log {
    /// Which lines are written, such as `info,magnetiq::mail=debug`.
    pub filter: String,
}

impl Log {
    pub(super) fn read(source: &mut Source) -> Self {
        let filter = source.text("LOG").unwrap_or_else(|| "info".to_owned());
        if EnvFilter::try_new(&filter).is_err() {
            source.unfit("LOG", "levels such as info,magnetiq::mail=debug");
        }
        Self { filter }
    }
}
