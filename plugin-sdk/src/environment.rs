//! What every call may use, whether it reads, writes or stands outside a transaction.

use magnetiq_contract::call::Context;
use magnetiq_contract::text::Locale;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::host;
use crate::time::Timestamp;

const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Clock, chance, context, settings, secrets and templates.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn greet(db: &Snapshot) -> Result<Json<String>> {
///     let name: Option<String> = db.setting("name")?;
///     db.log(Level::Info, "somebody came by");
///     Ok(Json(format!("{} at {}", name.unwrap_or_default(), db.now())))
/// }
/// ```
///
/// Links that nobody guesses, signed with a secret that the plugin never sees:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn link(tx: &Tx) -> Result<String> {
///     let (secret, german) = (tx.token(26), tx.locale()? == Locale::De);
///     let tag = tx.hmac("links", secret.as_bytes())?;
///     assert!(tx.verify("links", secret.as_bytes(), &tag)? && tx.random(8).len() == 8);
///     let site = tx.context()?.site.public_url;
///     tx.render("link.txt", &json!({ "site": site, "secret": secret, "german": german }))
/// }
/// ```
#[derive(Debug)]
pub struct Environment(());

impl Environment {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(host::now())
    }

    /// Random bytes.
    #[must_use]
    pub fn random(&self, count: u32) -> Vec<u8> {
        host::random(count)
    }

    /// A random name of so many letters and digits, five bits each, for links that nobody guesses: use 26 or more.
    #[must_use]
    pub fn token(&self, length: u32) -> String {
        host::random(length).iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
    }

    /// Who calls, where and in which language.
    ///
    /// # Errors
    /// Never with a host of this version.
    pub fn context(&self) -> Result<Context> {
        context()
    }

    /// The language of the page or of the caller.
    ///
    /// # Errors
    /// As [`Self::context`].
    pub fn locale(&self) -> Result<Locale> {
        Ok(context()?.locale)
    }

    /// A setting's value; none while it is not set. Secret ones are never readable.
    ///
    /// # Errors
    /// When there is no such setting or its value is of another type.
    pub fn setting<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(text) = host::setting(name)? else { return Ok(None) };
        Ok(Some(serde_json::from_str(&text)?))
    }

    /// One of the plugin's templates as text. Pages and mails need this not: the host renders them.
    ///
    /// # Errors
    /// When the template is missing or fails.
    pub fn render(&self, template: &str, data: &impl Serialize) -> Result<String> {
        host::render(template, &serde_json::to_string(data)?)
    }

    /// HMAC-SHA256 of `data` with the named secret.
    ///
    /// # Errors
    /// When the secret is not granted or not set.
    pub fn hmac(&self, secret: &str, data: &[u8]) -> Result<Vec<u8>> {
        host::hmac(secret, data)
    }

    /// Whether `tag` is the HMAC-SHA256 of `data` with the named secret, compared in constant time.
    ///
    /// # Errors
    /// As [`Self::hmac`].
    pub fn verify(&self, secret: &str, data: &[u8], tag: &[u8]) -> Result<bool> {
        host::verify(secret, data, tag)
    }

    /// A line in the host's log, marked with the plugin's name.
    pub fn log(&self, level: Level, message: &str) {
        host::log(level as u8, message);
    }
}

/// How much a line of the log matters.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn look(db: &Snapshot) {
///     db.log(Level::Warn, "the other server is slow");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// For those who look for a fault.
    Debug,
    /// Good to know.
    Info,
    /// Something is off and was coped with.
    Warn,
    /// Something failed.
    Error,
}

/// A component answers one call, so it asks once.
#[cfg(target_arch = "wasm32")]
pub(crate) fn context() -> Result<Context> {
    use std::sync::OnceLock;

    static CONTEXT: OnceLock<Context> = OnceLock::new();
    if let Some(context) = CONTEXT.get() {
        return Ok(context.clone());
    }
    let context = read_context()?;
    Ok(CONTEXT.get_or_init(|| context).clone())
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn context() -> Result<Context> {
    read_context()
}

fn read_context() -> Result<Context> {
    serde_json::from_str(&host::context()).map_err(|cause| Error::failed(format!("context: {cause}")))
}
