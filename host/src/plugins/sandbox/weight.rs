//! How much may cross the border between host and guest at once.

/// Bytes that a guest may hand over in one call, to a host function or as its answer.
pub(super) const MOST: usize = 4 << 20;
/// Bytes of JSON that the host reads into values, which take some twenty times as much.
pub(super) const MOST_JSON: usize = 1 << 20;

/// Refuses JSON that would take too much memory.
///
/// # Errors
/// A sentence with the limit.
pub(in crate::plugins) fn check(bytes: usize) -> Result<(), String> {
    if bytes <= MOST_JSON { Ok(()) } else { Err(format!("{bytes} bytes of JSON, of which {MOST_JSON} may be")) }
}
