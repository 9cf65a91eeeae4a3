//! The keys that sign access tokens: one file each in the data folder.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::secret::Secret;
use crate::clock::Clock;
use crate::durable;
use crate::error::{Error, Result};

/// How a key signs. A token is only accepted with the algorithm of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
}

/// A private key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in tokens and in the key set.
    pub kid: String,
    /// How it signs.
    pub algorithm: KeyAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// PKCS #8 in PEM.
    pub private_pem: Secret<String>,
}

/// A key as its file holds it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    kid: String,
    algorithm: KeyAlgorithm,
    created_at: Timestamp,
    private_pem: String,
}

/// Reads the keys of a folder, the newest first; makes the first key where there is none.
///
/// # Errors
/// When a file cannot be read or written, or is not a key.
pub fn open(folder: &Path, clock: &Clock) -> Result<Vec<SigningKey>> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut keys = read_all(folder)?;
    if keys.is_empty() {
        let key = generate(clock)?;
        write(folder, &key)?;
        keys.push(key);
    }
    keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
    Ok(keys)
}

fn read_all(folder: &Path) -> Result<Vec<SigningKey>> {
    let mut keys = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with("signing-") && name.ends_with(".json") {
            keys.push(read(&path)?);
        }
    }
    Ok(keys)
}

fn read(path: &Path) -> Result<SigningKey> {
    let damaged = |_| Error::internal(format!("{} is not a signing key", path.display()));
    let record: Record = serde_json::from_slice(&fs::read(path)?).map_err(damaged)?;
    Ok(SigningKey {
        kid: record.kid,
        algorithm: record.algorithm,
        created_at: record.created_at,
        private_pem: Secret::new(record.private_pem),
    })
}

fn generate(clock: &Clock) -> Result<SigningKey> {
    let pair = KeyPair::generate(KeySize::Rsa3072).map_err(failed)?;
    let private = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).map_err(failed)?;
    let kid = URL_SAFE_NO_PAD.encode(&Sha256::digest(pair.public_key().as_ref())[..12]);
    Ok(SigningKey {
        kid,
        algorithm: KeyAlgorithm::RS256,
        created_at: clock.now(),
        private_pem: Secret::new(pem(private.as_ref())),
    })
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
        private_pem: key.private_pem.reveal().clone(),
    };
    let path = folder.join(format!("signing-{}.json", key.kid));
    Ok(durable::write(&path, &serde_json::to_vec(&record)?)?)
}

fn failed(error: impl std::fmt::Debug) -> Error {
    Error::internal(format!("the signing key could not be made: {error:?}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_first_start_makes_a_key_that_only_its_owner_reads_and_the_next_finds_it() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        let clock = Clock::system();
        let first = open(&folder, &clock).unwrap();
        let second = open(&folder, &clock).unwrap();
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
        let error = open(data.path(), &Clock::system()).unwrap_err().to_string();
        assert!(error.contains("signing-x.json") && !error.contains("TOPSECRET"), "{error}");
    }
}
