//! Types that a form's field may have.

use magnetiq_contract::describe::{self, FieldKind};
use magnetiq_contract::expected;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::{Locale, Text};
use serde_json::{Value, json};

use super::{At, FormField, LONGEST, LONGEST_LONG, Rules};
use crate::time::Timestamp;

impl FormField for String {
    const KIND: FieldKind = FieldKind::Text;

    fn read(value: &Value, at: &mut At<'_>) -> Option<Self> {
        let Some(text) = value.as_str() else { return at.fault(Rule::expected(expected::TEXT)) };
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
                _ => at.fault(Rule::expected(expected::TRUE_OR_FALSE)),
            },
            _ => at.fault(Rule::expected(expected::TRUE_OR_FALSE)),
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
        let Some(number) = number else { return at.fault(Rule::expected(expected::WHOLE_NUMBER)) };
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
        let Some(number) = number else { return at.fault(Rule::expected(expected::NUMBER)) };
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
            Err(_) => at.fault(Rule::expected(expected::LOCALIZED)),
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
        let Some(items) = value.as_array() else { return at.fault(Rule::expected(expected::LIST)) };
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
