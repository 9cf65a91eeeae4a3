//! Bytes to JSON, refusing what lenient readers let through: keys that stand twice, bytes that are not UTF-8, nests
//! without an end.

use std::cell::RefCell;
use std::fmt;

use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{Code, Error, Result};

/// Objects and lists within each other at most.
pub const DEEPEST: usize = 64;

/// Reads a whole body as one JSON value.
///
/// # Errors
/// 400 when it is not JSON at all; 422 naming the field that is repeated, too deep, not UTF-8 or cannot be held.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(_) => Err(not_utf8(bytes)),
    }
}

fn read(text: &str) -> Result<Value> {
    let place = Place::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Strict { place: &place, depth: 1 };
    let read = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    read.map_err(|error| match place.fault.take() {
        Some(fault) => Error::fields(vec![fault]),
        None if is_json(text) => Error::field(place.field(), unheld(&error)),
        None => not_json(&error),
    })
}

/// The place is told in every language, the reason in English alone: it is the reader's.
fn not_json(error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    let german = format!("Der Inhalt ist kein JSON: Zeile {line}, Spalte {column}.");
    Error::new(Code::BadRequest, (format!("The body is not JSON: {error}."), german))
}

/// Is it JSON by its grammar, whether or not its values can be held?
fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// Why a value of JSON cannot be held.
fn unheld(error: &serde_json::Error) -> Rule {
    match error.to_string().starts_with("number out of range") {
        true => ("The number is too large.", "Die Zahl ist zu groß.").into(),
        false => (
            "The text has half a character (\\ud800 to \\udfff) without its other half.",
            "Der Text enthält ein halbes Zeichen (\\ud800 bis \\udfff) ohne die andere Hälfte.",
        )
            .into(),
    }
}

/// Names the field by reading a copy in which bad bytes are replaced.
fn not_utf8(bytes: &[u8]) -> Error {
    let copy = String::from_utf8_lossy(bytes);
    let field = read(&copy).ok().and_then(|value| replaced(&value)).unwrap_or_else(|| "body".to_owned());
    Error::field(field, Rule::expected(expected::UTF_8))
}

/// The path to the first text with a replaced character.
fn replaced(value: &Value) -> Option<String> {
    let below = |name: String, path: String| if path.is_empty() { name } else { format!("{name}.{path}") };
    match value {
        Value::String(text) => text.contains(char::REPLACEMENT_CHARACTER).then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| replaced(item).map(|path| below(index.to_string(), path)))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            if name.contains(char::REPLACEMENT_CHARACTER) {
                return Some(name.clone());
            }
            replaced(item).map(|path| below(name.clone(), path))
        }),
        _ => None,
    }
}

/// Where the reader stands, and the fault that it met there.
#[derive(Default)]
struct Place {
    path: RefCell<Vec<String>>,
    fault: RefCell<Option<FieldError>>,
}

impl Place {
    fn refuse<E: de::Error>(&self, rule: Rule) -> E {
        *self.fault.borrow_mut() = Some(FieldError::new(self.field(), rule));
        E::custom("refused")
    }

    /// The path to where the reader stands.
    fn field(&self) -> String {
        let path = self.path.borrow().join(".");
        if path.is_empty() { "body".to_owned() } else { path }
    }

    /// A reader that fails stays where it is.
    fn within<T, E>(&self, name: String, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.path.borrow_mut().push(name);
        let value = read()?;
        self.path.borrow_mut().pop();
        Ok(value)
    }
}

#[derive(Clone, Copy)]
struct Strict<'a> {
    place: &'a Place,
    depth: usize,
}

impl Strict<'_> {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth > DEEPEST {
            let en = format!("Nested deeper than {DEEPEST} levels.");
            let de = format!("Tiefer als {DEEPEST} Ebenen verschachtelt.");
            return Err(self.place.refuse(Rule::Other(Text::new(en, de))));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = self.place.within(list.len().to_string(), || items.next_element_seed(inner))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if object.contains_key(&name) {
                return self.place.within(name, || Err(self.place.refuse(Rule::Repeated)));
            }
            let value = self.place.within(name.clone(), || fields.next_value_seed(inner))?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(bytes: &[u8]) -> (Code, String) {
        let error = parse(bytes).unwrap_err();
        let field = error.field_errors().first().map(|fault| fault.field.clone());
        (error.code(), field.unwrap_or_default())
    }

    #[test]
    fn json_is_read_as_it_is() {
        let text = r#"{"a":[1,-2,2.5,true,null,"ä"],"b":{"c":{}}}"#;
        assert_eq!(parse(text.as_bytes()).unwrap(), serde_json::from_str::<Value>(text).unwrap());
    }

    #[test]
    fn what_is_not_json_is_a_bad_request() {
        for text in ["", "{", "email=a", "{} {}", "{\"a\":1,}", "{\"a\":1e999", "[\"\\ud800\"", "\"\\ud8"] {
            assert_eq!(refusal(text.as_bytes()), (Code::BadRequest, String::new()), "{text}");
        }
    }

    #[test]
    fn the_field_at_fault_is_named() {
        assert_eq!(refusal(br#"{"a":{"b":1,"b":2}}"#), (Code::Validation, "a.b".into()));
        assert_eq!(refusal(b"{\"a\":[\"x\",\"\xff\"]}"), (Code::Validation, "a.1".into()));
        assert_eq!(refusal(b"{\"\xff\":1}"), (Code::Validation, "\u{fffd}".into()));
        assert_eq!(refusal(b"\xff\xfe{"), (Code::Validation, "body".into()));
    }

    #[test]
    fn json_whose_values_cannot_be_held_is_refused_with_the_field() {
        for (text, field) in [
            (r#"{"a":1,"b":{"c":[0,1e400]}}"#, "b.c.1"),
            (r#"{"a":{"b":-1e999},"c":1}"#, "a.b"),
            (r#"{"a":[1],"b":"\ud800"}"#, "b"),
            (r#"{"a":[{"b":"\ud800x"},2]}"#, "a.0.b"),
            (r#"{"a":"\udc00\ud800"}"#, "a"),
            (r#"{"a":{"b":1,"\ud800":1}}"#, "a"),
            ("1e999", "body"),
            (r#""\ud800""#, "body"),
        ] {
            assert_eq!(refusal(text.as_bytes()), (Code::Validation, field.into()), "{text}");
        }
        let sentence = |text: &str| {
            let error = parse(text.as_bytes()).unwrap_err();
            error.field_errors()[0].rule.message(magnetiq_contract::text::Locale::En)
        };
        assert!(sentence("[1e400]").contains("number") && sentence(r#"["\ud800"]"#).contains("half a character"));
    }

    #[test]
    fn nests_are_read_to_their_limit_and_refused_above() {
        let nest = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nest(DEEPEST).as_bytes()).is_ok());
        assert_eq!(refusal(nest(DEEPEST + 1).as_bytes()).0, Code::Validation);
        assert_eq!(refusal("[".repeat(1_000_000).as_bytes()).0, Code::Validation);
        let object = "{\"a\":".repeat(DEEPEST + 1);
        assert!(refusal(object.as_bytes()).1.starts_with("a.a.a"));
    }
}
