//! A package's bytes: a zip of parts, their digest, and their publisher's signature. The host and the packer read this
//! one definition.
//!
//! Nothing is ever written to a path that a package names, and nothing is unpacked before all that the zip says of
//! itself has been found consistent and within bounds.

pub mod archive;
mod digest;
mod error;
mod key;
mod layout;
mod path;
mod signature;

use std::collections::BTreeMap;

pub use digest::{digest, listing};
pub use error::{Error, Result};
pub use key::{PublicKey, SecretKey};
pub use signature::{SIGNATURE, sign, signer};

/// A package's parts by path, such as `plugin.toml` and `templates/mail/thanks.html`.
pub type Parts = BTreeMap<String, Vec<u8>>;

/// Most parts of a package.
pub const MOST_PARTS: usize = 1_000;
/// Largest part, in bytes.
pub const LARGEST_PART: u64 = 16 << 20;
/// Largest sum of parts, in bytes.
pub const LARGEST_SUM: u64 = 32 << 20;
/// Largest file, in bytes: parts that could not be made smaller, and what the zip says of them.
pub const LARGEST_FILE: u64 = 33 << 20;
