//! Reading.

use std::ops::Deref;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::host;
use crate::people::Contacts;
use crate::row::{Row, rows};
use crate::value::Params;

const ENVIRONMENT: Environment = Environment::new();

/// The plugin's tables at one moment, for calls that only read. [`Tx`](crate::Tx) can all of this too.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn titles(db: &Snapshot, call: Call) -> Result<Json<Vec<String>>> {
///     let one: Option<String> = db.maybe("SELECT text FROM p_notes__notes WHERE id = ?", [call.path::<i64>("id")?])?;
///     let first = one.or_not_found()?;
///     let mut all: Vec<String> = db.all("SELECT text FROM p_notes__notes WHERE text <> ?", [&first])?;
///     all.insert(0, first);
///     Ok(Json(all))
/// }
/// ```
///
/// One row, and the contacts:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn count(db: &Snapshot) -> Result<(i64, Option<Contact>)> {
///     let count = db.one("SELECT count(*) FROM p_notes__notes", ())?;
///     Ok((count, db.people().read(Person(7))?))
/// }
/// ```
#[derive(Debug)]
pub struct Snapshot(());

impl Snapshot {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// Every row.
    ///
    /// # Errors
    /// When the statement fails, or a row has another shape.
    pub fn all<T: Row>(&self, sql: &str, params: impl Params) -> Result<Vec<T>> {
        rows(&host::query(sql, &params.buffer())?)
    }

    /// The first row, if any.
    ///
    /// # Errors
    /// As [`Self::all`].
    pub fn maybe<T: Row>(&self, sql: &str, params: impl Params) -> Result<Option<T>> {
        Ok(self.all(sql, params)?.into_iter().next())
    }

    /// The first row.
    ///
    /// # Errors
    /// NOT_FOUND when there is none; otherwise as [`Self::all`].
    pub fn one<T: Row>(&self, sql: &str, params: impl Params) -> Result<T> {
        self.maybe(sql, params)?.ok_or_else(Error::not_found)
    }

    /// The contacts.
    #[must_use]
    pub fn people(&self) -> Contacts {
        Contacts::new()
    }
}

impl Deref for Snapshot {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &ENVIRONMENT
    }
}
