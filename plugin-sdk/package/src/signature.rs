//! The part `SIGNATURE`: who vouches for all other parts.
//!
//! ```text
//! magnetiq-signature 1
//! key 0vB9…=
//! signature c29t…==
//! ```
//! The key is the publisher's ed25519 key, the signature one of the [`listing`](crate::listing), both in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::Parts;
use crate::digest::listing;
use crate::error::{Error, Result};
use crate::key::{PublicKey, SecretKey};

/// Path of the signature among a package's parts.
pub const SIGNATURE: &str = "SIGNATURE";

const NAME: &str = "magnetiq-signature";
const VERSION: &str = "1";

/// Signs all parts, in place of an earlier signature.
///
/// # Errors
/// When the key cannot sign.
pub fn sign(parts: &mut Parts, key: &SecretKey) -> Result<()> {
    let signature = STANDARD.encode(key.sign(&listing(parts))?);
    let text = format!("{NAME} {VERSION}\nkey {}\nsignature {signature}\n", key.public()?);
    parts.insert(SIGNATURE.into(), text.into_bytes());
    Ok(())
}

/// Who signed these parts; none when nobody did.
///
/// # Errors
/// When there is a signature and it is not one of exactly these parts.
pub fn signer(parts: &Parts) -> Result<Option<PublicKey>> {
    let Some(text) = parts.get(SIGNATURE) else { return Ok(None) };
    let (key, signature) = read(text)?;
    key.verify(&listing(parts), &signature)?;
    Ok(Some(key))
}

fn read(text: &[u8]) -> Result<(PublicKey, Vec<u8>)> {
    let refused = |why: &'static str| Error::Signature(why);
    let text = std::str::from_utf8(text).map_err(|_| refused("it is no text"))?;
    let mut lines = text.lines();
    match lines.next().and_then(|line| line.split_once(' ')) {
        Some((NAME, VERSION)) => {}
        Some((NAME, _)) => return Err(refused("this version of it is not known here")),
        _ => return Err(refused("its first line is another one")),
    }
    let mut next = |name: &str| lines.next().and_then(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let key = next("key").ok_or(refused("its key is missing"))?;
    let signature = next("signature").ok_or(refused("it is cut off before its end"))?;
    let whole = format!("{NAME} {VERSION}\nkey {key}\nsignature {signature}\n");
    if whole != text {
        let more = text.len() > whole.len();
        return Err(refused(if more {
            "more stands behind its end, such as a second one"
        } else {
            "it is cut off before its end"
        }));
    }
    let signature = STANDARD.decode(signature).map_err(|_| refused("the signature is no base64"))?;
    Ok((key.parse().map_err(|_| refused("the key is none"))?, signature))
}
