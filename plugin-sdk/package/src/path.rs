//! Which paths a part may have: the same one on every system, and never outside the package.

use crate::error::{Error, Result};

const LONGEST: usize = 200;

/// Refuses a path that is not letters, digits, dots, hyphens and underscores, joined by single slashes.
pub(crate) fn check(path: &str) -> Result<()> {
    fault(path).map_or(Ok(()), |fault| Err(Error::Path(path.into(), fault)))
}

fn fault(path: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    if path.contains('\\') {
        return Some("has a backslash");
    }
    if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        return Some("is absolute");
    }
    if path.split('/').any(|part| part == "..") {
        return Some("leads out of the package");
    }
    if path.len() > LONGEST {
        return Some("is too long");
    }
    if path.is_empty() || path.split('/').any(|part| part.is_empty() || part.starts_with('.')) {
        return Some("has a part that is empty or begins with a dot");
    }
    (!path.bytes().all(plain)).then_some("has other signs than letters, digits, dots, hyphens and underscores")
}
