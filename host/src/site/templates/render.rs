//! Runs a template within bounds.

use std::io::{self, Write};

use minijinja::{Environment, ErrorKind, Output, State, Value};

use super::{Format, long_text};
use crate::site::escape::Escaped;

/// Most bytes that one rendering writes.
const LONGEST_OUTPUT: usize = 2 * 1024 * 1024;
/// Most bytes that one rendering handles: some ten milliseconds of filters.
const MOST_WORK: usize = 4 * 1024 * 1024;

/// Renders the template `name`; the output has at most [`LONGEST_OUTPUT`] bytes.
pub(in crate::site) fn render(env: &Environment<'_>, name: &str, context: Value) -> Result<String, minijinja::Error> {
    let mut output = Bounded(Vec::new());
    env.get_template(name)?.render_captured_to(context, &mut output)?;
    Ok(String::from_utf8_lossy(&output.0).into_owned())
}

struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_OUTPUT {
            return Err(io::Error::other("the page is too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many bytes a rendering has handled so far: read and written by filters, and written as values.
struct Work(usize);

/// Counts bytes that a filter or a value handles.
///
/// # Errors
/// When a rendering has handled more than [`MOST_WORK`].
pub(super) fn charge(state: &mut State<'_, '_>, bytes: usize) -> Result<(), minijinja::Error> {
    let work = state.get_or_insert_extension(Work(0));
    work.0 = work.0.saturating_add(bytes);
    if work.0 <= MOST_WORK {
        return Ok(());
    }
    Err(minijinja::Error::new(ErrorKind::InvalidOperation, "it handles too much text"))
}

/// Writes every value and counts what is written. HTML is escaped unless the value is safe, whatever the template
/// wishes; null writes nothing.
pub(super) fn write_value(
    format: Format,
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    let text = long_text::written(value);
    charge(state, text.len())?;
    if format == Format::Text || long_text::is_safe(value) {
        out.write_str(&text)?;
    } else {
        write!(out, "{}", Escaped(&text))?;
    }
    Ok(())
}
