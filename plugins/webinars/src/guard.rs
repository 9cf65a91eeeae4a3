//! Whoever types an address makes this plugin write to it, and need not be its owner: how often is bounded here.

use magnetiq_sdk::Code;
use magnetiq_sdk::prelude::*;

use crate::store;

/// Mails that one person gets within a day because an address was typed.
pub const LETTERS: i64 = 10;

/// Counts a mail that a typed address causes; false when it was one too many and must not be sent.
pub fn allows(tx: &Tx, person: Person) -> Result<bool> {
    if store::letters(tx, person, tx.now() - 24.hours())? >= LETTERS {
        return Ok(false);
    }
    store::note_letter(tx, person).map(|()| true)
}

/// Forgets what no longer counts, once a day.
pub fn forget(tx: &Tx) -> Result<()> {
    store::drop_letters(tx, tx.now() - 24.hours())
}

/// As [`allows`], for what makes no sense without its mail.
///
/// # Errors
/// RATE_LIMITED.
pub fn require(tx: &Tx, person: Person) -> Result<()> {
    match allows(tx, person)? {
        true => Ok(()),
        false => Err(Error::new(
            Code::RateLimited,
            (
                "There are too many registrations for this address today. Please try again tomorrow.",
                "Für diese Adresse gibt es heute zu viele Anmeldungen. Bitte versuchen Sie es morgen wieder.",
            ),
        )),
    }
}
