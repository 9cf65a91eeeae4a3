//! Access tokens and the sessions that give them out.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Source;

/// Most days that anything here may last: ten years.
const LONGEST: u32 = 3650;

/// How access tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 and keys of 3072 bits: what every library reads.
    RS256,
    /// Ed25519: shorter and quicker, where all readers know it.
    EdDSA,
}

impl FromStr for TokenAlgorithm {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "RS256" => Ok(Self::RS256),
            "EdDSA" => Ok(Self::EdDSA),
            _ => Err(()),
        }
    }
}

/// Access tokens and sessions.
#[derive(Clone, Copy, Debug)]
pub struct TokenSettings {
    /// How new keys sign.
    pub algorithm: TokenAlgorithm,
    /// Days after which a key is followed by another; 0 for never.
    pub key_rotation_days: u32,
    /// Days after which a session ends that is not used.
    pub session_idle_days: u32,
    /// Days after which a session ends in any case.
    pub session_days: u32,
}

impl TokenSettings {
    pub(super) fn read(source: &mut Source) -> Self {
        let session_days = source.within("SESSION_DAYS", 1..=LONGEST, 30);
        Self {
            algorithm: source.value("TOKEN_ALGORITHM", "RS256 or EdDSA", TokenAlgorithm::RS256),
            key_rotation_days: source.within("KEY_ROTATION_DAYS", 0..=LONGEST, 90),
            session_idle_days: source.within("SESSION_IDLE_DAYS", 1..=session_days, 7.min(session_days)),
            session_days,
        }
    }
}
