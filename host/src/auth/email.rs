//! E-mail addresses as names of accounts.

/// The most characters that an address may have.
pub const LONGEST: usize = 254;

/// The one form in which an address is stored and looked up: without blanks around it, in lower case.
#[must_use]
pub fn normal(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}
