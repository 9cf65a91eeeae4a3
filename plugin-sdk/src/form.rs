//! Typed bodies: `#[derive(Form)]` reads them and collects every fault of every field.

use magnetiq_contract::describe::{self, Field, FieldKind};
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::{Locale, Text};
use serde_json::{Map, Value, json};

use crate::body::{self, join};
use crate::call::Body;
use crate::column::Choice;
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Longest text where a field sets no `max`.
const LONGEST: f64 = 500.0;
/// Longest text of several lines where a field sets no `max`.
const LONGEST_LONG: f64 = 20_000.0;

/// A body or a block's props: `#[derive(Form)]`.
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
        match broken(self.rules.kind, text) {
            Some(rule) => self.fault(rule),
            None => Some(()),
        }
    }
}

/// The rule that a text of this kind breaks.
fn broken(kind: FieldKind, text: &str) -> Option<Rule> {
    let (holds, rule) = match kind {
        FieldKind::Text => (!text.chars().any(char::is_control), Rule::Type("one line of text".into())),
        FieldKind::Email => (is_email(text), Rule::Email),
        FieldKind::Url => (is_url(text), Rule::Url),
        FieldKind::Slug => (is_slug(text), Rule::Slug),
        FieldKind::TimeZone => (is_zone(text), Rule::TimeZone),
        _ => (true, Rule::Unknown),
    };
    (!holds).then_some(rule)
}

/// As browsers check it, with a dot in the domain; whether it exists only a mail can tell.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |letter: char| letter.is_ascii_graphic() && !"@,;:<>()[]\\\"".contains(letter);
    let label = |label: &str| {
        let inner = label.chars().all(|letter| letter.is_alphanumeric() || letter == '-');
        inner && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    };
    let local_ok = !local.is_empty() && local.len() <= 64 && local.chars().all(plain);
    local_ok
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && text.len() <= 254
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':', '@']))
        && text.chars().all(|letter| letter.is_ascii_graphic())
}

fn is_slug(text: &str) -> bool {
    let part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    text.split('-').all(part)
}

/// The shape of an IANA zone; the host knows which exist.
fn is_zone(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.len() <= 64 && text.split('/').all(part)
}

/// A type that a form's field may have.
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

impl FormField for String {
    const KIND: FieldKind = FieldKind::Text;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Some(text) = value.as_str() else { return at.fault(Rule::Type("text".into())) };
        let text = text.trim();
        at.text(text)?;
        Some(text.into())
    }

    fn missing(_: &mut At<'_>) -> Option<Self> {
        Some(Self::new())
    }

    fn schema(rules: &Rules) -> Value {
        let mut schema = json!({ "type": "string", "maxLength": rules.max.unwrap_or(LONGEST) as u64 });
        if let Some(min) = rules.min {
            schema["minLength"] = json!(min as u64);
        }
        match rules.kind {
            FieldKind::Email => schema["format"] = json!("email"),
            FieldKind::Url => schema["format"] = json!("uri"),
            FieldKind::LongText => schema["maxLength"] = json!(rules.max.unwrap_or(LONGEST_LONG) as u64),
            _ => {}
        }
        schema
    }
}

impl FormField for bool {
    const KIND: FieldKind = FieldKind::Boolean;
    const REQUIRED: bool = false;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match (value, at.loose) {
            (Value::Bool(value), _) => Some(*value),
            (Value::String(text), true) => match text.as_str() {
                "on" | "true" | "1" | "yes" => Some(true),
                "off" | "false" | "0" | "no" => Some(false),
                _ => at.fault(Rule::Type("true or false".into())),
            },
            _ => at.fault(Rule::Type("true or false".into())),
        }
    }

    /// A box that is not checked is not sent.
    fn missing(_: &mut At<'_>) -> Option<Self> {
        Some(false)
    }

    fn schema(_: &Rules) -> Value {
        json!({ "type": "boolean" })
    }
}

impl FormField for i64 {
    const KIND: FieldKind = FieldKind::Integer;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let number = match value {
            Value::String(text) if at.loose => text.trim().parse().ok(),
            _ => value.as_i64(),
        };
        let Some(number) = number else { return at.fault(Rule::Type("a whole number".into())) };
        at.number(number as f64)?;
        Some(number)
    }

    fn schema(rules: &Rules) -> Value {
        bounded("integer", rules)
    }
}

macro_rules! narrow {
    ($($number:ty),*) => {$(
        impl FormField for $number {
            const KIND: FieldKind = FieldKind::Integer;

            fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
                let number = i64::read(value, at)?;
                match Self::try_from(number) {
                    Ok(number) => Some(number),
                    Err(_) if number < 0 => at.fault(Rule::TooSmall(Self::MIN.to_string())),
                    Err(_) => at.fault(Rule::TooLarge(Self::MAX.to_string())),
                }
            }

            fn schema(rules: &Rules) -> Value {
                bounded("integer", rules)
            }
        }
    )*};
}
narrow!(u32, i32);

impl FormField for f64 {
    const KIND: FieldKind = FieldKind::Number;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let number = match value {
            Value::String(text) if at.loose => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => value.as_f64(),
        };
        let Some(number) = number else { return at.fault(Rule::Type("a number".into())) };
        at.number(number)?;
        Some(number)
    }

    fn schema(rules: &Rules) -> Value {
        bounded("number", rules)
    }
}

fn bounded(kind: &str, rules: &Rules) -> Value {
    let mut schema = json!({ "type": kind });
    if let Some(min) = rules.min {
        schema["minimum"] = json!(min);
    }
    if let Some(max) = rules.max {
        schema["maximum"] = json!(max);
    }
    schema
}

impl FormField for Timestamp {
    const KIND: FieldKind = FieldKind::DateTime;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match value.as_str().and_then(|text| text.trim().parse().ok()) {
            Some(moment) => Some(moment),
            None => at.fault(Rule::DateTime),
        }
    }

    fn schema(_: &Rules) -> Value {
        json!({ "type": "string", "format": "date-time" })
    }
}

impl FormField for Locale {
    const KIND: FieldKind = FieldKind::Locale;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match value.as_str().and_then(Self::from_code) {
            Some(locale) => Some(locale),
            None => at.fault(Rule::Choice(Self::ALL.map(|locale| locale.code().into()).into())),
        }
    }

    fn schema(_: &Rules) -> Value {
        json!({ "type": "string", "enum": Self::ALL.map(Self::code) })
    }
}

impl FormField for Text {
    const KIND: FieldKind = FieldKind::Localized;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        match serde_json::from_value(value.clone()) {
            Ok(text) => Some(text),
            Err(_) => at.fault(Rule::Type("an object with en and de".into())),
        }
    }

    fn schema(_: &Rules) -> Value {
        json!({ "type": "object", "properties": { "en": { "type": "string" }, "de": { "type": "string" } }, "required": ["en"] })
    }
}

impl<T: FormField> FormField for Option<T> {
    const KIND: FieldKind = T::KIND;
    const REQUIRED: bool = false;

    fn choices() -> Vec<describe::Choice> {
        T::choices()
    }

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        T::read(value, at).map(Some)
    }

    fn missing(_: &mut At<'_>) -> Option<Self> {
        Some(None)
    }

    fn schema(rules: &Rules) -> Value {
        T::schema(rules)
    }
}

impl<T: FormField> FormField for Vec<T> {
    const KIND: FieldKind = FieldKind::Json;
    const REQUIRED: bool = false;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Some(items) = value.as_array() else { return at.fault(Rule::Type("a list".into())) };
        let path = at.path.clone();
        let items: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(place, item)| {
                let rules = Rules { kind: T::KIND, ..at.rules };
                T::read(item, &mut At { path: format!("{path}.{place}"), loose: at.loose, rules, faults: at.faults })
            })
            .collect();
        items.into_iter().collect()
    }

    fn missing(_: &mut At<'_>) -> Option<Self> {
        Some(Self::new())
    }

    fn schema(rules: &Rules) -> Value {
        json!({ "type": "array", "items": T::schema(rules) })
    }
}

/// Reads a form inside a form; what is not given at all is read as empty, so that its optional fields stay optional.
#[doc(hidden)]
pub fn nested<F: Form>(value: &Value, at: &mut At<'_>) -> Option<F> {
    match value.as_object() {
        Some(fields) => object(fields, &at.path, at.loose, at.faults),
        None => at.fault(Rule::Type("an object".into())),
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
