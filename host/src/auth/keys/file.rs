//! The files of the keys: one each in the data folder.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::auth::secret::Secret;
use crate::config::TokenAlgorithm;
use crate::durable;
use crate::error::{Error, Result};

/// A private key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: String,
    /// How it signs.
    pub algorithm: TokenAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// PKCS #8 in PEM.
    pub private_pem: Secret<String>,
}

/// A key as its file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    kid: String,
    algorithm: TokenAlgorithm,
    created_at: Timestamp,
    /// Files from before there was a succession have none.
    #[serde(default)]
    signs_from: Option<Timestamp>,
    private_pem: String,
}

/// Reads the keys of a folder, the newest first; makes the folder where there is none.
///
/// # Errors
/// When a file cannot be read or is not a key.
pub fn read_all(folder: &Path) -> Result<Vec<SigningKey>> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut keys = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("signing-") && name.ends_with(".json") {
            keys.push(read(&path)?);
        }
    }
    keys.sort_by_key(|key| std::cmp::Reverse((key.signs_from, key.created_at)));
    Ok(keys)
}

/// Makes a key and its file.
///
/// # Errors
/// When it cannot be made or written.
pub fn make(folder: &Path, algorithm: TokenAlgorithm, now: Timestamp, signs_from: Timestamp) -> Result<SigningKey> {
    let (public, private) = generate(algorithm)?;
    let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(public)[..12]);
    let key = SigningKey { kid, algorithm, created_at: now, signs_from, private_pem: Secret::new(pem(&private)) };
    write(folder, &key)?;
    Ok(key)
}

/// Removes a key's file for good.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(folder: &Path, key: &SigningKey) -> Result<()> {
    match fs::remove_file(path(folder, key)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(durable::sync_folder(folder)?),
    }
}

fn read(path: &Path) -> Result<SigningKey> {
    let damaged = |_| Error::internal(format!("{} is not a signing key", path.display()));
    let record: Record = serde_json::from_slice(&fs::read(path)?).map_err(damaged)?;
    Ok(SigningKey {
        kid: record.kid,
        algorithm: record.algorithm,
        created_at: record.created_at,
        signs_from: record.signs_from.unwrap_or(record.created_at),
        private_pem: Secret::new(record.private_pem),
    })
}

/// The public key, and the private one as PKCS #8.
fn generate(algorithm: TokenAlgorithm) -> Result<(Vec<u8>, Vec<u8>)> {
    match algorithm {
        TokenAlgorithm::RS256 => {
            let pair = KeyPair::generate(KeySize::Rsa3072).map_err(failed)?;
            Ok((pair.public_key().as_ref().to_vec(), pkcs8(&pair)?))
        }
        TokenAlgorithm::EdDSA => {
            let pair = Ed25519KeyPair::generate().map_err(failed)?;
            Ok((pair.public_key().as_ref().to_vec(), pkcs8(&pair)?))
        }
    }
}

fn pkcs8(pair: &impl AsDer<Pkcs8V1Der<'static>>) -> Result<Vec<u8>> {
    Ok(pair.as_der().map_err(failed)?.as_ref().to_vec())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN PRIVATE KEY-----\n");
    for start in (0..text.len()).step_by(64) {
        pem.push_str(&text[start..text.len().min(start + 64)]);
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    pem
}

fn write(folder: &Path, key: &SigningKey) -> Result<()> {
    let record = Record {
        kid: key.kid.clone(),
        algorithm: key.algorithm,
        created_at: key.created_at,
        signs_from: Some(key.signs_from),
        private_pem: key.private_pem.reveal().clone(),
    };
    Ok(durable::write(&path(folder, key), &serde_json::to_vec(&record)?)?)
}

fn path(folder: &Path, key: &SigningKey) -> PathBuf {
    folder.join(format!("signing-{}.json", key.kid))
}

fn failed(error: impl std::fmt::Debug) -> Error {
    Error::internal(format!("the signing key could not be made: {error:?}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::auth::keys::open;
    use crate::clock::Clock;

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_reads_and_the_next_finds_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        let clock = Clock::system();
        let first = open(&folder, TokenAlgorithm::RS256, &clock).unwrap();
        let second = open(&folder, TokenAlgorithm::RS256, &clock).unwrap();
        assert_eq!((first.len(), second.len()), (1, 1));
        assert_eq!(first[0].kid, second[0].kid);
        let file = folder.join(format!("signing-{}.json", first[0].kid));
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_damaged_key_file_is_named_without_its_content() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("signing-x.json"), "{\"private_pem\": \"TOPSECRET\"").unwrap();
        let error = read_all(data.path()).unwrap_err().to_string();
        assert!(error.contains("signing-x.json") && !error.contains("TOPSECRET"), "{error}");
    }
}
