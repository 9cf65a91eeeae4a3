//! The versions of the master key, ready for use.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::hmac;

use super::key_file::{FIRST, KeyFile, LENGTH, Version};
use super::mac::Mac;
use super::seal::{FirstSeal, Seal};
use crate::error::{Error, Result};

/// Tells keys derived here from those that others derive from the same bytes.
const SALT: &[u8] = b"magnetiq/master-key";

/// The newest version first.
pub struct Ring(Vec<Derived>);

struct Derived {
    version: u8,
    root: [u8; LENGTH],
    seal: Seal,
    /// What this program sealed before there were versions.
    first: Option<FirstSeal>,
}

impl Ring {
    pub fn new(file: &KeyFile) -> Result<Self> {
        file.versions.iter().map(Derived::new).collect::<Result<_>>().map(Self)
    }

    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let newest = self.0.first().ok_or_else(|| Error::internal("there is no master key"))?;
        newest.seal.seal(newest.version, place, plain)
    }

    pub fn unseal(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let versioned = self.0.iter().filter(|known| sealed.first() == Some(&known.version));
        let mut opened = versioned.filter_map(|known| known.seal.unseal(known.version, place, sealed));
        let first = || self.0.iter().find_map(|known| known.first.as_ref()?.unseal(place, sealed));
        opened.next().or_else(first).ok_or_else(|| Error::internal(format!("what is sealed for {place} does not open")))
    }

    pub fn is_of_today(&self, place: &str, sealed: &[u8]) -> bool {
        self.0.first().is_some_and(|newest| newest.seal.unseal(newest.version, place, sealed).is_some())
    }

    pub fn mac(&self, purpose: &str) -> Result<Mac> {
        let key = |known: &Derived| derive(&known.root, &["mac", purpose]);
        let keys = self.0.iter().map(|known| Ok(hmac::Key::new(hmac::HMAC_SHA256, &key(known)?)));
        keys.collect::<Result<_>>().map(Mac::new)
    }
}

impl Derived {
    fn new(Version { version, key, .. }: &Version) -> Result<Self> {
        Ok(Self {
            version: *version,
            root: *key,
            seal: Seal::new(&derive(key, &["seal"])?),
            first: (*version == FIRST).then(|| FirstSeal::new(key)).transpose()?,
        })
    }
}

/// HKDF with SHA-256; the parts are told apart by a byte that no name holds.
fn derive(root: &[u8; LENGTH], purpose: &[&str]) -> Result<[u8; LENGTH]> {
    struct Bytes;
    impl KeyType for Bytes {
        fn len(&self) -> usize {
            LENGTH
        }
    }
    let mut key = [0; LENGTH];
    let purpose = purpose.join("\0");
    let pseudorandom = Salt::new(HKDF_SHA256, SALT).extract(root);
    let info = [purpose.as_bytes()];
    let derived = pseudorandom.expand(&info, Bytes).map_err(Error::internal)?;
    derived.fill(&mut key).map_err(Error::internal)?;
    Ok(key)
}
