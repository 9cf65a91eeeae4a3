//! Bodies become one JSON object, whether they came as JSON or as an HTML form.

use std::fmt;

use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};
use crate::urlencoded;

/// A body as an object.
pub(crate) struct Object {
    pub(crate) fields: Map<String, Value>,
    /// From a form: every value is a text.
    pub(crate) loose: bool,
    pub(crate) faults: Vec<FieldError>,
}

/// Reads a body by its media type; no body at all is an empty object.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Result<Object> {
    let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "application/x-www-form-urlencoded" => form(body),
        "" | "application/json" if body.is_empty() => {
            Ok(Object { fields: Map::new(), loose: false, faults: Vec::new() })
        }
        "application/json" => json(body),
        media if media.ends_with("+json") => json(body),
        _ => Err(Error::new(Code::UnsupportedMediaType, "Expected JSON or an HTML form.")),
    }
}

fn json(body: &[u8]) -> Result<Object> {
    let mut faults = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let seed = Tree { path: String::new(), faults: &mut faults };
    let value = seed.deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(Value::Object(fields)) => Ok(Object { fields, loose: false, faults }),
        Ok(_) => Err(Error::field("body", Rule::expected(expected::OBJECT))),
        Err(cause) => Err(Error::new(Code::BadRequest, format!("The body is not JSON: {cause}"))),
    }
}

/// A JSON value in which names that stand twice are faults.
struct Tree<'a> {
    path: String,
    faults: &'a mut Vec<FieldError>,
}

impl Tree<'_> {
    fn below(&self, name: &str) -> String {
        join(&self.path, name)
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.into() } else { format!("{path}.{name}") }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(Tree { path: self.below(&list.len().to_string()), faults: self.faults })?
        {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let path = self.below(&name);
            let value = entries.next_value_seed(Tree { path: path.clone(), faults: self.faults })?;
            if map.insert(name, value).is_some() {
                self.faults.push(FieldError::new(path, Rule::Repeated));
            }
        }
        Ok(map.into())
    }
}

/// `a=1`, `a.b=1` and `a[b]=1`; `a[]=1` as often as there are items.
fn form(body: &[u8]) -> Result<Object> {
    let broken = || Error::new(Code::BadRequest, "The form is not encoded properly.");
    let mut object = Object { fields: Map::new(), loose: true, faults: Vec::new() };
    for (name, value) in urlencoded::pairs(body).ok_or_else(broken)? {
        let parts: Vec<&str> = name.split(['.', '[']).map(|part| part.strip_suffix(']').unwrap_or(part)).collect();
        if parts.len() > 8 || put(&mut object.fields, &parts, value).is_none() {
            object.faults.push(FieldError::new(name, Rule::Repeated));
        }
    }
    Ok(object)
}

/// None when something stands there already.
fn put(map: &mut Map<String, Value>, parts: &[&str], value: String) -> Option<()> {
    match parts {
        [name] if map.contains_key(*name) => None,
        [name] => {
            map.insert((*name).into(), value.into());
            Some(())
        }
        [name, ""] => {
            let list = map.entry(*name).or_insert_with(|| Value::Array(Vec::new()));
            list.as_array_mut().map(|list| list.push(value.into()))
        }
        [name, rest @ ..] => {
            let inner = map.entry(*name).or_insert_with(|| Value::Object(Map::new()));
            put(inner.as_object_mut()?, rest, value)
        }
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_stand_twice_are_faults_at_any_depth() {
        let object = read("application/json", br#"{"a": {"b": 1, "b": 2}, "c": [{"d": 1, "d": 1}]}"#).unwrap();
        let fields: Vec<_> = object.faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["a.b", "c.0.d"]);
    }

    #[test]
    fn forms_and_json_become_the_same_object() {
        let form = read(
            "application/x-www-form-urlencoded; charset=utf-8",
            b"person.name=Ada&consent[marketing]=on&tags[]=a&tags[]=b",
        )
        .unwrap();
        assert_eq!(
            Value::Object(form.fields),
            json!({"person": {"name": "Ada"}, "consent": {"marketing": "on"}, "tags": ["a", "b"]})
        );
    }

    #[test]
    fn what_is_no_body_is_refused_with_its_code() {
        let code = |media: &str, body: &[u8]| read(media, body).err().map(|error| error.code);
        assert_eq!(code("application/json", b"{"), Some(Code::BadRequest));
        assert_eq!(code("application/json", b"{} x"), Some(Code::BadRequest));
        assert_eq!(code("application/json", b"[]"), Some(Code::Validation));
        assert_eq!(code("application/json", b"{\"a\": \"\xff\"}"), Some(Code::BadRequest));
        assert_eq!(code("application/json", "[".repeat(100_000).as_bytes()), Some(Code::BadRequest));
        assert_eq!(code("text/plain", b"a"), Some(Code::UnsupportedMediaType));
        assert_eq!(code("application/x-www-form-urlencoded", b"a=%zz"), Some(Code::BadRequest));
        assert_eq!(code("", b""), None);
        for body in ["[]", "null", "1"] {
            let error = read("application/json", body.as_bytes()).err().unwrap();
            assert_eq!(error.fields[0].field, "body", "{body}");
        }
    }
}
