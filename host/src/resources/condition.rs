//! Conditions on rows, prepared as SQL.

use magnetiq_contract::describe::{self, Comparison, FieldKind, Resource};

use super::table::quote;
use super::value::{self, Scalar};

/// A condition as SQL: a column, and what follows it. `?1` in it is the current moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    column: String,
    rest: String,
}

impl Condition {
    /// The condition on a table that is called `alias` in the query.
    #[must_use]
    pub fn sql(&self, alias: &str) -> String {
        format!("{alias}.{}{}", self.column, self.rest)
    }
}

/// Prepares a described condition.
///
/// # Errors
/// A sentence when the field does not exist or the value does not fit it.
pub fn prepare(resource: &Resource, described: &describe::Condition) -> Result<Condition, String> {
    let name = &described.field;
    let field = resource
        .fields
        .iter()
        .find(|field| field.name == *name)
        .ok_or_else(|| format!("{}: public_rows names the field {name}, which is not described.", resource.name))?;
    let value = match (field.kind, described.value.as_str()) {
        (FieldKind::DateTime, Some("now")) => "?1".to_owned(),
        _ => value::from_json(field, &described.value)
            .map(|scalar| literal(&scalar))
            .map_err(|_| format!("{}: the value of the condition on {name} does not fit the field.", resource.name))?,
    };
    let operator = match described.is {
        Comparison::Equal => "IS",
        Comparison::NotEqual => "IS NOT",
        Comparison::After => ">",
        Comparison::Before => "<",
    };
    Ok(Condition { column: quote(name), rest: format!(" {operator} {value}") })
}

fn literal(value: &Scalar) -> String {
    match value {
        Scalar::Null => "NULL".to_owned(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Real(number) => format!("{number:?}"),
        Scalar::Text(text) => format!("'{}'", text.replace('\'', "''")),
    }
}
