//! Seals secrets for the database with AES-256-GCM. The key stands in the data folder's `keys/`, never in the
//! database; each sealed value is bound to its place, so that none can be moved to another row.

use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::clock::random_bytes;
use crate::durable;
use crate::error::{Error, Result};

const KEY: usize = 32;

/// Seals and opens.
pub(in crate::plugins) struct Seal(RandomizedNonceKey);

impl Seal {
    /// Reads the key file, or makes it.
    ///
    /// # Errors
    /// When it cannot be read or written, or has another length than 32 bytes.
    pub fn open_key(path: &Path) -> Result<Self> {
        let key = match std::fs::read(path) {
            Ok(key) => key,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make_key(path)?,
            Err(error) => return Err(error.into()),
        };
        if key.len() != KEY {
            return Err(Error::internal(format!("{} does not hold {KEY} bytes", path.display())));
        }
        RandomizedNonceKey::new(&AES_256_GCM, &key).map(Self).map_err(Error::internal)
    }

    /// Nonce and ciphertext of `plain`, bound to `place`.
    ///
    /// # Errors
    /// Internal.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(place), &mut sealed).map_err(Error::internal)?;
        Ok([nonce.as_ref().as_slice(), &sealed].concat())
    }

    /// What was sealed for `place`.
    ///
    /// # Errors
    /// Internal, when it was sealed with another key, for another place, or changed.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or_else(|| Error::internal("too short"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(Error::internal)?;
        let mut sealed = sealed.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(place), &mut sealed).map_err(Error::internal)?;
        Ok(plain.to_vec())
    }
}

fn make_key(path: &Path) -> Result<Vec<u8>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let key = random_bytes::<KEY>();
    durable::write(path, &key)?;
    Ok(key.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_at_its_own_place_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys/master.key");
        let sealed = Seal::open_key(&path).unwrap().seal("a/b", b"secret").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        let again = Seal::open_key(&path).unwrap();
        assert_eq!(again.open("a/b", &sealed).unwrap(), b"secret");
        assert!(again.open("a/c", &sealed).is_err());
    }
}
