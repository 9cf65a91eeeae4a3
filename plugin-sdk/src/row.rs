//! Rows read from SQL.

use magnetiq_contract::row::{Reader, Value};

use crate::error::{Error, Result};
use crate::value::FromValue;

/// A row: a struct with `#[derive(Row)]`, whose fields are read by column name, a tuple, read in order, or one value.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Row)]
/// struct Note {
///     id: i64,
///     text: String,
/// }
///
/// fn notes(db: &Snapshot) -> Result<Vec<Note>> {
///     let pairs: Vec<(i64, String)> = db.all("SELECT id, text FROM p_notes__notes", ())?;
///     let texts: Vec<String> = db.all("SELECT text FROM p_notes__notes", ())?;
///     assert_eq!(pairs.len(), texts.len());
///     db.all("SELECT id, text FROM p_notes__notes", ())
/// }
/// ```
pub trait Row: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// When a column is missing or holds another type.
    fn read(row: &Columns<'_>) -> Result<Self>;
}

/// The columns of one row.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{Columns, Row};
///
/// struct Note {
///     id: i64,
///     text: String,
/// }
///
/// impl Row for Note {
///     fn read(row: &Columns<'_>) -> Result<Self> {
///         Ok(Self { id: row.at(0)?, text: row.get("text")? })
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Columns<'a> {
    names: &'a [&'a str],
    values: &'a [Value<'a>],
}

impl Columns<'_> {
    /// The column with this name.
    ///
    /// # Errors
    /// When it is missing or holds another type.
    pub fn get<T: FromValue>(&self, name: &str) -> Result<T> {
        let place = self.names.iter().position(|column| *column == name);
        place.map_or_else(|| Err(Error::failed(format!("the row has no column {name}"))), |place| self.at(place))
    }

    /// The column at this place, from 0.
    ///
    /// # Errors
    /// When it is missing or holds another type.
    pub fn at<T: FromValue>(&self, place: usize) -> Result<T> {
        let value = self.values.get(place).ok_or_else(|| Error::failed(format!("the row has no column {place}")))?;
        T::from_value(value).ok_or_else(|| {
            let name = self.names.get(place).copied().unwrap_or_default();
            Error::failed(format!("column {name} holds {value:?}, which is no {}", std::any::type_name::<T>()))
        })
    }
}

impl<T: FromValue> Row for T {
    fn read(row: &Columns<'_>) -> Result<Self> {
        row.at(0)
    }
}

macro_rules! tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: FromValue),*> Row for ($($name,)*) {
            fn read(row: &Columns<'_>) -> Result<Self> {
                Ok(($(row.at::<$name>($index)?,)*))
            }
        }
    };
}
tuples!(A 0);
tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);

/// Reads every row of a buffer.
pub(crate) fn rows<T: Row>(buffer: &[u8]) -> Result<Vec<T>> {
    let malformed = |_| Error::failed("the host sent a malformed row");
    let mut reader = Reader::new(buffer);
    let (names, count) = reader.columns().map_err(malformed)?;
    let mut values = Vec::with_capacity(names.len());
    let mut rows = Vec::with_capacity((count as usize).min(1024));
    for _ in 0..count {
        values.clear();
        for _ in 0..names.len() {
            values.push(reader.value().map_err(malformed)?);
        }
        rows.push(T::read(&Columns { names: &names, values: &values })?);
    }
    Ok(rows)
}
