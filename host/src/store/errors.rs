//! What SQLite's errors mean for a caller.

use magnetiq_contract::rule::Rule;
use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT_CHECK, SQLITE_CONSTRAINT_DATATYPE, SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_NOTNULL,
    SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CONSTRAINT_UNIQUE,
};

use crate::error::{Code, Error};
use crate::store::fault;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        sqlite_error(error)
    }
}

/// What an error of the host's own SQL means: a value that is taken and a key that points nowhere are the caller's,
/// the rest is ours.
#[must_use]
pub fn sqlite_error(error: rusqlite::Error) -> Error {
    fault::notice(&error);
    match (error.sqlite_error_code(), error.sqlite_extended_error_code()) {
        (Some(ErrorCode::DiskFull), _) => storage_full(error),
        (Some(ErrorCode::OperationInterrupted), _) => Error::unavailable(
            ("This took too long; please try again.", "Das hat zu lange gedauert; bitte versuchen Sie es erneut."),
            1,
        )
        .because(error),
        (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => Error::unavailable(
            (
                "The database is busy; please try again.",
                "Die Datenbank ist beschäftigt; bitte versuchen Sie es erneut.",
            ),
            1,
        )
        .because(error),
        (_, Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY)) => taken(error),
        (_, Some(SQLITE_CONSTRAINT_FOREIGNKEY)) => dangling(error),
        _ => Error::internal(error),
    }
}

/// What an error of a plugin's SQL means: everything that its text or its values caused is said to it.
pub(super) fn guest_error(error: rusqlite::Error) -> Error {
    match (error.sqlite_error_code(), error.sqlite_extended_error_code()) {
        (_, Some(SQLITE_CONSTRAINT_NOTNULL)) => column_fault(error, Rule::Required),
        (_, Some(SQLITE_CONSTRAINT_CHECK | SQLITE_CONSTRAINT_DATATYPE)) => {
            Error::new(Code::Validation, error.to_string()).because(error)
        }
        (_, Some(SQLITE_CONSTRAINT_TRIGGER)) => Error::new(Code::Conflict, error.to_string()).because(error),
        (Some(ErrorCode::ReadOnly), _) => {
            Error::new(Code::Forbidden, "This call reads from a snapshot and may not write.").because(error)
        }
        (
            // Misuse is to run a statement that is empty.
            Some(
                ErrorCode::Unknown
                | ErrorCode::TooBig
                | ErrorCode::TypeMismatch
                | ErrorCode::ParameterOutOfRange
                | ErrorCode::ApiMisuse,
            ),
            _,
        )
        | (None, _) => Error::new(Code::BadRequest, format!("SQL: {error}")).because(error),
        _ => sqlite_error(error),
    }
}

fn storage_full(error: rusqlite::Error) -> Error {
    let sentence = ("The disk is full; reading still works.", "Der Speicher ist voll; lesen geht weiterhin.");
    Error::new(Code::StorageFull, sentence).retry_after(5).because(error)
}

fn taken(error: rusqlite::Error) -> Error {
    let columns = constraint_columns(&error);
    match columns.as_slice() {
        [column] => Error::field(column.as_str(), Rule::Taken).because(error),
        _ => {
            let sentence =
                ("There is already a record with these values.", "Es gibt schon einen Eintrag mit diesen Werten.");
            Error::new(Code::Conflict, sentence).because(error)
        }
    }
}

fn dangling(error: rusqlite::Error) -> Error {
    let sentence = (
        "This points to a record that does not exist, or is still used by another one.",
        "Dies verweist auf einen Eintrag, den es nicht gibt, oder wird noch von einem anderen gebraucht.",
    );
    Error::new(Code::Conflict, sentence).because(error)
}

fn column_fault(error: rusqlite::Error, rule: Rule) -> Error {
    let column = constraint_columns(&error).into_iter().next().unwrap_or_default();
    Error::field(column, rule).because(error)
}

/// SQLite names them in its message alone: `UNIQUE constraint failed: users.email, users.site`.
fn constraint_columns(error: &rusqlite::Error) -> Vec<String> {
    let text = match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.as_str(),
        _ => "",
    };
    let (_, list) = text.rsplit_once("failed: ").unwrap_or_default();
    let names = list.split(", ").filter_map(|name| name.rsplit_once('.'));
    names.map(|(_, column)| column.to_owned()).collect()
}
