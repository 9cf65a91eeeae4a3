//! Runs a template within bounds.

use std::io::{self, Write};

use minijinja::{Environment, ErrorKind, Output, State, Value};

use super::Format;
use crate::site::escape::Escaped;

/// Most bytes that one rendering writes, captures of macros included.
pub(super) const LONGEST_OUTPUT: usize = 2 * 1024 * 1024;

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

/// How many bytes the values of a rendering have written so far.
struct Written(usize);

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
    let text = value.to_string();
    let written = state.get_or_insert_extension(Written(0));
    written.0 += text.len();
    if written.0 > LONGEST_OUTPUT {
        return Err(minijinja::Error::new(ErrorKind::WriteFailure, "the page is too long"));
    }
    if format == Format::Text || value.is_safe() {
        out.write_str(&text)?;
    } else {
        write!(out, "{}", Escaped(&text))?;
    }
    Ok(())
}
