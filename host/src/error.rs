//! The one error of the host and how it looks from outside.
//!
//! Operations return [`Result`]; a handler hands an [`Error`] on with `?` and axum writes the envelope. Causes of
//! internal errors go to the log with the request's id and never to the caller, except in development.

use std::collections::BTreeSet;
use std::fmt;
use std::io::ErrorKind;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::{Locale, Text};
use serde_json::json;

/// What every fallible operation of the host returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The envelope's error codes; each belongs to one status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// 400: not JSON, or not HTTP as agreed.
    BadRequest,
    /// 401: no valid sign-in.
    Unauthenticated,
    /// 403: signed in, but not allowed.
    Forbidden,
    /// 404.
    NotFound,
    /// 405: answered with `Allow`.
    MethodNotAllowed,
    /// 406.
    NotAcceptable,
    /// 409: contradicts what is stored.
    Conflict,
    /// 410: was here once.
    Gone,
    /// 412: `If-Match` names an older version.
    PreconditionFailed,
    /// 413.
    PayloadTooLarge,
    /// 415.
    UnsupportedMediaType,
    /// 421: a host name that is not ours.
    MisdirectedRequest,
    /// 422: fields are wrong; the details name them.
    Validation,
    /// 429: answered with `Retry-After`.
    RateLimited,
    /// 500: our fault.
    Internal,
    /// 502: a plugin failed.
    PluginFailed,
    /// 503: not now; answered with `Retry-After`.
    Unavailable,
    /// 507: the disk is full.
    StorageFull,
}

impl Code {
    const ALL: [(Self, &'static str, StatusCode); 18] = [
        (Self::BadRequest, "BAD_REQUEST", StatusCode::BAD_REQUEST),
        (Self::Unauthenticated, "UNAUTHENTICATED", StatusCode::UNAUTHORIZED),
        (Self::Forbidden, "FORBIDDEN", StatusCode::FORBIDDEN),
        (Self::NotFound, "NOT_FOUND", StatusCode::NOT_FOUND),
        (Self::MethodNotAllowed, "METHOD_NOT_ALLOWED", StatusCode::METHOD_NOT_ALLOWED),
        (Self::NotAcceptable, "NOT_ACCEPTABLE", StatusCode::NOT_ACCEPTABLE),
        (Self::Conflict, "CONFLICT", StatusCode::CONFLICT),
        (Self::Gone, "GONE", StatusCode::GONE),
        (Self::PreconditionFailed, "PRECONDITION_FAILED", StatusCode::PRECONDITION_FAILED),
        (Self::PayloadTooLarge, "PAYLOAD_TOO_LARGE", StatusCode::PAYLOAD_TOO_LARGE),
        (Self::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (Self::MisdirectedRequest, "MISDIRECTED_REQUEST", StatusCode::MISDIRECTED_REQUEST),
        (Self::Validation, "VALIDATION_ERROR", StatusCode::UNPROCESSABLE_ENTITY),
        (Self::RateLimited, "RATE_LIMITED", StatusCode::TOO_MANY_REQUESTS),
        (Self::Internal, "INTERNAL", StatusCode::INTERNAL_SERVER_ERROR),
        (Self::PluginFailed, "PLUGIN_FAILED", StatusCode::BAD_GATEWAY),
        (Self::Unavailable, "UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
        (Self::StorageFull, "STORAGE_FULL", StatusCode::INSUFFICIENT_STORAGE),
    ];

    /// As it stands in the envelope.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> StatusCode {
        Self::ALL[self as usize].2
    }

    /// The code with this name in the envelope.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(code, ..)| code)
    }
}

/// A refusal or failure of an operation.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    message: Text,
    fields: Vec<FieldError>,
    retry_after: Option<u64>,
    allow: Option<String>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a sentence for the caller; in both languages where others than programs read it.
    pub fn new(code: Code, message: impl Into<Text>) -> Self {
        Self(Box::new(Inner {
            code,
            message: message.into(),
            fields: Vec::new(),
            retry_after: None,
            allow: None,
            cause: None,
        }))
    }

    /// 422 for one field.
    pub fn field(field: impl Into<String>, rule: Rule) -> Self {
        Self::fields(vec![FieldError::new(field, rule)])
    }

    /// 422 for several fields.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        let mut error = Self::new(Code::Validation, ("Some fields are not valid.", "Einige Felder sind nicht gültig."));
        error.0.fields = fields;
        error
    }

    /// 404.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, ("There is nothing at this address.", "Unter dieser Adresse gibt es nichts."))
    }

    /// 401.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated, ("Please sign in.", "Bitte melden Sie sich an."))
    }

    /// 403 that names what is missing.
    #[must_use]
    pub fn forbidden(permission: &str) -> Self {
        let german = format!("Dazu braucht es die Berechtigung {permission}.");
        Self::new(Code::Forbidden, (format!("This needs the permission {permission}."), german))
    }

    /// 405 with the methods that the address takes; HEAD is taken wherever GET is.
    #[must_use]
    pub fn method_not_allowed<'m>(methods: impl IntoIterator<Item = &'m str>) -> Self {
        let sentence = ("This address does not take that method.", "Diese Adresse nimmt diese Methode nicht an.");
        let mut error = Self::new(Code::MethodNotAllowed, sentence);
        let mut taken: BTreeSet<&str> = methods.into_iter().collect();
        if taken.contains("GET") {
            taken.insert("HEAD");
        }
        error.0.allow = (!taken.is_empty()).then(|| taken.into_iter().collect::<Vec<_>>().join(", "));
        error
    }

    /// 503 with `Retry-After` in seconds.
    pub fn unavailable(message: impl Into<Text>, retry_after: u64) -> Self {
        Self::new(Code::Unavailable, message).retry_after(retry_after)
    }

    /// 500; the cause is for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let sentence = ("Something went wrong on our side.", "Bei uns ist etwas schiefgegangen.");
        Self::new(Code::Internal, sentence).because(cause)
    }

    /// Adds a cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Adds `Retry-After` in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// The methods that the address takes, of a 405.
    pub fn allowed(&self) -> impl Iterator<Item = &str> {
        self.0.allow.iter().flat_map(|methods| methods.split(", "))
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Its sentence in English, for logs and programs.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message.en
    }

    /// Its sentence for people.
    #[must_use]
    pub fn sentence(&self) -> &Text {
        &self.0.message
    }

    /// After how many seconds it may be tried again.
    #[must_use]
    pub fn retry_seconds(&self) -> Option<u64> {
        self.0.retry_after
    }

    /// Faults by field.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// What lies behind it, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn std::error::Error + Send + Sync + 'static)> {
        self.0.cause.as_deref()
    }

    /// The envelope as JSON, with its sentences in `locale`.
    #[must_use]
    pub fn envelope(&self, locale: Locale) -> serde_json::Value {
        self.envelope_with(self.0.message.get(locale), locale)
    }

    /// The envelope with another sentence in place of its own.
    #[must_use]
    pub fn envelope_with(&self, message: &str, locale: Locale) -> serde_json::Value {
        let details: Vec<_> = self
            .0
            .fields
            .iter()
            .map(|fault| json!({"field": fault.field, "message": fault.rule.message(locale)}))
            .collect();
        json!({"success": false, "error": {"code": self.0.code.name(), "message": message, "details": details}})
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.0.code.name(), self.0.message.en)?;
        for fault in &self.0.fields {
            write!(out, " [{}: {}]", fault.field, fault.rule.message(Locale::En))?;
        }
        if let Some(cause) = &self.0.cause {
            write!(out, " ({cause})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Self::new(Code::StorageFull, ("The disk is full.", "Der Speicher ist voll."))
                    .retry_after(5)
                    .because(error)
            }
            _ => Self::internal(error),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if self.0.code == Code::Internal {
            tracing::error!(error = %self, "request failed");
        }
        let mut response = (self.0.code.status(), axum::Json(self.envelope(Locale::En))).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(allow) = self.0.allow.as_deref().and_then(|methods| HeaderValue::from_str(methods).ok()) {
            headers.insert(header::ALLOW, allow);
        }
        response.extensions_mut().insert(std::sync::Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_at_its_own_place_in_the_table() {
        for (place, (code, name, _)) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code as usize, place, "{name}");
            assert_eq!(Code::from_name(name), Some(code));
        }
    }

    #[test]
    fn a_field_fault_names_its_field_in_the_callers_language() {
        let envelope = Error::field("email", Rule::Required).envelope(Locale::De);
        assert_eq!(
            envelope,
            json!({"success": false, "error": {
                "code": "VALIDATION_ERROR",
                "message": "Einige Felder sind nicht gültig.",
                "details": [{"field": "email", "message": "Dieses Feld ist erforderlich."}],
            }})
        );
    }
}
