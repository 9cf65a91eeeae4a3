//! A struct as the columns that it is read from or written to.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use jiff::Timestamp;
use magnetiq_contract::text::Locale;
use serde_json::{Map, Value};

use crate::store::schema;

/// What code believes of a table, or of a part of it.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) table: String,
    pub(crate) columns: BTreeMap<String, Column>,
    /// Conditions that hold in every row, beside the types' own.
    pub(crate) checks: BTreeSet<String>,
}

/// What code believes of a column.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// SQLite's type.
    pub(crate) kind: &'static str,
    /// Never NULL.
    pub(crate) required: bool,
    /// The values of the type, where it is an enumeration.
    pub(crate) choices: Option<Vec<String>>,
    /// The table whose `id` it holds, or a table and column, and what happens when that row goes.
    pub(crate) points_to: Option<String>,
}

/// A type that is stored in a column.
pub(crate) trait Stored {
    const KIND: &'static str;
    const REQUIRED: bool = true;

    fn choices() -> Option<Vec<String>> {
        None
    }
}

/// The shape of a struct: `shape!("table", Struct { columns } apart from { fields that are no columns })`. It does not
/// compile unless every field is named.
macro_rules! shape {
    ($table:literal, $row:ident $(<$life:lifetime>)? { $($field:ident),* $(,)? } $(apart from { $($other:ident),* })?) => {{
        let row = std::marker::PhantomData::<$row $(<$life>)?>;
        let mut shape = $crate::agreement::shape::Shape::empty($table);
        let _ = |row: &$row $(<$life>)?| {
            let $row { $($field: _,)* $($($other: _,)*)? } = row;
        };
        $(shape.add(stringify!($field), $crate::agreement::shape::column_of(row, |row| &row.$field));)*
        shape
    }};
}
pub(crate) use shape;

/// How a field is stored, by its type.
pub(crate) fn column_of<S, T: Stored>(_: PhantomData<S>, _: impl for<'a> Fn(&'a S) -> &'a T) -> Column {
    Column::of::<T>()
}

impl Column {
    fn of<T: Stored + ?Sized>() -> Self {
        Self { kind: T::KIND, required: T::REQUIRED, choices: T::choices(), points_to: None }
    }
}

impl Shape {
    /// A table of which nothing is known yet.
    pub(crate) fn empty(table: &str) -> Self {
        Self { table: table.to_owned(), columns: BTreeMap::new(), checks: BTreeSet::new() }
    }

    pub(crate) fn add(&mut self, name: &str, column: Column) {
        self.columns.insert(name.to_owned(), column);
    }

    /// A column that is a value of its own, in no struct.
    pub(crate) fn and<T: Stored + ?Sized>(mut self, name: &str) -> Self {
        self.add(name, Column::of::<T>());
        self
    }

    /// The columns of a struct inside this one.
    pub(crate) fn with(mut self, inner: Self) -> Self {
        assert_eq!(self.table, inner.table);
        self.columns.extend(inner.columns);
        self.checks.extend(inner.checks);
        self
    }

    /// A field whose column has another name.
    pub(crate) fn renamed(mut self, field: &str, name: &str) -> Self {
        let column = self.columns.remove(field).expect("a field");
        self.add(name, column);
        self
    }

    /// A field of text that holds one of these names.
    pub(crate) fn one_of<'a>(mut self, name: &str, choices: impl IntoIterator<Item = &'a str>) -> Self {
        self.known(name).choices = Some(choices.into_iter().map(str::to_owned).collect());
        self
    }

    /// A condition that holds in every row, as SQL says it.
    pub(crate) fn check(mut self, condition: &str) -> Self {
        self.checks.insert(schema::condition(condition));
        self
    }

    /// A column that holds the key of a row: `table` or `table (column)`, and `ON DELETE …` where that does not keep
    /// the row from being deleted.
    pub(crate) fn points(mut self, name: &str, table: &str) -> Self {
        self.known(name).points_to = Some(table.to_owned());
        self
    }

    fn known(&mut self, name: &str) -> &mut Column {
        self.columns.get_mut(name).expect("a column of the shape")
    }
}

macro_rules! stored {
    ($($kind:literal: $($stored:ty),*;)*) => {
        $($(impl Stored for $stored {
            const KIND: &'static str = $kind;
        })*)*
    };
}

stored! {
    "INTEGER": i64, u32, u16;
    "TEXT": String, str, Timestamp, Value, Map<String, Value>;
    "BLOB": Vec<u8>, [u8];
}

impl Stored for bool {
    const KIND: &'static str = "INTEGER";

    fn choices() -> Option<Vec<String>> {
        Some(vec!["0".to_owned(), "1".to_owned()])
    }
}

impl Stored for Locale {
    const KIND: &'static str = "TEXT";

    fn choices() -> Option<Vec<String>> {
        Some(Self::ALL.into_iter().map(|locale| locale.code().to_owned()).collect())
    }
}

impl<T: Stored> Stored for Option<T> {
    const KIND: &'static str = T::KIND;
    const REQUIRED: bool = false;

    fn choices() -> Option<Vec<String>> {
        T::choices()
    }
}

impl<T: Stored + ?Sized> Stored for &T {
    const KIND: &'static str = T::KIND;
    const REQUIRED: bool = T::REQUIRED;

    fn choices() -> Option<Vec<String>> {
        T::choices()
    }
}
