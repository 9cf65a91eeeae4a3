//! Long texts as templates see them: written and handed to filters, but opaque to operators, whose cost nobody counts.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{DynObject, Object, ObjectRepr};

/// Longest text that operators may look into, in bytes.
pub(super) const LONGEST_PLAIN: usize = 1024;

/// A text of more than [`LONGEST_PLAIN`] bytes.
#[derive(Debug)]
struct LongText {
    text: String,
    safe: bool,
}

/// A text as a value; escaped when it is written.
pub(super) fn value(text: String) -> Value {
    if text.len() <= LONGEST_PLAIN { Value::from(text) } else { Value::from_object(LongText { text, safe: false }) }
}

/// Markup as a value; written as it is.
pub(super) fn safe_value(text: String) -> Value {
    if text.len() <= LONGEST_PLAIN {
        Value::from_safe_string(text)
    } else {
        Value::from_object(LongText { text, safe: true })
    }
}

/// The text that a value is; none for other values.
pub(super) fn text_of(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.downcast_object_ref::<LongText>().map(|long| long.text.as_str()))
}

/// What a value writes.
pub(super) fn written(value: &Value) -> Cow<'_, str> {
    text_of(value).map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

/// Is the value markup that is written as it is?
pub(super) fn is_safe(value: &Value) -> bool {
    value.is_safe() || value.downcast_object_ref::<LongText>().is_some_and(|long| long.safe)
}

impl Object for LongText {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    /// By place, so that nothing is read.
    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        let other = other.downcast_ref::<Self>()?;
        Some(std::ptr::from_ref(self.as_ref()).cmp(&std::ptr::from_ref(other)))
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}
