//! One text that stands for all parts of a package.

use sha2::{Digest, Sha256};

use crate::Parts;
use crate::signature::SIGNATURE;

/// Says what the list is of, so that a signature of it is good for nothing else.
const HEAD: &str = "magnetiq-package 1\n";

/// Every part but the signature, sorted by path, one a line: SHA-256 in hexadecimal, two spaces, path. Behind its first
/// line it is what `sha256sum` writes and checks.
#[must_use]
pub fn listing(parts: &Parts) -> String {
    let signed = parts.iter().filter(|(path, _)| *path != SIGNATURE);
    let lines = signed.map(|(path, content)| format!("{}  {path}\n", hex::encode(Sha256::digest(content))));
    HEAD.to_owned() + &lines.collect::<String>()
}

/// SHA-256 of the [`listing`] in hexadecimal: a package's identity, signed or not.
#[must_use]
pub fn digest(parts: &Parts) -> String {
    hex::encode(Sha256::digest(listing(parts)))
}
