//! JSON to typed values. Errors carry the field's path and a rule instead of a sentence, and a field that the type does
//! not know is refused even where the type would skip it.

use std::fmt;

use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;
use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::error::{Error, Result};

/// What stands at the leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// JSON's own types.
    Json,
    /// Text alone, as in addresses and forms; numbers and booleans are read from it.
    Text,
}

/// Reads a `T`.
///
/// # Errors
/// 422 that names the field.
pub fn from_value<T: DeserializeOwned>(value: Value, leaf: Leaf) -> Result<T> {
    T::deserialize(Typed { value, leaf }).map_err(|fault| Error::fields(vec![fault.into_field_error()]))
}

/// A broken rule, with the way to it from the inside out.
#[derive(Debug)]
struct Fault {
    way: Vec<String>,
    rule: Rule,
}

impl Fault {
    fn new(rule: Rule) -> Self {
        Self { way: Vec::new(), rule }
    }

    fn wrong(expected: impl Into<Text>) -> Self {
        Self::new(Rule::expected(expected))
    }

    fn within(mut self, name: String) -> Self {
        self.way.push(name);
        self
    }

    fn into_field_error(mut self) -> FieldError {
        self.way.reverse();
        let field = if self.way.is_empty() { "body".to_owned() } else { self.way.join(".") };
        FieldError::new(field, self.rule)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.rule)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(sentence: T) -> Self {
        Self::new(Rule::Other(Text::new(sentence.to_string(), "")))
    }

    fn invalid_type(_found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::wrong(expected.to_string())
    }

    fn invalid_value(_found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::wrong(expected.to_string())
    }

    fn unknown_variant(_found: &str, known: &'static [&'static str]) -> Self {
        Self::new(Rule::Choice(known.iter().map(ToString::to_string).collect()))
    }

    fn unknown_field(_found: &str, _known: &'static [&'static str]) -> Self {
        // The key's own reader adds its name.
        Self::new(Rule::Unknown)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Rule::Required).within(name.to_owned())
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::new(Rule::Repeated).within(name.to_owned())
    }
}

struct Typed {
    value: Value,
    leaf: Leaf,
}

impl Typed {
    fn integer(&self) -> Result<i128, Fault> {
        let number = match &self.value {
            Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
            Value::String(text) if self.leaf == Leaf::Text => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| Fault::wrong(expected::WHOLE_NUMBER))
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let number = self.integer()?;
            if number < i128::from(<$type>::MIN) {
                return Err(Fault::new(Rule::TooSmall(<$type>::MIN.to_string())));
            }
            let most = || Fault::new(Rule::TooLarge(<$type>::MAX.to_string()));
            visitor.$visit(<$type>::try_from(number).map_err(|_| most())?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Typed {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(value),
            Value::String(value) => visitor.visit_string(value),
            Value::Array(items) => visitor.visit_seq(Items { items: items.into_iter(), next: 0, leaf: self.leaf }),
            Value::Object(fields) => visitor.visit_map(Fields::new(fields, self.leaf)),
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), ..) => visitor.visit_i64(value),
                (_, Some(value), _) => visitor.visit_u64(value),
                (.., value) => visitor.visit_f64(value.unwrap_or_default()),
            },
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let number = match &self.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if self.leaf == Leaf::Text => {
                text.parse().ok().filter(|number: &f64| number.is_finite())
            }
            _ => None,
        };
        visitor.visit_f64(number.ok_or_else(|| Fault::wrong(expected::NUMBER))?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match (&self.value, self.leaf) {
            (Value::Bool(value), _) => visitor.visit_bool(*value),
            (Value::String(text), Leaf::Text) if text == "true" => visitor.visit_bool(true),
            (Value::String(text), Leaf::Text) if text == "false" => visitor.visit_bool(false),
            _ => Err(Fault::wrong(expected::TRUE_OR_FALSE)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Fault::wrong(expected::TEXT)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_string(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_array() { self.deserialize_any(visitor) } else { Err(Fault::wrong(expected::LIST)) }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.value.is_object() { self.deserialize_any(visitor) } else { Err(Fault::wrong(expected::OBJECT)) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::String(text) => visitor.visit_enum(text.into_deserializer() as StringDeserializer<Fault>),
            Value::Object(fields) => visitor.visit_enum(MapAccessDeserializer::new(Fields::new(fields, self.leaf))),
            _ => Err(Fault::wrong(expected::TEXT)),
        }
    }

    /// A type that skips a field does not know it.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Fault> {
        Err(Fault::new(Rule::Unknown))
    }

    forward_to_deserialize_any! { bytes byte_buf unit unit_struct tuple tuple_struct identifier }
}

struct Items {
    items: std::vec::IntoIter<Value>,
    next: usize,
    leaf: Leaf,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.items.next() else { return Ok(None) };
        let place = self.next;
        self.next += 1;
        let item = seed.deserialize(Typed { value, leaf: self.leaf });
        item.map(Some).map_err(|fault| fault.within(place.to_string()))
    }
}

struct Fields {
    fields: serde_json::map::IntoIter,
    current: Option<(String, Value)>,
    leaf: Leaf,
}

impl Fields {
    fn new(fields: Map<String, Value>, leaf: Leaf) -> Self {
        Self { fields: fields.into_iter(), current: None, leaf }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((name, value)) = self.fields.next() else { return Ok(None) };
        let key =
            seed.deserialize(name.as_str().into_deserializer()).map_err(|fault: Fault| fault.within(name.clone()));
        self.current = Some((name, value));
        key.map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = self.current.take().unwrap_or_default();
        seed.deserialize(Typed { value, leaf: self.leaf }).map_err(|fault| fault.within(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, Deserialize)]
    struct Form {
        email: String,
        #[serde(default)]
        seats: Option<u8>,
        #[serde(default)]
        consent: Consent,
        #[serde(default)]
        kind: Kind,
    }

    #[derive(Debug, Default, Deserialize)]
    struct Consent {
        marketing: bool,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        #[default]
        Visitor,
        Guest,
    }

    fn refusal(value: Value, leaf: Leaf) -> (String, Rule) {
        let error = from_value::<Form>(value, leaf).unwrap_err();
        let fault = &error.field_errors()[0];
        (fault.field.clone(), fault.rule.clone())
    }

    #[test]
    fn a_fitting_body_is_read() {
        let body = json!({"email": "a@b.c", "seats": 2, "consent": {"marketing": true}, "kind": "guest"});
        let form: Form = from_value(body, Leaf::Json).unwrap();
        assert_eq!((form.email.as_str(), form.seats, form.consent.marketing), ("a@b.c", Some(2), true));
        assert_eq!(form.kind, Kind::Guest);
    }

    #[test]
    fn text_leaves_are_read_as_numbers_and_booleans() {
        let form: Form = from_value(json!({"email": "a", "seats": "2"}), Leaf::Text).unwrap();
        assert_eq!(form.seats, Some(2));
        let consent: Consent = from_value(json!({"marketing": "true"}), Leaf::Text).unwrap();
        assert!(consent.marketing);
        assert_eq!(refusal(json!({"email": "a", "seats": "two"}), Leaf::Text).0, "seats");
    }

    #[test]
    fn each_fault_names_its_field_and_its_rule() {
        for (body, field, rule) in [
            (json!({}), "email", Rule::Required),
            (json!({"email": 1}), "email", Rule::expected(expected::TEXT)),
            (json!({"email": null}), "email", Rule::expected(expected::TEXT)),
            (json!({"email": "a", "x": 1}), "x", Rule::Unknown),
            (json!({"email": "a", "consent": {"marketing": false, "x": 1}}), "consent.x", Rule::Unknown),
            (json!({"email": "a", "consent": {}}), "consent.marketing", Rule::Required),
            (
                json!({"email": "a", "consent": {"marketing": "yes"}}),
                "consent.marketing",
                Rule::expected(expected::TRUE_OR_FALSE),
            ),
            (json!({"email": "a", "consent": [true]}), "consent", Rule::expected(expected::OBJECT)),
            (json!({"email": "a", "seats": 2.5}), "seats", Rule::expected(expected::WHOLE_NUMBER)),
            (json!({"email": "a", "seats": 300}), "seats", Rule::TooLarge("255".into())),
            (json!({"email": "a", "seats": -1}), "seats", Rule::TooSmall("0".into())),
            (json!({"email": "a", "kind": "x"}), "kind", Rule::Choice(vec!["visitor".into(), "guest".into()])),
            (json!([]), "body", Rule::expected(expected::OBJECT)),
        ] {
            assert_eq!(refusal(body.clone(), Leaf::Json), (field.to_owned(), rule), "{body}");
        }
    }
}
