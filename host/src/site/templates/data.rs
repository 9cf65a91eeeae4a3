//! A page's data as its template sees them. Lists and maps count each look into them, and comparing two of them looks
//! into neither: the engine counts instructions, and one instruction may walk through everything there is.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use indexmap::IndexMap;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr};
use minijinja::{Error, ErrorKind, Value};
use serde_json::{Number, Value as Json};

use super::long_text;

/// Members that one rendering may look at; a list of a hundred rows needs some thousand.
const MOST_LOOKS: usize = 500_000;

/// The data as a value with a fresh count.
pub(in crate::site) fn value(data: &Json) -> Value {
    shown(data, &Arc::new(Looks(AtomicUsize::new(0))))
}

/// How often a rendering has looked into its data.
struct Looks(AtomicUsize);

impl Looks {
    fn count(&self, looks: usize) -> Result<(), Value> {
        if self.0.fetch_add(looks, Atomic::Relaxed) < MOST_LOOKS {
            return Ok(());
        }
        Err(Value::from(Error::new(ErrorKind::InvalidOperation, "it looks at its data too often")))
    }
}

fn shown(data: &Json, looks: &Arc<Looks>) -> Value {
    match data {
        Json::Null => Value::from(()),
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => number_of(number),
        Json::String(text) => long_text::value(text.clone()),
        Json::Array(items) => {
            let items = items.iter().map(|item| shown(item, looks)).collect();
            Value::from_object(List { items, looks: looks.clone() })
        }
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), shown(value, looks))).collect();
            Value::from_object(Fields { members, looks: looks.clone() })
        }
    }
}

fn number_of(number: &Number) -> Value {
    let whole = number.as_i64().map(Value::from).or_else(|| number.as_u64().map(Value::from));
    whole.or_else(|| number.as_f64().map(Value::from)).unwrap_or_default()
}

struct List {
    items: Vec<Value>,
    looks: Arc<Looks>,
}

struct Fields {
    members: IndexMap<String, Value>,
    looks: Arc<Looks>,
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match self.looks.count(1) {
            Ok(()) => self.items.get(key.as_usize()?).cloned(),
            Err(refusal) => Some(refusal),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.items.len())
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some(std::ptr::from_ref(self.as_ref()).cmp(&std::ptr::from_ref(other)))
    }
}

impl Object for Fields {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match self.looks.count(1) {
            Ok(()) => self.members.get(key).cloned(),
            Err(refusal) => Some(refusal),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match self.looks.count(self.members.len()) {
            Ok(()) => Enumerator::Values(self.members.keys().map(|name| long_text::value(name.clone())).collect()),
            Err(refusal) => Enumerator::Values(vec![refusal]),
        }
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.members.len())
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some(std::ptr::from_ref(self.as_ref()).cmp(&std::ptr::from_ref(other)))
    }
}

impl fmt::Debug for List {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(out)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.members.fmt(out)
    }
}
