//! Typed bodies: `#[derive(Form)]` reads them and collects every fault of every field.

mod fields;
mod formats;

use magnetiq_contract::describe::{self, Field, FieldKind};
use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use serde_json::{Map, Value, json};

use crate::body::{self, join};
use crate::call::Body;
use crate::column::Choice;
use crate::error::{Error, Result};

/// Longest text where a field sets no `max`.
const LONGEST: f64 = 500.0;
/// Longest text of several lines where a field sets no `max`.
const LONGEST_LONG: f64 = 20_000.0;

/// A body or a block's props: `#[derive(Form)]`.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// #[derive(Form)]
/// struct New {
///     #[field(kind = "email")]
///     email: String,
///     #[field(max = 200)]
///     text: Option<String>,
/// }
///
/// assert_eq!(New::object_schema()["required"], json!(["email"]));
/// ```
pub trait Form: Sized {
    /// Names of the fields.
    const NAMES: &'static [&'static str];

    /// Reads the fields; none when one of them is at fault.
    fn read_fields(input: &mut Input<'_>) -> Option<Self>;

    /// The fields as a page builder's editor draws them.
    fn fields() -> Vec<Field>;

    /// Name, JSON Schema and "must be given" of each field.
    fn schemas() -> Vec<(&'static str, Value, bool)>;

    /// JSON Schema of the whole.
    #[must_use]
    fn object_schema() -> Value {
        let schemas = Self::schemas();
        let required: Vec<_> = schemas.iter().filter(|field| field.2).map(|field| field.0).collect();
        let properties: Map<_, _> = schemas.iter().map(|field| (field.0.to_owned(), field.1.clone())).collect();
        let mut schema = json!({ "type": "object", "additionalProperties": false, "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }
}

impl<F: Form> Body for F {
    fn read(content_type: &str, body: &[u8]) -> Result<Self> {
        let body::Object { fields, loose, mut faults } = body::read(content_type, body)?;
        let form = object(&fields, "", loose, &mut faults);
        finish(form, faults)
    }

    fn schema() -> Option<Value> {
        Some(F::object_schema())
    }
}

/// Reads a block's props.
pub(crate) fn props<F: Form>(props: &Value) -> Result<F> {
    let mut faults = Vec::new();
    let none = Map::new();
    let form = object(props.as_object().unwrap_or(&none), "", false, &mut faults);
    finish(form, faults)
}

fn finish<F>(form: Option<F>, faults: Vec<FieldError>) -> Result<F> {
    match form {
        Some(form) if faults.is_empty() => Ok(form),
        _ => Err(Error::fields(faults)),
    }
}

fn object<F: Form>(fields: &Map<String, Value>, path: &str, loose: bool, faults: &mut Vec<FieldError>) -> Option<F> {
    let unknown = fields.keys().filter(|name| !F::NAMES.contains(&name.as_str()));
    faults.extend(unknown.map(|name| FieldError::new(join(path, name), Rule::Unknown)));
    F::read_fields(&mut Input { fields, path, loose, faults })
}

/// The fields of an object that is being read.
///
/// `#[derive(Form)]` writes this:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{Form, Input, Rules, contract::describe::{Field, FieldKind}};
///
/// struct Seats(i64);
///
/// impl Form for Seats {
///     # const NAMES: &'static [&'static str] = &["seats"];
///     fn read_fields(input: &mut Input<'_>) -> Option<Self> {
///         let rules = Rules { kind: FieldKind::Integer, required: true, min: Some(1.0), max: Some(9.0) };
///         input.field("seats", &rules).map(Self)
///     }
///     # fn fields() -> Vec<Field> { vec![] }
///     # fn schemas() -> Vec<(&'static str, serde_json::Value, bool)> { vec![] }
/// }
/// ```
#[derive(Debug)]
pub struct Input<'a> {
    fields: &'a Map<String, Value>,
    path: &'a str,
    loose: bool,
    faults: &'a mut Vec<FieldError>,
}

impl Input<'_> {
    /// Reads one field.
    pub fn field<T: FormField>(&mut self, name: &'static str, rules: &Rules) -> Option<T> {
        let mut at = At { path: join(self.path, name), loose: self.loose, rules: *rules, faults: self.faults };
        match self.fields.get(name).filter(|value| at.is_given(value)) {
            Some(value) => T::read(value, &mut at),
            None if rules.required => at.fault(Rule::Required),
            None => T::missing(&mut at),
        }
    }
}

/// What a field's attribute asks of its value.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{Rules, contract::describe::FieldKind};
///
/// let rules = Rules { kind: FieldKind::Text, required: true, min: None, max: Some(200.0) };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// What it holds.
    pub kind: FieldKind,
    /// Must be given.
    pub required: bool,
    /// Least number, or least length.
    pub min: Option<f64>,
    /// Greatest number, or greatest length.
    pub max: Option<f64>,
}

/// Where a value stands.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{At, FormField, Rules, contract::describe::FieldKind};
/// use serde_json::Value;
///
/// struct Even(i64);
///
/// impl FormField for Even {
///     const KIND: FieldKind = FieldKind::Integer;
///     const REQUIRED: bool = true;
///
///     fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
///         let number = value.as_i64().filter(|number| number % 2 == 0);
///         number.map(Self).or_else(|| at.fault(Rule::Unknown))
///     }
///
///     fn schema(_: &Rules) -> Value {
///         json!({ "type": "integer", "multipleOf": 2 })
///     }
/// }
///
/// fn is_status<C: Choice>(value: &Value, at: &mut At<'_>) -> bool {
///     at.choice::<C>(value).is_some()
/// }
/// ```
#[derive(Debug)]
pub struct At<'a> {
    path: String,
    loose: bool,
    rules: Rules,
    faults: &'a mut Vec<FieldError>,
}

impl At<'_> {
    /// Notes a fault.
    pub fn fault<T>(&mut self, rule: Rule) -> Option<T> {
        self.faults.push(FieldError::new(self.path.clone(), rule));
        None
    }

    /// An empty input of a form, a blank required text and null are not given.
    fn is_given(&self, value: &Value) -> bool {
        match value {
            Value::Null => false,
            Value::String(text) => !(self.loose || self.rules.required) || !text.trim().is_empty(),
            _ => true,
        }
    }

    /// Reads a choice.
    pub fn choice<C: Choice>(&mut self, value: &Value) -> Option<C> {
        match value.as_str().and_then(C::from_text) {
            Some(choice) => Some(choice),
            None => self.fault(Rule::Choice(C::VALUES.iter().copied().map(String::from).collect())),
        }
    }

    fn number(&mut self, value: f64) -> Option<()> {
        match (self.rules.min, self.rules.max) {
            (Some(min), _) if value < min => self.fault(Rule::TooSmall(min.to_string())),
            (_, Some(max)) if value > max => self.fault(Rule::TooLarge(max.to_string())),
            _ => Some(()),
        }
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let length = text.chars().count() as f64;
        let longest = if self.rules.kind == FieldKind::LongText { LONGEST_LONG } else { LONGEST };
        let max = self.rules.max.unwrap_or(longest);
        if length > max {
            return self.fault(Rule::TooLong(max as u64));
        }
        if let Some(min) = self.rules.min.filter(|min| length < *min) {
            return self.fault(Rule::TooShort(min as u64));
        }
        match formats::broken(self.rules.kind, text) {
            Some(rule) => self.fault(rule),
            None => Some(()),
        }
    }
}

/// A type that a form's field may have.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::{At, FormField, Rules, contract::describe::FieldKind};
///
/// assert!(String::choices().is_empty());
/// assert!(matches!(bool::KIND, FieldKind::Boolean));
///
/// fn given_or_not<T: FormField>(at: &mut At<'_>) -> Option<T> {
///     T::missing(at)
/// }
/// ```
pub trait FormField: Sized {
    /// What it is, unless `kind = "…"` says otherwise.
    const KIND: FieldKind;
    /// Must be given, unless the attribute says otherwise.
    const REQUIRED: bool = true;

    /// Values of a choice.
    #[must_use]
    fn choices() -> Vec<describe::Choice> {
        Vec::new()
    }

    /// Reads a value that is given.
    fn read(value: &Value, at: &mut At<'_>) -> Option<Self>;

    /// The value when none is given.
    fn missing(at: &mut At<'_>) -> Option<Self> {
        at.fault(Rule::Required)
    }

    /// JSON Schema.
    fn schema(rules: &Rules) -> Value;
}

/// Reads a form inside a form; what is not given at all is read as empty, so that its optional fields stay optional.
#[doc(hidden)]
pub fn nested<F: Form>(value: &Value, at: &mut At<'_>) -> Option<F> {
    match value.as_object() {
        Some(fields) => object(fields, &at.path, at.loose, at.faults),
        None => at.fault(Rule::expected(expected::OBJECT)),
    }
}

/// Lets a form stand inside another form.
#[doc(hidden)]
#[macro_export]
macro_rules! __form {
    ($form:ident) => {
        impl $crate::FormField for $form {
            const KIND: $crate::contract::describe::FieldKind = $crate::contract::describe::FieldKind::Json;
            const REQUIRED: bool = false;

            fn read(value: &$crate::serde_json::Value, at: &mut $crate::At<'_>) -> Option<Self> {
                $crate::nested(value, at)
            }

            fn missing(at: &mut $crate::At<'_>) -> Option<Self> {
                $crate::nested(&$crate::serde_json::json!({}), at)
            }

            fn schema(_: &$crate::Rules) -> $crate::serde_json::Value {
                <Self as $crate::Form>::object_schema()
            }
        }
    };
}
