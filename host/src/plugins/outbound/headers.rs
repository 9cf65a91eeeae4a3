//! Which headers a plugin may send: those about the connection and the message's length are the host's.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::error::{Code, Error, Result};

/// Headers of the connection itself or of the message's frame, and those that would speak for the host.
const OURS: [&str; 13] = [
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Most headers of one request.
const MOST: usize = 100;

/// Reads what a plugin wants to send.
///
/// # Errors
/// Bad request, naming the header that is none or not the plugin's to set, or when there are more than 100.
pub(in crate::plugins) fn read(given: &[(String, String)]) -> Result<HeaderMap> {
    if given.len() > MOST {
        return Err(Error::new(Code::BadRequest, format!("{} headers, of which {MOST} may be.", given.len())));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let read: HeaderName = name.parse().map_err(|_| refused(name, "is no header"))?;
        if OURS.contains(&read.as_str()) {
            return Err(refused(name, "is set by the host alone"));
        }
        let value = HeaderValue::from_str(value).map_err(|_| refused(name, "has a value that cannot be sent"))?;
        headers.append(read, value);
    }
    Ok(headers)
}

fn refused(name: &str, reason: &str) -> Error {
    Error::new(Code::BadRequest, format!("The header {name:?} {reason}."))
}
