//! `Idempotency-Key`: a POST that is sent twice is done once and answered twice.

mod store;
mod turns;

#[cfg(test)]
pub(crate) use store::shapes;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::Envelope;
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::store::Connection;

pub use turns::Turns;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const LONGEST: usize = 255;
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// What makes two requests the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    route: String,
    caller: String,
    key: String,
    body_hash: String,
}

/// The answer to a request that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// 2xx: refusals are never kept.
    pub status: u16,
    /// `Location`, when something was created.
    pub location: Option<String>,
    /// The body.
    pub answer: String,
}

impl Once {
    /// The request's key, when it sent one. `user` is none for a visitor.
    ///
    /// # Errors
    /// 422 when the key is empty, too long or not plain text.
    pub fn of(parts: &Parts, user: Option<i64>, body: &[u8]) -> Result<Option<Self>> {
        let Some(sent) = parts.headers.get(HEADER) else { return Ok(None) };
        let key = sent
            .to_str()
            .map_err(|_| Error::field(HEADER.as_str(), Rule::expected(("plain text", "einfacher Text"))))?;
        if key.is_empty() {
            return Err(Error::field(HEADER.as_str(), Rule::Required));
        }
        if key.len() > LONGEST {
            return Err(Error::field(HEADER.as_str(), Rule::TooLong(LONGEST as u64)));
        }
        Ok(Some(Self {
            route: format!("{} {}", parts.method, parts.uri.path()),
            caller: user.map_or_else(|| "anonymous".to_owned(), |id| id.to_string()),
            key: key.to_owned(),
            body_hash: hex::encode(Sha256::digest(body)),
        }))
    }
}

/// Does `work` unless it was done before, and keeps its answer in the same unit. Without a key it is always done.
///
/// # Errors
/// What `work` returns; 422 when the key was used with another body.
pub fn run<T: Serialize>(
    unit: &Connection,
    clock: &Clock,
    once: Option<&Once>,
    work: impl FnOnce() -> Result<Envelope<T>>,
) -> Result<Kept> {
    if let Some(kept) = known(unit, clock, once)? {
        return Ok(kept);
    }
    let kept = Kept::of(&work()?)?;
    if let Some(once) = once {
        keep(unit, clock, once, &kept)?;
    }
    Ok(kept)
}

/// As [`find`]; none for a request without a key.
///
/// # Errors
/// Those of [`find`].
pub fn known(unit: &Connection, clock: &Clock, once: Option<&Once>) -> Result<Option<Kept>> {
    once.map_or(Ok(None), |once| find(unit, clock, once))
}

/// The answer that is kept for this request.
///
/// # Errors
/// 422 when the key was used with another body.
pub fn find(unit: &Connection, clock: &Clock, once: &Once) -> Result<Option<Kept>> {
    let Some((body_hash, kept)) = store::find(unit, once, &clock.sql_now())? else { return Ok(None) };
    if body_hash == once.body_hash {
        return Ok(Some(kept));
    }
    let en = "This key was used for another request.";
    let de = "Dieser Schlüssel wurde schon für eine andere Anfrage benutzt.";
    Err(Error::field(HEADER.as_str(), Rule::Other(Text::new(en, de))))
}

/// Keeps the answer for a day, in the unit that did the work.
///
/// # Errors
/// The store's own.
pub fn keep(unit: &Connection, clock: &Clock, once: &Once, kept: &Kept) -> Result<()> {
    let now = clock.now();
    store::remove_expired(unit, &clock::sql(now))?;
    store::insert(unit, once, kept, &clock::sql(now + KEPT), &clock::sql(now))
}

/// What OpenAPI says of the header.
#[must_use]
pub fn parameter() -> Value {
    let meaning = "A request that is sent again with the same key is done once and answered alike, for 24 hours.";
    let schema = json!({"type": "string", "minLength": 1, "maxLength": LONGEST});
    json!({"name": "Idempotency-Key", "in": "header", "description": meaning, "schema": schema})
}

impl Kept {
    /// What is kept of an answer in the envelope.
    ///
    /// # Errors
    /// When the data cannot be written as JSON.
    pub fn of<T: Serialize>(done: &Envelope<T>) -> Result<Self> {
        Ok(Self {
            status: done.status().as_u16(),
            location: done.location().map(str::to_owned),
            answer: serde_json::to_string(done)?,
        })
    }
}

impl IntoResponse for Kept {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], Bytes::from(self.answer)).into_response();
        if let Some(location) = self.location.and_then(|path| HeaderValue::from_str(&path).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::Code;
    use jiff::Timestamp;

    struct Shop {
        unit: Connection,
        clock: Clock,
        sold: Cell<i64>,
    }

    impl Shop {
        fn open() -> Self {
            let unit = Connection::open_in_memory().unwrap();
            unit.execute_batch(include_str!("../../../../migrations/0006_idempotency.sql")).unwrap();
            Self { unit, clock: Clock::fixed(Timestamp::UNIX_EPOCH), sold: Cell::new(0) }
        }

        fn buy(&self, key: &str, user: Option<i64>, body: &str) -> Result<Kept> {
            let request = http::Request::post("/buy").header(HEADER, key).body(()).unwrap();
            let once = Once::of(&request.into_parts().0, user, body.as_bytes())?;
            run(&self.unit, &self.clock, once.as_ref(), || {
                self.sold.set(self.sold.get() + 1);
                Ok(Envelope::created("/sales/1", json!({"number": self.sold.get()})))
            })
        }
    }

    #[test]
    fn a_repeated_request_is_done_once_and_answered_alike() {
        let shop = Shop::open();
        let first = shop.buy("k", None, "one").unwrap();
        assert_eq!(shop.buy("k", None, "one").unwrap(), first);
        assert_eq!(shop.sold.get(), 1);
        assert_eq!((first.status, first.location.as_deref()), (201, Some("/sales/1")));
        let answer: Value = serde_json::from_str(&first.answer).unwrap();
        assert_eq!(answer["data"]["number"], 1);
    }

    #[test]
    fn another_body_is_refused_and_another_caller_or_key_is_another_request() {
        let shop = Shop::open();
        shop.buy("k", None, "one").unwrap();
        let refusal = shop.buy("k", None, "two").unwrap_err();
        assert_eq!((refusal.code(), refusal.field_errors()[0].field.as_str()), (Code::Validation, "idempotency-key"));
        shop.buy("k", Some(7), "one").unwrap();
        shop.buy("l", None, "one").unwrap();
        assert_eq!(shop.sold.get(), 3);
    }

    #[test]
    fn a_day_later_the_key_is_forgotten() {
        let shop = Shop::open();
        shop.buy("k", None, "one").unwrap();
        shop.clock.advance(KEPT);
        shop.buy("k", None, "two").unwrap();
        assert_eq!(shop.sold.get(), 2);
    }

    #[test]
    fn a_key_is_short_plain_text() {
        let shop = Shop::open();
        assert!(shop.buy("", None, "").is_err());
        assert!(shop.buy(&"k".repeat(256), None, "").is_err());
        assert!(shop.buy(&"k".repeat(255), None, "").is_ok());
    }
}
