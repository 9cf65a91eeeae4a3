//! Values of columns and parameters.

use magnetiq_contract::row::{Value, Writer};
use magnetiq_contract::text::{Locale, Text};

use crate::people::Person;
use crate::time::Timestamp;

/// What can be read from a column. `None` says that the value is of another type.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{FromValue, contract::row::Value};
///
/// assert_eq!(bool::from_value(&Value::Integer(1)), Some(true));
/// assert_eq!(i64::from_value(&Value::Text("seven")), None);
/// ```
pub trait FromValue: Sized {
    /// Reads a value.
    fn from_value(value: &Value<'_>) -> Option<Self>;
}

/// What can be a parameter of a statement.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::ToValue;
///
/// fn rename(tx: &Tx, id: i64, name: impl ToValue) -> Result<u64> {
///     tx.execute("UPDATE p_notes__notes SET text = ? WHERE id = ?", params![name, id])
/// }
/// ```
pub trait ToValue {
    /// Appends it to the parameters.
    fn write(&self, out: &mut Writer);
}

impl FromValue for i64 {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl ToValue for i64 {
    fn write(&self, out: &mut Writer) {
        out.value(&Value::Integer(*self));
    }
}

macro_rules! narrow {
    ($($number:ty),*) => {$(
        impl FromValue for $number {
            fn from_value(value: &Value<'_>) -> Option<Self> {
                i64::from_value(value).and_then(|number| Self::try_from(number).ok())
            }
        }

        impl ToValue for $number {
            fn write(&self, out: &mut Writer) {
                i64::from(*self).write(out);
            }
        }
    )*};
}
narrow!(i32, u32, u16, u8);

impl FromValue for bool {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl ToValue for bool {
    fn write(&self, out: &mut Writer) {
        i64::from(*self).write(out);
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Real(number) => Some(*number),
            Value::Integer(number) => Some(*number as Self),
            _ => None,
        }
    }
}

impl ToValue for f64 {
    fn write(&self, out: &mut Writer) {
        out.value(&Value::Real(*self));
    }
}

fn text<'a>(value: &Value<'a>) -> Option<&'a str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

impl FromValue for String {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        text(value).map(Self::from)
    }
}

impl ToValue for String {
    fn write(&self, out: &mut Writer) {
        self.as_str().write(out);
    }
}

impl ToValue for str {
    fn write(&self, out: &mut Writer) {
        out.value(&Value::Text(self));
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl ToValue for [u8] {
    fn write(&self, out: &mut Writer) {
        out.value(&Value::Bytes(self));
    }
}

impl ToValue for Vec<u8> {
    fn write(&self, out: &mut Writer) {
        self.as_slice().write(out);
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        text(value)?.parse().ok()
    }
}

impl ToValue for Timestamp {
    fn write(&self, out: &mut Writer) {
        self.to_string().write(out);
    }
}

impl FromValue for Locale {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        Self::from_code(text(value)?)
    }
}

impl ToValue for Locale {
    fn write(&self, out: &mut Writer) {
        self.code().write(out);
    }
}

impl FromValue for Text {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        serde_json::from_str(text(value)?).ok()
    }
}

impl ToValue for Text {
    fn write(&self, out: &mut Writer) {
        serde_json::json!({ "en": self.en, "de": self.de }).write(out);
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        serde_json::from_str(text(value)?).ok()
    }
}

impl ToValue for serde_json::Value {
    fn write(&self, out: &mut Writer) {
        self.to_string().write(out);
    }
}

impl FromValue for Person {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

impl ToValue for Person {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            _ => T::from_value(value).map(Some),
        }
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn write(&self, out: &mut Writer) {
        match self {
            Some(value) => value.write(out),
            None => out.value(&Value::Null),
        }
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn write(&self, out: &mut Writer) {
        (**self).write(out);
    }
}

/// The parameters of a statement: `()`, an array, a tuple, or [`params!`](crate::params).
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn find(db: &Snapshot, year: i64, author: &str) -> Result<Vec<String>> {
///     let all: Vec<String> = db.all("SELECT text FROM p_notes__notes", ())?;
///     let some: Vec<String> = db.all("SELECT text FROM p_notes__notes WHERE year = ?", [year])?;
///     let few = db.all("SELECT text FROM p_notes__notes WHERE year = ? AND author = ?", (year, author))?;
///     Ok([all, some, few].concat())
/// }
/// ```
pub trait Params {
    /// The parameters in the border's format.
    fn buffer(&self) -> Vec<u8>;
}

fn start(count: usize) -> Writer {
    let mut out = Writer::with_capacity(64);
    out.parameters(u16::try_from(count).unwrap_or(u16::MAX));
    out
}

impl<T: ToValue> Params for [T] {
    fn buffer(&self) -> Vec<u8> {
        let mut out = start(self.len());
        self.iter().for_each(|value| value.write(&mut out));
        out.into_parameters()
    }
}

impl<T: ToValue, const N: usize> Params for [T; N] {
    fn buffer(&self) -> Vec<u8> {
        self.as_slice().buffer()
    }
}

impl<T: ToValue> Params for Vec<T> {
    fn buffer(&self) -> Vec<u8> {
        self.as_slice().buffer()
    }
}

impl<P: Params + ?Sized> Params for &P {
    fn buffer(&self) -> Vec<u8> {
        (**self).buffer()
    }
}

impl Params for () {
    fn buffer(&self) -> Vec<u8> {
        start(0).into_parameters()
    }
}

macro_rules! tuples {
    ($($name:ident $index:tt),*) => {
        impl<$($name: ToValue),*> Params for ($($name,)*) {
            fn buffer(&self) -> Vec<u8> {
                let mut out = start([$($index),*].len());
                $(self.$index.write(&mut out);)*
                out.into_parameters()
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
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Parameters of several types: `tx.execute("… VALUES (?, ?, ?)", params![id, name, starts_at])?`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn add(tx: &Tx, text: &str, at: Timestamp) -> Result<i64> {
///     let sql = "INSERT INTO p_notes__notes (text, year, created_at, updated_at) VALUES (?, ?, ?, ?)";
///     tx.insert(sql, params![text, 2026, at, at])
/// }
/// ```
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$(&$value as &dyn $crate::ToValue),*].as_slice() };
}
