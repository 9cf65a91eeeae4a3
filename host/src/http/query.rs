//! Query parameters: none is ignored, none stands twice.

use std::borrow::Cow;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use indexmap::IndexMap;
use magnetiq_contract::expected;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::json::typed::{Leaf, from_value};
use crate::error::{Error, Result};

/// Parameters by name, in the caller's order. Take those that are known, then [`Parameters::finish`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(IndexMap<String, String>);

impl Parameters {
    /// Reads `a=1&b=2`, from an address or from a form.
    ///
    /// # Errors
    /// 422 that names a parameter which stands twice or is not UTF-8.
    pub fn parse(text: &str) -> Result<Self> {
        let (found, faults) = Self::read(text.as_bytes());
        if faults.is_empty() { Ok(found) } else { Err(Error::fields(faults)) }
    }

    /// As [`Parameters::parse`], with what can be read of those at fault: the first value, or � in place of what is no
    /// text.
    #[must_use]
    pub fn read(text: &[u8]) -> (Self, Vec<FieldError>) {
        let (mut found, mut faults) = (IndexMap::new(), IndexMap::new());
        for pair in text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (decoded(&pair[..end]), decoded(pair.get(end + 1..).unwrap_or_default()));
            let name = String::from_utf8_lossy(&name).into_owned();
            if found.contains_key(&name) {
                faults.entry(name).or_insert(Rule::Repeated);
                continue;
            }
            let text = String::from_utf8_lossy(&value);
            if matches!(text, Cow::Owned(_)) {
                faults.insert(name.clone(), unreadable());
            }
            found.insert(name, text.into_owned());
        }
        (Self(found), faults.into_iter().map(|(name, rule)| FieldError::new(name, rule)).collect())
    }

    /// Takes one out as text.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.0.shift_remove(name)
    }

    /// Takes one out as `T`; `expected` says in words what that is ("a whole number").
    ///
    /// # Errors
    /// 422 when it is there and is not a `T`.
    pub fn take_as<T: FromStr>(&mut self, name: &str, expected: impl Into<Text>) -> Result<Option<T>> {
        let Some(text) = self.take(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Error::field(name, Rule::expected(expected)))
    }

    /// Takes `page` and `per_page` out.
    ///
    /// # Errors
    /// 422 when one of them is out of its range.
    pub fn page(&mut self) -> Result<Page> {
        let page = self.take_as("page", expected::WHOLE_NUMBER)?.unwrap_or(1);
        let per_page = self.take_as("per_page", expected::WHOLE_NUMBER)?.unwrap_or(Page::DEFAULT_SIZE);
        Page::new(page, per_page)
    }

    /// Says that all known parameters are taken.
    ///
    /// # Errors
    /// 422 that names each one left.
    pub fn finish(self) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Error::fields(self.0.into_keys().map(|name| FieldError::new(name, Rule::Unknown)).collect()))
    }

    /// What is left, in the caller's order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn decoded(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

fn unreadable() -> Rule {
    Rule::Other(Text::new("This is not readable text (UTF-8).", "Das ist kein lesbarer Text (UTF-8)."))
}

impl<S: Sync> FromRequestParts<S> for Parameters {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        Self::parse(parts.uri.query().unwrap_or_default())
    }
}

/// The parameters as a struct; one that the struct does not know is refused by name.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let parameters = Parameters::from_request_parts(parts, state).await?;
        let fields = parameters.0.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Ok(Self(from_value(Value::Object(fields), Leaf::Text)?))
    }
}

/// Which part of a list is wanted. As an extractor it refuses every parameter but its own two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Counts from 1.
    pub page: u32,
    /// Rows on a page, at most [`Page::LARGEST`].
    pub per_page: u32,
}

impl Page {
    /// Rows on a page when the caller does not say.
    pub const DEFAULT_SIZE: u32 = 20;
    /// Rows on a page at most.
    pub const LARGEST: u32 = 100;

    /// A page within its range.
    ///
    /// # Errors
    /// 422 when one of them is out of its range.
    pub fn new(page: u32, per_page: u32) -> Result<Self> {
        let mut faults = Vec::new();
        if page == 0 {
            faults.push(FieldError::new("page", Rule::TooSmall("1".to_owned())));
        }
        if per_page == 0 {
            faults.push(FieldError::new("per_page", Rule::TooSmall("1".to_owned())));
        }
        if per_page > Self::LARGEST {
            faults.push(FieldError::new("per_page", Rule::TooLarge(Self::LARGEST.to_string())));
        }
        if faults.is_empty() { Ok(Self { page, per_page }) } else { Err(Error::fields(faults)) }
    }

    /// Rows before it, for SQL's OFFSET.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.page - 1) * i64::from(self.per_page)
    }

    /// Rows on it, for SQL's LIMIT.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.per_page)
    }
}

impl<S: Sync> FromRequestParts<S> for Page {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let mut parameters = Parameters::from_request_parts(parts, state).await?;
        let page = parameters.page()?;
        parameters.finish()?;
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<impl std::fmt::Debug>) -> Vec<(String, Rule)> {
        let error = result.unwrap_err();
        error.field_errors().iter().map(|fault| (fault.field.clone(), fault.rule.clone())).collect()
    }

    #[test]
    fn parameters_are_decoded_and_taken_by_name() {
        let mut parameters = Parameters::parse("q=M%C3%BCller+%26+Co&page=2&flag").unwrap();
        assert_eq!(parameters.take("q").as_deref(), Some("Müller & Co"));
        assert_eq!(parameters.page().unwrap(), Page { page: 2, per_page: 20 });
        assert_eq!(refused(parameters.finish()), [("flag".to_owned(), Rule::Unknown)]);
    }

    #[test]
    fn a_repeated_parameter_and_bytes_that_are_not_text_are_named() {
        assert_eq!(refused(Parameters::parse("a=1&b=2&a=1")), [("a".to_owned(), Rule::Repeated)]);
        assert_eq!(refused(Parameters::parse("a=%FF&a=1")), [("a".to_owned(), unreadable())]);
    }

    #[test]
    fn pages_outside_their_range_are_refused() {
        let page = |text: &str| Parameters::parse(text).unwrap().page();
        assert_eq!(page("page=3&per_page=100").unwrap().offset(), 200);
        assert_eq!(refused(page("page=0&per_page=101")).len(), 2);
        assert_eq!(refused(page("page=-1"))[0].0, "page");
        assert_eq!(refused(page("per_page=many"))[0].0, "per_page");
        assert_eq!(page("page=4294967295&per_page=100").unwrap().offset(), 429_496_729_400);
    }
}
