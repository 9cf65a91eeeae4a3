//! The tokens of links: a row's id and a signature over what the row says, by a key that is not in the database.

use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LONGEST_TOKEN, Purpose};
use crate::auth::Secret;
use crate::error::{Error, Result};

/// Bytes of the id.
const ID: usize = 8;

/// What the key is for: another purpose of the master key gives another key.
const USE: &[u8] = b"magnetiq/account-links/1";

/// What a token is computed from. It may stand in the outbox: without the key it is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The row.
    pub id: i64,
    /// What the link is for.
    pub purpose: Purpose,
    /// Its end.
    pub expires_at: Timestamp,
}

/// Writes tokens and checks them. Clones share the key.
#[derive(Clone)]
pub struct LinkTokens(hmac::Key);

impl LinkTokens {
    /// Tokens under a key that is derived from the master key.
    ///
    /// # Errors
    /// Internal, when deriving fails.
    pub fn new(master_key: &[u8]) -> Result<Self> {
        let master_key = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(master_key);
        let derived = master_key.expand(&[USE], hmac::HMAC_SHA256).map_err(Error::internal)?;
        Ok(Self(derived.into()))
    }

    /// The address of a link in the panel; its token stands in the fragment, which no browser sends to a server.
    #[must_use]
    pub fn address(&self, public_url: &str, ticket: &Ticket) -> Secret<String> {
        let (screen, token) = (ticket.purpose.screen(), self.write(ticket));
        Secret::new(format!("{public_url}/admin/{screen}#{token}"))
    }

    /// Whether it is the token of this row. It takes the same time for every wrong one.
    #[must_use]
    pub fn fits(&self, token: &str, ticket: &Ticket) -> bool {
        let Some(bytes) = bytes_of(token) else { return false };
        let (id, signature) = bytes.split_at(ID);
        id == ticket.id.to_be_bytes() && hmac::verify(&self.0, &signed(ticket), signature).is_ok()
    }

    fn write(&self, ticket: &Ticket) -> String {
        let signature = hmac::sign(&self.0, &signed(ticket));
        URL_SAFE_NO_PAD.encode([&ticket.id.to_be_bytes(), signature.as_ref()].concat())
    }
}

/// The row that a token names, whether it is its own or not.
pub(super) fn id_in(token: &str) -> Option<i64> {
    let bytes = bytes_of(token)?;
    let id = bytes.first_chunk::<ID>()?;
    Some(i64::from_be_bytes(*id))
}

fn bytes_of(token: &str) -> Option<Vec<u8>> {
    let bytes = (token.len() <= LONGEST_TOKEN).then(|| URL_SAFE_NO_PAD.decode(token).ok())?;
    bytes.filter(|bytes| bytes.len() > ID)
}

/// The name of a purpose holds no zero byte and the numbers have one width, so that no two tickets are signed alike.
fn signed(ticket: &Ticket) -> Vec<u8> {
    let expires_at = ticket.expires_at.as_microsecond().to_be_bytes();
    [ticket.purpose.name().as_bytes(), &[0], &ticket.id.to_be_bytes(), &expires_at].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        Ticket { id: 7, purpose: Purpose::PasswordReset, expires_at: "2026-03-01T09:30:00Z".parse().unwrap() }
    }

    fn tokens() -> LinkTokens {
        LinkTokens::new(&[7; 32]).unwrap()
    }

    #[test]
    fn a_token_stands_in_the_fragment_and_fits_its_own_row_alone() {
        let address = tokens().address("https://example.org", &ticket());
        let (page, token) = address.reveal().split_once('#').unwrap();
        assert_eq!((page, token.len()), ("https://example.org/admin/reset-password", 54));
        assert_eq!(id_in(token), Some(7));
        assert!(tokens().fits(token, &ticket()));
        let later = ticket().expires_at + jiff::SignedDuration::from_micros(1);
        assert!(!tokens().fits(token, &Ticket { id: 8, ..ticket() }));
        assert!(!tokens().fits(token, &Ticket { purpose: Purpose::Invitation, ..ticket() }));
        assert!(!tokens().fits(token, &Ticket { expires_at: later, ..ticket() }));
        assert!(!LinkTokens::new(&[8; 32]).unwrap().fits(token, &ticket()), "another key");
    }

    #[test]
    fn no_altered_token_fits() {
        let token = tokens().write(&ticket());
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            assert!(!tokens().fits(&URL_SAFE_NO_PAD.encode(altered), &ticket()), "{place}");
        }
        for text in ["", "AAAA", &token[1..], &token[..53], &format!("{token}A"), &format!("{token} "), &"A".repeat(54)]
        {
            assert!(!tokens().fits(text, &ticket()), "{text}");
        }
    }
}
