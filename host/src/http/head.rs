//! How large the head of a request may be.

use http::{HeaderMap, Uri};

use crate::error::{Code, Error, Result};

/// Header lines.
pub const MOST_HEADERS: usize = 64;
/// Bytes of all header lines.
pub const LARGEST: usize = 32 * 1024;
/// Bytes of an address.
const LONGEST_URI: usize = 8 * 1024;

/// Refuses a head that is larger than allowed.
///
/// # Errors
/// 400 that says what is too much.
pub fn check(uri: &Uri, headers: &HeaderMap) -> Result<()> {
    let refused = |english: String, german: String| Err(Error::new(Code::BadRequest, (english, german)));
    if uri.path_and_query().is_some_and(|path| path.as_str().len() > LONGEST_URI) {
        return refused(
            format!("The address is longer than {LONGEST_URI} bytes."),
            format!("Die Adresse ist länger als {LONGEST_URI} Bytes."),
        );
    }
    if headers.len() > MOST_HEADERS {
        return refused(
            format!("The request has more than {MOST_HEADERS} headers."),
            format!("Die Anfrage hat mehr als {MOST_HEADERS} Kopfzeilen."),
        );
    }
    if headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>() > LARGEST {
        return refused(
            format!("The headers are longer than {LARGEST} bytes."),
            format!("Die Kopfzeilen sind länger als {LARGEST} Bytes."),
        );
    }
    Ok(())
}
