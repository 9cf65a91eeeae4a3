//! What a handler is given.

use std::str::FromStr;

use magnetiq_contract::rule::Rule;

use crate::error::{Error, Result};
use crate::urlencoded;

/// A request as it crosses the border.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Request;
///
/// let request = Request { path: vec!["7".into()], ..Request::default() };
/// assert!(request.body.is_empty());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Path parameters in the order of the route's pattern.
    pub path: Vec<String>,
    /// Query parameters.
    pub query: Vec<(String, String)>,
    /// Media type of the body, or empty.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What a body is read into: a struct with `#[derive(Form)]`, [`Bytes`], or `()` for none.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Body;
///
/// #[derive(Form)]
/// struct New {
///     #[field(max = 200)]
///     text: String,
/// }
///
/// assert_eq!(New::read("application/json", br#"{"text": "Hello"}"#)?.text, "Hello");
/// assert_eq!(<New as Body>::schema().unwrap()["required"], json!(["text"]));
/// # Ok::<(), Error>(())
/// ```
pub trait Body: Sized {
    /// Any bytes of any media type are a body.
    const RAW: bool = false;

    /// Reads it.
    ///
    /// # Errors
    /// VALIDATION_ERROR with every fault of every field.
    fn read(content_type: &str, body: &[u8]) -> Result<Self>;

    /// JSON Schema, for OpenAPI.
    #[must_use]
    fn schema() -> Option<serde_json::Value> {
        None
    }
}

impl Body for () {
    fn read(_: &str, _: &[u8]) -> Result<Self> {
        Ok(())
    }
}

/// The raw body, for webhooks that are signed over their bytes.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn hook(call: &Detached, sent: Call<Bytes>) -> Result<NoContent> {
///     if !call.verify("payments", &sent.body.bytes, &[0; 32])? {
///         return Err(Error::forbidden());
///     }
///     Ok(NoContent)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Bytes {
    /// Media type, or empty.
    pub content_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Body for Bytes {
    const RAW: bool = true;

    fn read(content_type: &str, body: &[u8]) -> Result<Self> {
        Ok(Self { content_type: content_type.into(), bytes: body.into() })
    }
}

/// A request that was matched to a route, with its body read.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn find(db: &Snapshot, call: Call) -> Result<Json<Vec<String>>> {
///     let (author, year): (i64, Option<i64>) = (call.path("author")?, call.query("year")?);
///     let sql = "SELECT text FROM p_notes__notes WHERE author = ? AND year = coalesce(?, year)";
///     db.all(sql, (author, year)).map(Json)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Call<B = ()> {
    /// The body.
    pub body: B,
    pattern: &'static str,
    path: Vec<String>,
    query: Vec<(String, String)>,
}

impl<B: Body> Call<B> {
    pub(crate) fn read(pattern: &'static str, request: Request) -> Result<Self> {
        let body = B::read(&request.content_type, &request.body)?;
        Ok(Self { body, pattern, path: request.path, query: request.query })
    }
}

impl<B> Call<B> {
    /// A parameter of the path: `call.path::<i64>("id")?`.
    ///
    /// # Errors
    /// NOT_FOUND when it is not a `T`: nothing has that address.
    pub fn path<T: FromStr>(&self, name: &str) -> Result<T> {
        let place = parameters(self.pattern).position(|parameter| parameter == name);
        let place = place.ok_or_else(|| Error::failed(format!("{} has no parameter {name}", self.pattern)))?;
        self.path.get(place).and_then(|value| value.parse().ok()).ok_or_else(Error::not_found)
    }

    /// A declared parameter of the query: `call.query::<u32>("year")?`.
    ///
    /// # Errors
    /// VALIDATION_ERROR when it is not a `T`.
    pub fn query<T: FromStr>(&self, name: &str) -> Result<Option<T>> {
        let Some((_, value)) = self.query.iter().find(|(key, _)| key == name) else { return Ok(None) };
        let wrong = |_| Error::field(name, Rule::expected(("another value", "ein anderer Wert")));
        value.parse().map(Some).map_err(wrong)
    }
}

/// Names of the parameters of a route's pattern.
pub(crate) fn parameters(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// The pattern with its parameters filled in, each as one segment of an address.
pub(crate) fn fill(pattern: &str, values: &[String]) -> String {
    let mut values = values.iter();
    let filled = pattern.split('/').map(|part| match part.starts_with('{') {
        true => values.next().map_or_else(|| part.to_owned(), |value| urlencoded::segment(value)),
        false => part.to_owned(),
    });
    filled.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_by_name_and_filled_in() {
        let request = Request { path: vec!["7".into(), "ada".into()], ..Request::default() };
        let call = Call::<()>::read("/sessions/{id}/people/{name}", request).unwrap();
        assert_eq!(call.path::<i64>("id"), Ok(7));
        assert_eq!(call.path::<String>("name"), Ok("ada".into()));
        assert_eq!(call.path::<i64>("name").unwrap_err().code, crate::Code::NotFound);
        assert_eq!(fill("/sessions/{id}/people", &["7".into()]), "/sessions/7/people");
        assert_eq!(fill("/{a}/{b}", &["x\n/ü".into(), "100%?".into()]), "/x%0A%2F%C3%BC/100%25%3F");
    }
}
