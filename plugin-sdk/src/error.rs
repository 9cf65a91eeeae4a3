//! Why a call is refused.

use std::fmt;

use magnetiq_contract::answer::Problem;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;

/// What handlers return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal: the envelope's code, a sentence, and faults by field. Nothing of the call is stored.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn check(seats: i64, email: &str) -> Result<()> {
///     if !email.contains('@') {
///         return Err(Error::field("email", Rule::Email));
///     }
///     if seats == 0 {
///         return Err(Error::conflict(("There is no seat left.", "Es ist kein Platz mehr frei.")));
///     }
///     Ok(())
/// }
/// assert_eq!(check(0, "ada@example.com").unwrap_err().code.status(), 409);
/// assert_eq!(check(1, "ada").unwrap_err().fields[0].field, "email");
/// ```
///
/// The others:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Code;
///
/// assert_eq!(Error::new(Code::Conflict, "Too late.").code, Code::Conflict);
/// assert_eq!(Error::not_found().into_problem().code, "NOT_FOUND");
/// assert_eq!(Error::gone(("It is over.", "Es ist vorbei.")).code.status(), 410);
/// assert_eq!(Error::forbidden().code.status(), 403);
/// assert_eq!(Error::failed("the file is broken").code, Code::PluginFailed);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which kind.
    pub code: Code,
    /// Why, in both languages where a visitor may read it.
    pub message: Text,
    /// Faults by field.
    pub fields: Vec<FieldError>,
}

/// The envelope's codes that a plugin may answer with or meet.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::Code;
///
/// assert_eq!((Code::NotFound.as_str(), Code::NotFound.status()), ("NOT_FOUND", 404));
/// assert_eq!(Code::from_name("CONFLICT"), Code::Conflict);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the envelope")]
pub enum Code {
    BadRequest,
    Validation,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    Gone,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    RateLimited,
    PluginFailed,
    Unavailable,
    StorageFull,
    Internal,
}

impl Code {
    const ALL: [(Self, &'static str, u16); 15] = [
        (Self::BadRequest, "BAD_REQUEST", 400),
        (Self::Validation, "VALIDATION_ERROR", 422),
        (Self::Unauthenticated, "UNAUTHENTICATED", 401),
        (Self::Forbidden, "FORBIDDEN", 403),
        (Self::NotFound, "NOT_FOUND", 404),
        (Self::Conflict, "CONFLICT", 409),
        (Self::Gone, "GONE", 410),
        (Self::PreconditionFailed, "PRECONDITION_FAILED", 412),
        (Self::PayloadTooLarge, "PAYLOAD_TOO_LARGE", 413),
        (Self::UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", 415),
        (Self::RateLimited, "RATE_LIMITED", 429),
        (Self::PluginFailed, "PLUGIN_FAILED", 502),
        (Self::Unavailable, "UNAVAILABLE", 503),
        (Self::StorageFull, "STORAGE_FULL", 507),
        (Self::Internal, "INTERNAL", 500),
    ];

    /// The code as it stands in the envelope.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        Self::ALL[self as usize].2
    }

    /// The code with this name; an unknown one is the plugin's failure.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|entry| entry.1 == name).map_or(Self::PluginFailed, |entry| entry.0)
    }
}

impl Error {
    /// A refusal with `code` and a sentence.
    pub fn new(code: Code, message: impl Into<Text>) -> Self {
        Self { code, message: message.into(), fields: Vec::new() }
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, ("There is nothing here.", "Hier gibt es nichts."))
    }

    /// The state of things does not allow it. On a page the visitor reads the sentence, and the page as it stands now.
    pub fn conflict(message: impl Into<Text>) -> Self {
        Self::new(Code::Conflict, message)
    }

    /// It was here and is no longer.
    pub fn gone(message: impl Into<Text>) -> Self {
        Self::new(Code::Gone, message)
    }

    /// The caller may not do this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, ("You are not allowed to do this.", "Dazu haben Sie kein Recht."))
    }

    /// The plugin itself is at fault; the sentence is for its log.
    pub fn failed(message: impl Into<Text>) -> Self {
        Self::new(Code::PluginFailed, message)
    }

    /// One field broke a rule, or one that the sentence tells: `("There is no seat left.", "Es ist kein Platz frei.")`.
    pub fn field(name: impl Into<String>, rule: impl Into<Rule>) -> Self {
        Self::fields(vec![FieldError::new(name, rule.into())])
    }

    /// Fields broke rules.
    #[must_use]
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { fields, ..Self::new(Code::Validation, ("Please check the fields.", "Bitte prüfen Sie die Felder.")) }
    }

    /// The refusal as it crosses the border.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        Problem { code: self.code.as_str().into(), message: self.message, fields: self.fields }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message.en)
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::failed(cause.to_string())
    }
}

/// Turns "none" into NOT_FOUND.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// assert!(Some(7).or_not_found().is_ok());
/// assert_eq!(None::<i64>.or_not_found().unwrap_err().code.status(), 404);
/// ```
pub trait OrNotFound<T> {
    /// The value.
    ///
    /// # Errors
    /// NOT_FOUND when there is none.
    fn or_not_found(self) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self) -> Result<T> {
        self.ok_or_else(Error::not_found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_finds_its_own_name_and_status() {
        for (code, name, status) in Code::ALL {
            assert_eq!((code.as_str(), code.status(), Code::from_name(name)), (name, status, code));
        }
        assert_eq!(Code::from_name("NEW_IN_A_LATER_HOST"), Code::PluginFailed);
    }
}
