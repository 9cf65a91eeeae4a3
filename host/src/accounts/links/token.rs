//! The tokens of links: a row's id and a signature over what the row says, by a key that is not in the database.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{LONGEST_TOKEN, Purpose};
use crate::auth::Secret;
use crate::error::Result;
use crate::secrets::Secrets;

/// Bytes of the id.
const ID: usize = 8;

/// What the key is for.
const USE: &str = "account links";

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

/// The address of a link in the panel; its token stands in the fragment, which no browser sends to a server.
///
/// # Errors
/// Internal, when there is no key.
pub fn address(secrets: &Secrets, public_url: &str, ticket: &Ticket) -> Result<Secret<String>> {
    let (screen, token) = (ticket.purpose.screen(), write(secrets, ticket)?);
    Ok(Secret::new(format!("{public_url}/admin/{screen}#{token}")))
}

/// Whether it is the token of this row. It takes the same time for every wrong one.
///
/// # Errors
/// Internal, when there is no key.
pub(super) fn fits(secrets: &Secrets, token: &str, ticket: &Ticket) -> Result<bool> {
    let Some(bytes) = bytes_of(token) else { return Ok(false) };
    let (id, code) = bytes.split_at(ID);
    Ok(id == ticket.id.to_be_bytes() && secrets.mac(USE)?.verify(&signed(ticket), code))
}

fn write(secrets: &Secrets, ticket: &Ticket) -> Result<String> {
    let code = secrets.mac(USE)?.sign(&signed(ticket));
    Ok(URL_SAFE_NO_PAD.encode([ticket.id.to_be_bytes().as_slice(), &code].concat()))
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
    use tempfile::TempDir;

    use super::*;
    use crate::clock::Clock;

    fn ticket() -> Ticket {
        Ticket { id: 7, purpose: Purpose::PasswordReset, expires_at: "2026-03-01T09:30:00Z".parse().unwrap() }
    }

    fn secrets(folder: &TempDir) -> Secrets {
        Secrets::open(&folder.path().join("master.key"), &Clock::system()).unwrap()
    }

    #[test]
    fn a_token_stands_in_the_fragment_and_fits_its_own_row_alone() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let secrets = self::secrets(&folder);
        let address = address(&secrets, "https://example.org", &ticket()).unwrap();
        let (page, token) = address.reveal().split_once('#').unwrap();
        assert_eq!((page, token.len()), ("https://example.org/admin/reset-password", 54));
        assert_eq!(id_in(token), Some(7));
        let fits = |ticket: Ticket| fits(&secrets, token, &ticket).unwrap();
        assert!(fits(ticket()));
        let later = ticket().expires_at + jiff::SignedDuration::from_micros(1);
        assert!(!fits(Ticket { id: 8, ..ticket() }));
        assert!(!fits(Ticket { purpose: Purpose::Invitation, ..ticket() }));
        assert!(!fits(Ticket { expires_at: later, ..ticket() }));
        assert!(!super::fits(&self::secrets(&other), token, &ticket()).unwrap(), "another key");
    }

    #[test]
    fn no_altered_token_fits() {
        let folder = tempfile::tempdir().unwrap();
        let secrets = secrets(&folder);
        let token = write(&secrets, &ticket()).unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for place in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[place] ^= 1;
            assert!(!fits(&secrets, &URL_SAFE_NO_PAD.encode(altered), &ticket()).unwrap(), "{place}");
        }
        for text in ["", "AAAA", &token[1..], &token[..53], &format!("{token}A"), &format!("{token} "), &"A".repeat(54)]
        {
            assert!(!fits(&secrets, text, &ticket()).unwrap(), "{text}");
        }
    }
}
