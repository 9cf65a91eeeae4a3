//! Where log lines go: readable on a developer's machine, JSON elsewhere.

use tracing_subscriber::EnvFilter;

use crate::config::Settings;

/// Starts logging to standard error.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log.filter);
    // Who reads the log may go away; what cannot be written is lost, and the site goes on.
    let lines =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    // A second start in one process keeps the first.
    let _ = if settings.environment.is_development() { lines.try_init() } else { lines.json().try_init() };
}
