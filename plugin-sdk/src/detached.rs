//! Calls outside a transaction, which may ask other companies' servers.

use std::ops::Deref;

use magnetiq_contract::http::{Fetch, Fetched};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::host;
use crate::tx::Tx;

const ENVIRONMENT: Environment = Environment::new();

/// A call outside a transaction: fetch first, then store what came in [`Self::transaction`].
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn rate(call: &Detached) -> Result<Json<f64>> {
///     let answer = call.get("https://rates.example/eur").header("accept", "application/json").send()?;
///     let rate: f64 = answer.json()?;
///     call.transaction(|tx| tx.execute("UPDATE p_shop__rates SET eur = ?", [rate]))?;
///     Ok(Json(rate))
/// }
/// ```
///
/// With a secret, which the host alone puts in:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn order(call: &Detached, sku: String) -> Result<NoContent> {
///     let asked = call.post("https://stock.example/orders").json(&json!({ "sku": sku }))?;
///     let answer = asked.header("authorization", "Bearer {secret:stock}").send()?;
///     if answer.header("x-rest") == Some("0") {
///         call.request("DELETE", "https://stock.example/watch").body("all").send()?;
///     }
///     Ok(NoContent)
/// }
/// ```
#[derive(Debug)]
pub struct Detached(());

impl Detached {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// Starts a GET to a granted host.
    pub fn get(&self, url: &str) -> Request {
        Request::new("GET", url)
    }

    /// Starts a POST to a granted host.
    pub fn post(&self, url: &str) -> Request {
        Request::new("POST", url)
    }

    /// Starts a call with another method to a granted host.
    pub fn request(&self, method: &str, url: &str) -> Request {
        Request::new(method, url)
    }

    /// Runs `work` in one transaction and commits it; a refusal takes back what it wrote and ends the call.
    ///
    /// # Errors
    /// Those of `work`, and when the commit fails.
    pub fn transaction<T>(&self, work: impl FnOnce(&Tx) -> Result<T>) -> Result<T> {
        host::begin()?;
        let value = work(&Tx::new())?;
        host::commit()?;
        Ok(value)
    }
}

impl Deref for Detached {
    type Target = Environment;

    fn deref(&self) -> &Environment {
        &ENVIRONMENT
    }
}

/// A call to another company's server.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn ask(call: &Detached) -> Result<u16> {
///     let request = call.request("PUT", "https://stock.example/note").header("content-type", "text/plain");
///     let answer = request.body("Hello").send()?;
///     let rest: Vec<String> = call.post("https://stock.example/find").json(&["screws"])?.send()?.json()?;
///     Ok(answer.status + rest.len() as u16)
/// }
/// ```
#[derive(Debug)]
#[must_use = "`send` makes the call"]
pub struct Request {
    head: Fetch,
    body: Vec<u8>,
}

impl Request {
    fn new(method: &str, url: &str) -> Self {
        Self { head: Fetch { method: method.into(), url: url.into(), headers: Vec::new() }, body: Vec::new() }
    }

    /// Adds a header. `{secret:NAME}` in the value is replaced by the host; the plugin never sees the secret.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.head.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// Sets a JSON body with its header.
    ///
    /// # Errors
    /// When `value` is not JSON.
    pub fn json(self, value: &impl Serialize) -> Result<Self> {
        Ok(self.header("content-type", "application/json").body(serde_json::to_vec(value)?))
    }

    /// Makes the call. A status of 400 or more is an answer, not an error.
    ///
    /// # Errors
    /// FORBIDDEN when the host is not granted, UNAVAILABLE when it does not answer.
    pub fn send(self) -> Result<Response> {
        let (head, body) = host::fetch(&serde_json::to_string(&self.head)?, &self.body)?;
        let Fetched { status, headers } = serde_json::from_str(&head)?;
        Ok(Response { status, headers, body })
    }
}

/// What the other server answered.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn rest(call: &Detached) -> Result<i64> {
///     let answer = call.get("https://stock.example/screws").send()?;
///     if answer.status != 200 || answer.header("content-type") != Some("application/json") {
///         return Err(Error::conflict(("The stock is not known.", "Der Bestand ist nicht bekannt.")));
///     }
///     answer.json()
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Names in lower case and values.
    pub headers: Vec<(String, String)>,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header with this name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not the JSON that is expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|cause| Error::failed(format!("the server's answer: {cause}")))
    }
}
