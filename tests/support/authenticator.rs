//! An app that makes one-time codes, as users have it on their phones.

use jiff::Timestamp;
use totp_rs::{Builder, Secret, Totp};

/// An app with one account in it.
pub struct Authenticator(Totp);

impl Authenticator {
    /// An app that was told this secret, in base32.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn new(secret: &str) -> Self {
        let secret = Secret::try_from_base32(secret).expect("base32");
        Self(Builder::new().with_secret(secret).with_account_name("a").build().expect("an app"))
    }

    /// The code that it shows at a moment.
    ///
    /// # Panics
    /// Before 1970.
    #[must_use]
    pub fn code(&self, now: Timestamp) -> String {
        self.0.generate(now.as_second().try_into().expect("a moment after 1970")).to_string()
    }
}
