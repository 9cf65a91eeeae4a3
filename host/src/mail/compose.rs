//! Building the MIME message.

use lettre::message::header::ContentType;

/// True for a media type that a part may carry.
pub fn is_media_type(text: &str) -> bool {
    !text.contains(['\r', '\n']) && ContentType::parse(text).is_ok()
}
