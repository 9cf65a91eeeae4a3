//! Columns of resources: what a type is in SQL, in JSON and in a description.

use magnetiq_contract::describe::{self, FieldKind};
use magnetiq_contract::text::{Locale, Text};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::people::Person;
use crate::row::Row;
use crate::time::Timestamp;
use crate::value::{FromValue, ToValue};

/// A type that a resource's column may have.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// # #[derive(Clone, Copy, PartialEq, Choice)]
/// # enum Status { Draft, Published }
/// use magnetiq_sdk::Column;
///
/// assert_eq!(String::from_json(&json!("Ada")), Some("Ada".to_owned()));
/// assert_eq!(<Option<i64>>::blank(), None);
/// assert_eq!(Status::Published.to_json(), json!("published"));
/// assert_eq!(Status::choices().len(), 2);
/// ```
pub trait Column: FromValue + ToValue {
    /// What it is for forms and checks, unless `kind = "…"` says otherwise.
    const KIND: FieldKind;
    /// Must be given.
    const REQUIRED: bool = true;

    /// Values of a choice.
    #[must_use]
    fn choices() -> Vec<describe::Choice> {
        Vec::new()
    }

    /// Reads it from the API's JSON.
    fn from_json(value: &Value) -> Option<Self>;

    /// Writes it as the API's JSON.
    fn to_json(&self) -> Value;

    /// Its value where a row has none yet, as in a hook before the first save.
    fn blank() -> Self;
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl Column for $number {
            const KIND: FieldKind = FieldKind::Integer;

            fn from_json(value: &Value) -> Option<Self> {
                value.as_i64().and_then(|number| Self::try_from(number).ok())
            }

            fn to_json(&self) -> Value {
                json!(self)
            }

            fn blank() -> Self {
                0
            }
        }
    )*};
}
numbers!(i64, i32, u32, u16, u8);

macro_rules! columns {
    ($($column:ty, $kind:ident, $required:literal, $read:expr;)*) => {$(
        impl Column for $column {
            const KIND: FieldKind = FieldKind::$kind;
            const REQUIRED: bool = $required;

            fn from_json(value: &Value) -> Option<Self> {
                let read: fn(&Value) -> Option<Self> = $read;
                read(value)
            }

            fn to_json(&self) -> Value {
                json!(self)
            }

            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}
columns! {
    bool, Boolean, false, Value::as_bool;
    f64, Number, true, Value::as_f64;
    String, Text, true, |value| value.as_str().map(Self::from);
    Timestamp, DateTime, true, |value| value.as_str()?.parse().ok();
    Locale, Locale, true, |value| Self::from_code(value.as_str()?);
    Text, Localized, true, |value| serde_json::from_value(value.clone()).ok();
    Person, Person, true, |value| value.as_i64().map(Self);
    Value, Json, true, |value| Some(value.clone());
}

impl<T: Column> Column for Option<T> {
    const KIND: FieldKind = T::KIND;
    const REQUIRED: bool = false;

    fn choices() -> Vec<describe::Choice> {
        T::choices()
    }

    fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            _ => T::from_json(value).map(Some),
        }
    }

    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Column::to_json)
    }

    fn blank() -> Self {
        None
    }
}

/// An enum that is stored as text: `#[derive(Choice)]`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Clone, Copy, Debug, PartialEq, Choice)]
/// enum Status {
///     #[choice(en = "Draft", de = "Entwurf")]
///     Draft,
///     #[choice(en = "Published", de = "Veröffentlicht")]
///     Published,
/// }
///
/// assert_eq!(Status::Published.as_str(), "published");
/// assert_eq!(Status::from_text("draft"), Some(Status::Draft));
/// ```
pub trait Choice: Sized + Copy + 'static {
    /// Every value.
    const ALL: &'static [Self];
    /// Their texts, in the same order.
    const VALUES: &'static [&'static str];

    /// The text that is stored.
    fn as_str(&self) -> &'static str;

    /// The value with this text.
    #[must_use]
    fn from_text(text: &str) -> Option<Self> {
        Self::VALUES.iter().position(|value| *value == text).map(|place| Self::ALL[place])
    }

    /// As descriptions list them, in the same order.
    fn described() -> Vec<describe::Choice>;
}

/// What `derive(Choice)` adds beside [`Choice`].
#[doc(hidden)]
#[macro_export]
macro_rules! __choice {
    ($choice:ident) => {
        impl $crate::FromValue for $choice {
            fn from_value(value: &$crate::contract::row::Value<'_>) -> Option<Self> {
                match value {
                    $crate::contract::row::Value::Text(text) => <Self as $crate::Choice>::from_text(text),
                    _ => None,
                }
            }
        }

        impl $crate::ToValue for $choice {
            fn write(&self, out: &mut $crate::contract::row::Writer) {
                $crate::ToValue::write($crate::Choice::as_str(self), out);
            }
        }

        impl $crate::Column for $choice {
            const KIND: $crate::contract::describe::FieldKind = $crate::contract::describe::FieldKind::Choice;

            fn choices() -> Vec<$crate::contract::describe::Choice> {
                <Self as $crate::Choice>::described()
            }

            fn from_json(value: &$crate::serde_json::Value) -> Option<Self> {
                <Self as $crate::Choice>::from_text(value.as_str()?)
            }

            fn to_json(&self) -> $crate::serde_json::Value {
                $crate::serde_json::Value::from($crate::Choice::as_str(self))
            }

            fn blank() -> Self {
                <Self as $crate::Choice>::ALL[0]
            }
        }

        impl $crate::FormField for $choice {
            const KIND: $crate::contract::describe::FieldKind = $crate::contract::describe::FieldKind::Choice;

            fn choices() -> Vec<$crate::contract::describe::Choice> {
                <Self as $crate::Choice>::described()
            }

            fn read(value: &$crate::serde_json::Value, at: &mut $crate::At<'_>) -> Option<Self> {
                at.choice(value)
            }

            fn schema(_: &$crate::Rules) -> $crate::serde_json::Value {
                $crate::serde_json::json!({ "type": "string", "enum": <Self as $crate::Choice>::VALUES })
            }
        }

        impl $crate::serde::Serialize for $choice {
            fn serialize<S: $crate::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::Choice::as_str(self))
            }
        }
    };
}

/// A table that the host runs: `#[derive(Resource)]`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Clone, Resource, Serialize)]
/// #[resource(
///     table = "p_notes__notes", en = "Note", de = "Notiz", en_plural = "Notes", de_plural = "Notizen",
///     title = "text", read = "notes:read", write = "notes:write"
/// )]
/// struct Note {
///     #[field(en = "Text", de = "Text", max = 200, list)]
///     text: String,
/// }
///
/// assert_eq!(Note::describe().fields[0].name, "text");
/// ```
pub trait Resource: Row + 'static {
    /// What the host needs to know; `Registry::resource` names it.
    fn describe() -> describe::Resource;

    /// Reads a row as hooks get it.
    ///
    /// # Errors
    /// When a column holds another type.
    fn from_json(row: &Value) -> Result<Self>;

    /// The described columns as JSON.
    fn to_json(&self) -> Vec<(&'static str, Value)>;
}

/// Reads one column of a hook's row; what is not there yet is blank.
#[doc(hidden)]
pub fn column_from_json<T: Column>(row: &Value, name: &str) -> Result<T> {
    match row.get(name) {
        None | Some(Value::Null) => Ok(T::from_json(&Value::Null).unwrap_or_else(T::blank)),
        Some(value) => T::from_json(value).ok_or_else(|| Error::failed(format!("{name} holds {value}"))),
    }
}
