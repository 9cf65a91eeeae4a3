//! One value of a field: from JSON or a query parameter to what SQLite stores, with the rule it breaks if it does.

use jiff::Timestamp;
use magnetiq_contract::describe::{Field, FieldKind};
use magnetiq_contract::expected;
use magnetiq_contract::names::is_kebab;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::{Locale, Text};
use serde_json::Value;

use super::formats;
use crate::clock;
use crate::people::address;

/// A value as a column holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// NULL.
    Null,
    /// INTEGER.
    Integer(i64),
    /// REAL.
    Real(f64),
    /// TEXT.
    Text(String),
}

type Faults = Vec<FieldError>;

#[derive(Clone, Copy, PartialEq)]
enum Lines {
    One,
    Several,
}

fn lines(kind: FieldKind) -> Lines {
    match kind {
        FieldKind::LongText | FieldKind::LocalizedLong => Lines::Several,
        _ => Lines::One,
    }
}

/// Reads the value of a field from JSON. JSON null is NULL; whether that is allowed is the caller's to decide.
///
/// # Errors
/// Every rule that the value breaks, with the field's name, dotted inside localized text.
pub fn from_json(field: &Field, value: &Value) -> Result<Scalar, Faults> {
    if value.is_null() {
        return Ok(Scalar::Null);
    }
    let one = |rule| vec![FieldError::new(&field.name, rule)];
    match field.kind {
        FieldKind::Localized | FieldKind::LocalizedLong => localized(field, value),
        FieldKind::Json => json(field, value).map_err(one),
        FieldKind::Boolean => value
            .as_bool()
            .map(|yes| Scalar::Integer(yes.into()))
            .ok_or_else(|| one(Rule::expected(expected::TRUE_OR_FALSE))),
        FieldKind::Integer => integer(field, value.as_i64()).map_err(one),
        FieldKind::Reference | FieldKind::Person => id(value.as_i64()).map_err(one),
        FieldKind::Number => number(field, value.as_f64()).map_err(one),
        _ => value
            .as_str()
            .ok_or_else(|| Rule::expected(expected::TEXT))
            .and_then(|text| written(field, text))
            .map_err(one),
    }
}

/// Checks a value that is kept as JSON, such as a setting: the value as its kind writes it.
///
/// # Errors
/// As [`from_json`].
pub fn valid(field: &Field, value: &Value) -> Result<Value, Faults> {
    from_json(field, value).map(|scalar| to_json(field.kind, &scalar))
}

/// Reads the value of a field from a query parameter.
///
/// # Errors
/// The rule that the text breaks.
pub fn from_parameter(field: &Field, text: &str) -> Result<Scalar, Rule> {
    match field.kind {
        FieldKind::Boolean => match text {
            "true" => Ok(Scalar::Integer(1)),
            "false" => Ok(Scalar::Integer(0)),
            _ => Err(Rule::expected(expected::TRUE_OR_FALSE)),
        },
        FieldKind::Integer => text.parse().map(Scalar::Integer).map_err(|_| Rule::expected(expected::WHOLE_NUMBER)),
        FieldKind::Reference | FieldKind::Person => id(text.parse().ok()),
        FieldKind::Number => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Scalar::Real)
            .ok_or_else(|| Rule::expected(expected::NUMBER)),
        FieldKind::Text | FieldKind::LongText | FieldKind::Slug | FieldKind::Email | FieldKind::Url => {
            readable(text, most(field)).map(|()| Scalar::Text(text.to_owned()))
        }
        _ => written(field, text),
    }
}

/// The value as a person reads and an API sends it.
#[must_use]
pub fn to_json(kind: FieldKind, value: &Scalar) -> Value {
    match (kind, value) {
        (_, Scalar::Null) => Value::Null,
        (FieldKind::Boolean, Scalar::Integer(number)) => Value::Bool(*number != 0),
        (FieldKind::Localized | FieldKind::LocalizedLong | FieldKind::Json, Scalar::Text(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone()))
        }
        (_, Scalar::Integer(number)) => Value::from(*number),
        (_, Scalar::Real(number)) => Value::from(*number),
        (_, Scalar::Text(text)) => Value::String(text.clone()),
    }
}

/// Greatest number of characters of a field: its own `max`, or what its kind allows.
#[must_use]
pub fn most(field: &Field) -> u64 {
    let by_kind = match field.kind {
        FieldKind::Slug => 100,
        FieldKind::Email => 254,
        FieldKind::Url => 2_000,
        FieldKind::LongText | FieldKind::LocalizedLong | FieldKind::Json => 100_000,
        _ => 1_000,
    };
    field.max.map_or(by_kind, length)
}

/// Least number of characters of a field.
#[must_use]
pub fn least(field: &Field) -> u64 {
    field.min.map_or(0, length)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a description's length is a small whole number"
)]
fn length(bound: f64) -> u64 {
    bound.max(0.0) as u64
}

/// Text of every kind that is written as a JSON string.
fn written(field: &Field, text: &str) -> Result<Scalar, Rule> {
    match field.kind {
        FieldKind::Choice => choice(text, field.choices.iter().map(|choice| choice.value.as_str())),
        FieldKind::Locale => choice(text, Locale::ALL.into_iter().map(Locale::code)),
        FieldKind::DateTime => moment(text).map(|moment| Scalar::Text(clock::sql(moment))),
        FieldKind::TimeZone => formats::time_zone(text).map(Scalar::Text).ok_or(Rule::TimeZone),
        _ => {
            characters(text, least(field), most(field), lines(field.kind))?;
            shaped(field.kind, text).map(Scalar::Text)
        }
    }
}

/// The text in its stored form, where the kind asks for one.
fn shaped(kind: FieldKind, text: &str) -> Result<String, Rule> {
    match kind {
        FieldKind::Email => address::normal(text).ok_or(Rule::Email),
        FieldKind::Url if !formats::is_url(text) => Err(Rule::Url),
        FieldKind::Slug if !is_kebab(text) => Err(Rule::Slug),
        _ => Ok(text.to_owned()),
    }
}

/// Refuses what no text of a row can hold, and so none that is looked for.
///
/// # Errors
/// More characters than `most`, or control characters.
pub fn readable(text: &str, most: u64) -> Result<(), Rule> {
    characters(text, 0, most, Lines::Several)
}

/// Counts the characters of a text and refuses wrong numbers and control characters.
fn characters(text: &str, least: u64, most: u64, lines: Lines) -> Result<(), Rule> {
    let length = text.chars().count() as u64;
    if length > most {
        return Err(Rule::TooLong(most));
    }
    if length < least {
        return Err(Rule::TooShort(least));
    }
    let allowed =
        |letter: char| !letter.is_control() || (lines == Lines::Several && matches!(letter, '\n' | '\r' | '\t'));
    match text.chars().all(allowed) {
        true => Ok(()),
        false if lines == Lines::Several => Err(Rule::expected(expected::PRINTABLE)),
        false => Err(Rule::expected(expected::ONE_LINE)),
    }
}

fn choice<'a>(text: &str, allowed: impl Iterator<Item = &'a str> + Clone) -> Result<Scalar, Rule> {
    match allowed.clone().any(|value| value == text) {
        true => Ok(Scalar::Text(text.to_owned())),
        false => Err(Rule::Choice(allowed.map(str::to_owned).collect())),
    }
}

/// A time of RFC 3339 in the years that SQL text can hold.
pub fn moment(text: &str) -> Result<Timestamp, Rule> {
    formats::rfc3339(text).ok_or(Rule::DateTime)
}

fn integer(field: &Field, number: Option<i64>) -> Result<Scalar, Rule> {
    let number = number.ok_or_else(|| Rule::expected(expected::WHOLE_NUMBER))?;
    #[expect(clippy::cast_precision_loss, reason = "bounds are far below 2^53")]
    bounds(field, number as f64)?;
    Ok(Scalar::Integer(number))
}

fn number(field: &Field, number: Option<f64>) -> Result<Scalar, Rule> {
    let number = number.filter(|number| number.is_finite()).ok_or_else(|| Rule::expected(expected::NUMBER))?;
    bounds(field, number)?;
    Ok(Scalar::Real(number))
}

fn bounds(field: &Field, number: f64) -> Result<(), Rule> {
    match (field.min, field.max) {
        (Some(least), _) if number < least => Err(Rule::TooSmall(least.to_string())),
        (_, Some(most)) if number > most => Err(Rule::TooLarge(most.to_string())),
        _ => Ok(()),
    }
}

fn id(number: Option<i64>) -> Result<Scalar, Rule> {
    number.filter(|id| *id > 0).map(Scalar::Integer).ok_or_else(|| Rule::expected(expected::RECORD_ID))
}

fn json(field: &Field, value: &Value) -> Result<Scalar, Rule> {
    let text = value.to_string();
    if text.chars().count() as u64 > most(field) {
        return Err(Rule::TooLong(most(field)));
    }
    Ok(Scalar::Text(text))
}

/// `{"en": …, "de": …}`; English must be there as soon as German is, because German falls back to it.
fn localized(field: &Field, value: &Value) -> Result<Scalar, Faults> {
    let Some(languages) = value.as_object() else {
        return Err(vec![FieldError::new(&field.name, Rule::expected(expected::LOCALIZED))]);
    };
    let dotted = |language: &str, rule| FieldError::new(format!("{}.{language}", field.name), rule);
    let mut faults = Faults::new();
    let mut text = Text::default();
    for (language, value) in languages {
        match (Locale::from_code(language), value.as_str()) {
            (None, _) => faults.push(dotted(language, Rule::Unknown)),
            (Some(_), None) => faults.push(dotted(language, Rule::expected(expected::TEXT))),
            (Some(locale), Some(words)) => match version(field, words) {
                Ok(()) => set(&mut text, locale, words),
                Err(rule) => faults.push(dotted(language, rule)),
            },
        }
    }
    let faulty = faults.iter().any(|fault| fault.field.ends_with(".en"));
    if !faulty && text.en.trim().is_empty() && (field.required || !text.de.trim().is_empty()) {
        faults.push(dotted(Locale::En.code(), Rule::Required));
    }
    match faults.is_empty() {
        true => Ok(Scalar::Text(serde_json::to_string(&text).unwrap_or_default())),
        false => Err(faults),
    }
}

/// One language of a localized text; an empty one is not too short, it is absent.
fn version(field: &Field, words: &str) -> Result<(), Rule> {
    let least = if words.is_empty() { 0 } else { least(field) };
    characters(words, least, most(field), lines(field.kind))
}

fn set(text: &mut Text, locale: Locale, words: &str) {
    match locale {
        Locale::En => text.en = words.to_owned(),
        Locale::De => text.de = words.to_owned(),
    }
}
