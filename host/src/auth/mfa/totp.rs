//! One-time codes of an app: RFC 6238 with SHA-1, six digits and steps of 30 seconds, as all apps know them.

use jiff::Timestamp;
use totp_rs::{Algorithm, Builder, Totp};

use crate::clock::random_bytes;
use crate::error::{Error, Result};

/// Seconds of a step.
const STEP: u64 = 30;

/// Steps before and after the present one whose codes are taken: clocks of phones are not exact.
const SKEW: u16 = 1;

/// The 160 random bits that an app and we share.
pub(super) struct Secret([u8; 20]);

/// What an app must be told.
#[derive(Debug)]
pub struct Enrolment {
    /// For typing: base32.
    pub secret: String,
    /// For a QR code.
    pub otpauth_url: String,
}

impl Secret {
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// The secret as it was sealed.
    ///
    /// # Errors
    /// Internal, when it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        bytes.try_into().map(Self).map_err(|_| Error::internal("a secret of one-time codes has 20 bytes"))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What an app must be told to make codes for `account` at the site called `issuer`.
    ///
    /// # Errors
    /// Internal.
    pub fn enrolment(&self, issuer: &str, account: &str) -> Result<Enrolment> {
        // A colon parts the two in the address.
        let totp = self.totp(&issuer.replace(':', " "), &account.replace(':', " "))?;
        let otpauth_url = totp.to_url().map_err(Error::internal)?;
        Ok(Enrolment { secret: totp.secret().to_base32(), otpauth_url })
    }

    /// The step whose code this is, near a moment; none for a wrong one.
    ///
    /// # Errors
    /// Internal.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Result<Option<i64>> {
        let now = u64::try_from(now.as_second()).map_err(Error::internal)?;
        let step = self.totp("issuer", "account")?.check(code, now);
        step.map(i64::try_from).transpose().map_err(Error::internal)
    }

    fn totp(&self, issuer: &str, account: &str) -> Result<Totp> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(SKEW)
            .with_step_duration(STEP)
            .with_secret(self.0.to_vec())
            .with_issuer(Some(issuer))
            .with_account_name(account);
        builder.build().map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238: time, and the codes with SHA-1, SHA-256 and SHA-512.
    const VECTORS: [(u64, &str, &str, &str); 6] = [
        (59, "94287082", "46119246", "90693936"),
        (1_111_111_109, "07081804", "68084774", "25091201"),
        (1_111_111_111, "14050471", "67062674", "99943326"),
        (1_234_567_890, "89005924", "91819424", "93441116"),
        (2_000_000_000, "69279037", "90698825", "38618901"),
        (20_000_000_000, "65353130", "77737706", "47863826"),
    ];

    const SECRET: &[u8; 20] = b"12345678901234567890";

    fn moment(second: u64) -> Timestamp {
        Timestamp::from_second(second as i64).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        for (time, sha1, sha256, sha512) in VECTORS {
            for (algorithm, length, expected) in
                [(Algorithm::SHA1, 20, sha1), (Algorithm::SHA256, 32, sha256), (Algorithm::SHA512, 64, sha512)]
            {
                let secret: Vec<u8> = SECRET.iter().copied().cycle().take(length).collect();
                let totp = Builder::new().with_algorithm(algorithm).with_digits(8).with_secret(secret);
                let code = totp.with_account_name("a").with_issuer(None::<&str>).build().unwrap().generate(time);
                assert_eq!(code.to_string(), expected, "{algorithm:?} at {time}");
            }
            // Ours are their last six digits.
            let step = Secret(*SECRET).step_of(&sha1[2..], moment(time)).unwrap();
            assert_eq!(step, Some((time / 30) as i64));
        }
    }

    #[test]
    fn a_code_is_good_for_a_step_before_and_after_its_own() {
        let (secret, code) = (Secret(*SECRET), "050471");
        let own = 1_111_111_111 / 30 * 30;
        for (second, good) in [(own - 31, false), (own - 30, true), (own, true), (own + 59, true), (own + 60, false)] {
            assert_eq!(secret.step_of(code, moment(second)).unwrap().is_some(), good, "{second}");
        }
        for wrong in ["", "05047", "0504711", "050472", "abcdef", "٠٥٠٤٧١"] {
            assert_eq!(secret.step_of(wrong, moment(own)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn an_app_is_told_all_that_it_needs() {
        let told = Secret(*SECRET).enrolment("Müller: Söhne", "ada@example.org").unwrap();
        assert_eq!(told.secret, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert!(told.otpauth_url.starts_with("otpauth://totp/M%C3%BCller"), "{}", told.otpauth_url);
        assert!(told.otpauth_url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), "{}", told.otpauth_url);
    }
}
