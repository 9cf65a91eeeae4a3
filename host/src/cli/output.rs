//! The one place that writes to the terminal.

use std::io::{self, Write};

use magnetiq_contract::text::Locale;

use crate::error::{Code, Error, Result};

/// Writes a line to standard output.
///
/// # Errors
/// When nobody reads it.
pub fn line(text: &str) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// Says on standard error why a command failed.
pub fn failure(error: &Error) {
    let cause = error.cause().filter(|_| error.code() == Code::Internal);
    let cause = cause.map(|cause| format!(" {cause}")).unwrap_or_default();
    let faults = error.field_errors().iter();
    let faults: String = faults.map(|fault| format!(" {}: {}", fault.field, fault.rule.message(Locale::En))).collect();
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "magnetiq: {}{faults}{cause}", error.message());
}
