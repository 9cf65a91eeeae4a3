//! Reads request bodies within their limits.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use bytes::Bytes;
use http::{HeaderMap, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::routes::Upload;
use crate::error::{Code, Error, Result};

/// How large a body may be and how long it may take to arrive.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes.
    pub bytes: usize,
    /// From the head to the last byte.
    pub time: Duration,
}

/// The media type that is announced, in lower case and without its parameters; empty when there is none.
#[must_use]
pub fn media_type(headers: &HeaderMap) -> String {
    let announced = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    announced.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The whole body.
///
/// # Errors
/// 413 when it is larger than allowed, 400 when it is late or breaks off.
pub async fn collect(body: Body, limits: BodyLimits) -> Result<Bytes> {
    let reading = Limited::new(body, limits.bytes).collect();
    match tokio::time::timeout(limits.time, reading).await {
        Err(_) => Err(Error::new(
            Code::BadRequest,
            ("The body did not arrive in time.", "Der Inhalt kam nicht rechtzeitig an."),
        )),
        Ok(Err(error)) if is_too_large(error.as_ref()) => Err(too_large(limits.bytes)),
        Ok(Err(error)) => {
            Err(Error::new(Code::BadRequest, ("The body broke off.", "Der Inhalt brach ab.")).because(error))
        }
        Ok(Ok(body)) => Ok(body.to_bytes()),
    }
}

/// The limit may have been met by the layer around all handlers, which hides it in an error of its own.
fn is_too_large(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(<dyn std::error::Error>::is::<LengthLimitError>)
}

/// The bytes of a file that is sent as it is.
///
/// # Errors
/// 415 when it is announced as something else; as [`collect`].
pub async fn upload(request: Request, upload: Upload, time: Duration) -> Result<Bytes> {
    if media_type(request.headers()) != upload.media_type {
        let announced = upload.media_type;
        let german = format!("Der Inhalt muss als {announced} angekündigt sein.");
        let english = format!("The body must be announced as {announced}.");
        return Err(Error::new(Code::UnsupportedMediaType, (english, german)));
    }
    collect(request.into_body(), BodyLimits { bytes: upload.bytes, time }).await
}

/// 413 that says how much is allowed.
#[must_use]
pub fn too_large(bytes: usize) -> Error {
    let german = format!("Der Inhalt ist größer als {bytes} Bytes.");
    Error::new(Code::PayloadTooLarge, (format!("The body is larger than {bytes} bytes."), german))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_read_up_to_its_limit_and_refused_above() {
        let limits = BodyLimits { bytes: 4, time: Duration::from_secs(5) };
        assert_eq!(collect(Body::from("four"), limits).await.unwrap(), "four");
        assert_eq!(collect(Body::from("fives"), limits).await.unwrap_err().code(), Code::PayloadTooLarge);
    }
}
