//! Where log lines go: readable on a developer's machine, JSON elsewhere.

use tracing_subscriber::EnvFilter;

use crate::config::Settings;

/// Starts logging to standard error.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log.filter);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first.
    let _ = if settings.environment.is_development() { lines.try_init() } else { lines.json().try_init() };
}
