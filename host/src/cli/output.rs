//! The one place that writes to the terminal.

use std::io::{self, Write};

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
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "magnetiq: {}{cause}", error.message());
}
