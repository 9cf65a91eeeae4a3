//! The one place that writes to the terminal.

use std::io::{self, Read, Write};

use magnetiq_contract::text::Locale;

use crate::error::{Code, Error, Result};

/// Writes a line to standard output.
///
/// # Errors
/// When nobody reads it.
pub fn line(text: &str) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// Copies all of it to standard output.
///
/// # Errors
/// When it cannot be read, or nobody reads on.
pub fn copy(from: &mut impl Read) -> Result<()> {
    let mut out = io::stdout().lock();
    io::copy(from, &mut out)?;
    Ok(out.flush()?)
}

/// Why something failed: the sentence, each field at fault, and the cause of our own faults.
pub fn reason(error: &Error) -> String {
    let cause = error.cause().filter(|_| error.code() == Code::Internal);
    let cause = cause.map(|cause| format!(" {cause}")).unwrap_or_default();
    let faults = error.field_errors().iter();
    let faults: String = faults.map(|fault| format!(" {}: {}", fault.field, fault.rule.message(Locale::En))).collect();
    format!("{}{faults}{cause}", error.message())
}

/// Says on standard error why a command failed.
pub fn failure(error: &Error) {
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "magnetiq: {}", reason(error));
}
