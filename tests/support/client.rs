//! Asks a site over HTTP, as a visitor or as a user.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, header};
use serde_json::Value;

use crate::Answer;

/// One who asks.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
}

/// A request that can be added to before it is sent.
#[must_use = "a call is made by `send`"]
pub struct Call(reqwest::RequestBuilder);

impl Client {
    /// A visitor of the site at `base`; redirects are shown, not followed.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "tests call the host, and nobody else")]
    pub fn visitor(base: String) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        Self { http: http.expect("a client"), base, token: None }
    }

    /// The same with an access token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// A request without a body.
    ///
    /// # Panics
    /// When the method is none.
    pub fn call(&self, method: &str, path: &str) -> Call {
        let method: Method = method.parse().expect("a method");
        let call = self.http.request(method, format!("{}{path}", self.base));
        Call(match &self.token {
            Some(token) => call.bearer_auth(token),
            None => call,
        })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send().await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path).send().await
    }

    /// POST with JSON.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path).json(body).send().await
    }

    /// PUT with JSON.
    pub async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.call("PUT", path).json(body).send().await
    }

    /// PATCH with JSON.
    pub async fn patch_json(&self, path: &str, body: &Value) -> Answer {
        self.call("PATCH", path).json(body).send().await
    }

    /// POST as a form in a browser.
    pub async fn post_form(&self, path: &str, body: &str) -> Answer {
        self.call("POST", path).body("application/x-www-form-urlencoded", body.to_owned()).send().await
    }
}

impl Call {
    /// Adds a header.
    ///
    /// # Panics
    /// When name or value cannot stand in a request.
    pub fn header(self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        Self(self.0.header(name, HeaderValue::from_str(value).expect("a header's value")))
    }

    /// Adds a body with its media type.
    pub fn body(self, media_type: &str, body: impl Into<Bytes>) -> Self {
        Self(self.0.header(header::CONTENT_TYPE, media_type).body(body.into()))
    }

    /// Adds JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends it and reads the answer.
    ///
    /// # Panics
    /// When the connection breaks.
    pub async fn send(self) -> Answer {
        answer(self.0).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// Sends it and reads the answer; none when the connection breaks before its end.
    pub async fn try_send(self) -> Option<Answer> {
        answer(self.0).await.ok()
    }
}

async fn answer(call: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = call.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    Ok(Answer { status, headers, body: response.bytes().await? })
}
