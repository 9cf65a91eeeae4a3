//! SQLite's own `instr`, `replace` and `trim` compare every place of one text with all of the other, inside one step
//! that nothing interrupts: two texts of a few megabytes hold the writer for minutes. These do the same in one pass.

use std::borrow::Cow;

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Error, Result};

use crate::store::session::LONGEST_VALUE;

/// Puts them in the place of SQLite's.
pub(super) fn install(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("instr", 2, flags, instr)?;
    connection.create_scalar_function("replace", 3, flags, replace)?;
    for arguments in [1, 2] {
        let trimmed = |ends: Ends| move |context: &Context<'_>| trim(context, ends);
        connection.create_scalar_function("trim", arguments, flags, trimmed(Ends { start: true, end: true }))?;
        connection.create_scalar_function("ltrim", arguments, flags, trimmed(Ends { start: true, end: false }))?;
        connection.create_scalar_function("rtrim", arguments, flags, trimmed(Ends { start: false, end: true }))?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
struct Ends {
    start: bool,
    end: bool,
}

/// The place of the second text in the first, counted from 1 in characters, of two blobs in bytes; 0 for none.
fn instr(context: &Context<'_>) -> Result<Option<i64>> {
    if let (ValueRef::Blob(hay), ValueRef::Blob(needle)) = (context.get_raw(0), context.get_raw(1)) {
        return Ok(Some(bytes_before(hay, needle).map_or(0, |before| before + 1)));
    }
    let (Some(hay), Some(needle)) = (text(context, 0)?, text(context, 1)?) else { return Ok(None) };
    let found = hay.find(needle.as_ref()).map(|at| hay[..at].chars().count());
    Ok(Some(found.map_or(0, |before| count(before) + 1)))
}

/// Blobs are searched as text of one character per byte, for which the standard library has a search in one pass.
fn bytes_before(hay: &[u8], needle: &[u8]) -> Option<i64> {
    let letters = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    let (hay, needle) = (letters(hay), letters(needle));
    hay.find(&needle).map(|at| count(hay[..at].chars().count()))
}

fn replace(context: &Context<'_>) -> Result<ToSqlOutput<'static>> {
    let (Some(text), Some(old), Some(new)) = (text(context, 0)?, text(context, 1)?, text(context, 2)?) else {
        return Ok(ToSqlOutput::Owned(Value::Null));
    };
    if old.is_empty() {
        return Ok(text.into_owned().into());
    }
    let found = text.matches(old.as_ref()).count();
    if text.len() - found * old.len() + found * new.len() > LONGEST_VALUE {
        return Err(Error::UserFunctionError("string or blob too big".into()));
    }
    Ok(text.replace(old.as_ref(), &new).into())
}

fn trim(context: &Context<'_>, ends: Ends) -> Result<Option<String>> {
    let Some(whole) = text(context, 0)? else { return Ok(None) };
    let letters = if context.len() == 1 { Some(Cow::Borrowed(" ")) } else { text(context, 1)? };
    let Some(letters) = letters else { return Ok(None) };
    let letters: std::collections::HashSet<char> = letters.chars().collect();
    let mut rest = whole.as_ref();
    if ends.start {
        rest = rest.trim_start_matches(|letter| letters.contains(&letter));
    }
    if ends.end {
        rest = rest.trim_end_matches(|letter| letters.contains(&letter));
    }
    Ok(Some(rest.to_owned()))
}

/// An argument as text; `None` for NULL.
fn text<'a>(context: &'a Context<'_>, place: usize) -> Result<Option<Cow<'a, str>>> {
    Ok(match context.get_raw(place) {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string().into()),
        ValueRef::Real(number) => Some(format!("{number:?}").into()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
    })
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What SQLite's own function says, and ours.
    fn both(expression: &str) -> (Value, Value) {
        let own = Connection::open_in_memory().unwrap();
        let ours = Connection::open_in_memory().unwrap();
        install(&ours).unwrap();
        let ask = |connection: &Connection| {
            connection.query_row(&format!("SELECT {expression}"), [], |row| row.get(0)).unwrap()
        };
        (ask(&own), ask(&ours))
    }

    #[test]
    fn they_say_what_sqlites_own_say() {
        for expression in [
            "instr('größe', 'e')",
            "instr('abc', 'z')",
            "instr('abc', '')",
            "instr(NULL, 'a')",
            "instr('a', NULL)",
            "instr(x'00ff10', x'ff')",
            "instr(x'00', x'01')",
            "instr(12345, 34)",
            "instr(1.5, '.')",
            "instr('abc', x'62')",
            "replace('aXbX', 'X', 'yy')",
            "replace('abc', '', 'x')",
            "replace('abc', 'b', '')",
            "replace(NULL, 'a', 'b')",
            "replace('a', 'a', NULL)",
            "replace(101, 0, 2)",
            "trim('  a b  ')",
            "trim('xyaxy', 'yx')",
            "ltrim('  a ')",
            "rtrim('  a ')",
            "rtrim('aßß', 'ß')",
            "trim('a', '')",
            "trim(NULL)",
            "trim('a', NULL)",
            "trim(7)",
        ] {
            let (own, ours) = both(expression);
            assert_eq!(ours, own, "{expression}");
        }
    }

    #[test]
    fn long_texts_take_no_longer_than_their_length() {
        let connection = Connection::open_in_memory().unwrap();
        install(&connection).unwrap();
        // The thread's own time: a busy machine says nothing about the length.
        let start = crate::store::thread_time();
        for expression in ["instr(a, b)", "replace(a, b, 'c')", "trim(a, b)"] {
            let sql = format!(
                "WITH t AS (SELECT printf('%.*c', 1000000, 'a') AS a, printf('%.*c', 500000, 'a') || 'b' AS b) \
                 SELECT {expression} IS NULL FROM t"
            );
            connection.query_row(&sql, [], |_| Ok(())).unwrap();
        }
        assert!(
            crate::store::thread_time().saturating_sub(start) < std::time::Duration::from_secs(10),
            "{:?}",
            crate::store::thread_time().saturating_sub(start)
        );
    }
}
