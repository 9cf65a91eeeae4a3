//! A plugin's SQL: its own tables, its own statements, within what the call may still use.

use std::sync::Arc;
use std::time::Duration;

use magnetiq_contract::row::{Reader, Value, Writer};
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Row};

use crate::error::{Code, Error, Result};
use crate::store::errors::guest_error;
use crate::store::scope::Scope;
use crate::store::session::Session;
use crate::store::unit;
use crate::store::{Deadline, thread_time};

/// Bytes of one statement's text.
const LONGEST: usize = 100 << 10;

/// Bytes of one result and of one value.
const LARGEST: usize = 4 << 20;

/// Bytes of a pattern of LIKE or GLOB: one comparison takes its length times that of the text, uninterrupted.
const LONGEST_PATTERN: i32 = 100;

/// What the statements of one call may still use together.
#[derive(Clone, Debug)]
pub struct SqlBudget {
    time: Duration,
    rows: u64,
    bytes: u64,
    used: Duration,
}

impl SqlBudget {
    /// Work inside SQLite by the thread's time, rows handed over, and their bytes.
    #[must_use]
    pub const fn new(time: Duration, rows: u64, bytes: u64) -> Self {
        Self { time, rows, bytes, used: Duration::ZERO }
    }

    /// Time spent inside SQLite so far.
    #[must_use]
    pub const fn used(&self) -> Duration {
        self.used
    }

    fn spend_time(&mut self, spent: Duration) {
        self.time = self.time.saturating_sub(spent);
        self.used += spent;
    }

    fn spend_row(&mut self, bytes: usize) -> Result<()> {
        self.rows = self.rows.checked_sub(1).ok_or_else(|| used_up("rows"))?;
        self.bytes = self.bytes.checked_sub(bytes as u64).ok_or_else(|| used_up("bytes"))?;
        Ok(())
    }
}

impl Default for SqlBudget {
    fn default() -> Self {
        Self::new(Duration::from_millis(100), 100_000, 16 << 20)
    }
}

/// All rows of one statement in the row format of `magnetiq_contract`; `parameters` likewise.
///
/// # Errors
/// Forbidden for what the plugin may not reach, and for writing on a snapshot; PluginFailed when the budget is used
/// up; BadRequest, Conflict and Validation for what the statement itself does wrong.
pub fn query(
    session: &Session,
    plugin: &Arc<str>,
    sql: &str,
    parameters: &[u8],
    budget: &mut SqlBudget,
) -> Result<Vec<u8>> {
    run(session, plugin, sql, budget, |statement, budget| {
        bind(statement, parameters)?;
        rows(statement, budget)
    })
}

/// Runs one statement that hands over no rows; returns how many it changed.
///
/// # Errors
/// As [`query`].
pub fn execute(
    session: &Session,
    plugin: &Arc<str>,
    sql: &str,
    parameters: &[u8],
    budget: &mut SqlBudget,
) -> Result<u64> {
    run(session, plugin, sql, budget, |statement, _| {
        bind(statement, parameters)?;
        Ok(statement.raw_execute()? as u64)
    })
}

/// Why a step failed: SQLite said so, or we did.
enum Failure {
    Sqlite(rusqlite::Error),
    Ours(Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// Runs one statement in the plugin's scope and within its budget.
fn run<T>(
    session: &Session,
    plugin: &Arc<str>,
    sql: &str,
    budget: &mut SqlBudget,
    work: impl FnOnce(&mut CachedStatement<'_>, &mut SqlBudget) -> Result<T, Failure>,
) -> Result<T> {
    check(session, sql, budget)?;
    let start = thread_time();
    let outer = session.watch().deadline();
    session.set_deadline(Some(Deadline::after(budget.time).or_earlier(outer)));
    let outcome = in_scope(session, plugin, sql, budget, work);
    session.set_deadline(outer);
    budget.spend_time(thread_time().saturating_sub(start));
    outcome.map_err(|failure| explain(session, failure))
}

fn check(session: &Session, sql: &str, budget: &SqlBudget) -> Result<()> {
    if sql.len() > LONGEST {
        return Err(Error::new(Code::BadRequest, "A statement may have 100 KiB."));
    }
    if session.connection().is_autocommit() {
        return Err(unit::ended());
    }
    if budget.time.is_zero() || session.watch().is_late() {
        return Err(used_up("time"));
    }
    Ok(())
}

/// The scope is set for preparing, stepping and resetting alike. The text is marked with the plugin, so that a
/// statement which another scope has prepared is never found.
fn in_scope<T>(
    session: &Session,
    plugin: &Arc<str>,
    sql: &str,
    budget: &mut SqlBudget,
    work: impl FnOnce(&mut CachedStatement<'_>, &mut SqlBudget) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connection = session.connection();
    let _scope = session.enter(Scope::Plugin(Arc::clone(plugin)));
    session.watch().take_denied();
    let length = connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST as i32)?;
    let pattern = connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)?;
    let outcome = match connection.prepare_cached(&format!("/*{plugin}*/{sql}")) {
        Ok(mut statement) => work(&mut statement, budget),
        Err(error) => Err(error.into()),
    };
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, pattern)?;
    outcome
}

fn explain(session: &Session, failure: Failure) -> Error {
    let error = match failure {
        Failure::Ours(error) => return error,
        Failure::Sqlite(error) => error,
    };
    if let Some(what) = session.watch().take_denied() {
        return Error::new(Code::Forbidden, format!("The capability db does not cover {what}.")).because(error);
    }
    if error.sqlite_error_code() == Some(rusqlite::ErrorCode::OperationInterrupted) {
        return used_up("time").because(error);
    }
    guest_error(error)
}

fn used_up(what: &str) -> Error {
    Error::new(Code::PluginFailed, format!("The capability db has no {what} left for this call."))
}

fn bind(statement: &mut CachedStatement<'_>, parameters: &[u8]) -> Result<(), Failure> {
    let malformed = |_| Error::new(Code::BadRequest, "The parameters are malformed.");
    let mut reader = Reader::new(parameters);
    let given = if parameters.is_empty() { 0 } else { reader.parameters().map_err(malformed)?.into() };
    let wanted = statement.parameter_count();
    if given != wanted {
        let message = format!("The statement takes {wanted} parameters, {given} were given.");
        return Err(Error::new(Code::BadRequest, message).into());
    }
    for place in 1..=wanted {
        let value = match reader.value().map_err(malformed)? {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Real(number) => ValueRef::Real(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        };
        statement.raw_bind_parameter(place, ToSqlOutput::Borrowed(value))?;
    }
    Ok(())
}

fn rows(statement: &mut CachedStatement<'_>, budget: &mut SqlBudget) -> Result<Vec<u8>, Failure> {
    let columns = statement.column_count();
    let mut writer = Writer::with_capacity(512);
    let place = writer.columns(statement.column_names());
    let mut count = 0;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next()? {
        let before = writer.len();
        write_row(row, columns, &mut writer)?;
        if writer.len() > LARGEST {
            return Err(Error::new(Code::PluginFailed, "The result of a statement may have 4 MiB.").into());
        }
        budget.spend_row(writer.len() - before)?;
        count += 1;
    }
    Ok(writer.finish(place, count))
}

/// Straight from SQLite's memory into the buffer.
fn write_row(row: &Row<'_>, columns: usize, writer: &mut Writer) -> Result<(), Failure> {
    for column in 0..columns {
        let value = match row.get_ref(column)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Real(number) => Value::Real(number),
            ValueRef::Text(text) => Value::Text(std::str::from_utf8(text).map_err(|_| not_text())?),
            ValueRef::Blob(bytes) => Value::Bytes(bytes),
        };
        writer.value(&value);
    }
    Ok(())
}

fn not_text() -> Error {
    Error::new(Code::BadRequest, "A text in the result is not UTF-8.")
}
