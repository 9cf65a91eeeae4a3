//! Where log lines go: readable on a developer's machine, JSON elsewhere.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tracing_subscriber::EnvFilter;

use crate::config::Settings;
use crate::error::Error;

/// Programs read standard error: each of its lines is JSON.
static STRUCTURED: AtomicBool = AtomicBool::new(false);

/// Starts logging to standard error.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::new(&settings.log.filter);
    // Who reads the log may go away; what cannot be written is lost, and the site goes on.
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).log_internal_errors(false);
    // A second start in one process keeps the first.
    if settings.environment.is_development() {
        let _ = lines.with_ansi(wants_colours()).try_init();
    } else if lines.json().try_init().is_ok() {
        STRUCTURED.store(true, Ordering::Relaxed);
        panic::set_hook(Box::new(write_panic));
    }
}

/// A person looks on, and has not asked for plain text (no-color.org).
fn wants_colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|wish| wish.is_empty())
}

/// Writes why a command failed, when programs read standard error; tells whether they do.
pub fn failure(error: &Error) -> bool {
    let is_structured = STRUCTURED.load(Ordering::Relaxed);
    if is_structured {
        tracing::error!(%error, "failed");
    }
    is_structured
}

fn write_panic(panic: &PanicHookInfo<'_>) {
    let sentence = panic.payload_as_str().unwrap_or("a panic without words");
    let place = panic.location().map(tracing::field::display);
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| tracing::field::display(backtrace));
    tracing::error!(panic = sentence, place, thread = thread::current().name(), backtrace, "panicked");
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use serde_json::Value;

    use super::*;

    /// A panic's hook is the whole process's: the test runs itself again to have one of its own.
    const OWN: &str = "MAGNETIQ_TEST_OWN_PROCESS";

    #[test]
    fn a_panic_outside_development_is_a_line_of_json_with_the_requests_id() {
        if std::env::var_os(OWN).is_some() {
            let variables = [("ENV", "staging"), ("LOG", "off,magnetiq=info")];
            let variables = variables.map(|(name, value)| (format!("MAGNETIQ_{name}"), value.to_owned()));
            start(&Settings::read([("DATA_DIR", "nowhere".to_owned())], variables).unwrap());
            let request = || tracing::info_span!("request", id = "abc").in_scope(|| panic!("two\nlines"));
            assert!(thread::Builder::new().name("worker".to_owned()).spawn(request).unwrap().join().is_err());
            return;
        }
        let own = "cli::log::tests::a_panic_outside_development_is_a_line_of_json_with_the_requests_id";
        let mut again = Command::new(std::env::current_exe().unwrap());
        let output = again.args([own, "--exact", "--nocapture"]).env(OWN, "1").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let [line] = lines.as_slice() else { panic!("{said}") };
        assert_eq!((line["level"].as_str(), line["fields"]["panic"].as_str()), (Some("ERROR"), Some("two\nlines")));
        assert_eq!(line["fields"]["thread"], "worker");
        assert!(line["fields"]["place"].as_str().unwrap().contains("log.rs"), "{line}");
        assert_eq!(line["span"]["id"], "abc", "{line}");
    }
}
