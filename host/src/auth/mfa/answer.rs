//! Meeting a challenge: the second step of signing in.

use jiff::Timestamp;

use super::challenge::{self, Challenge};
use super::store::{self, Factors};
use super::{backup_codes, totp, unsealed};
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::auth::account::Account;
use crate::auth::admission::{self, Door, SignIn};
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::lockout::Attempt;
use crate::auth::origin::Origin;
use crate::auth::secret::Secret;
use crate::auth::sessions::Opened;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::secrets::Secrets;
use crate::store::{Connection, Owner};

/// What somebody shows as a second factor.
pub(super) enum Proof {
    /// Six digits of an app.
    Totp(String),
    /// A backup code, hashed like those of the user.
    BackupCode(String),
}

impl Proof {
    /// Reads a code; hashing a backup code takes as long as a password.
    ///
    /// # Errors
    /// 503 when too many hashes are waiting.
    pub async fn read(site: &Site, code: &Secret<String>, factors: &Factors) -> Result<Self> {
        let digits: String = code.reveal().chars().filter(|letter| !letter.is_whitespace()).collect();
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::Totp(digits));
        }
        let hash = backup_codes::hash(&site.auth.passwords, code.reveal(), &factors.backup_codes).await?;
        Ok(Self::BackupCode(hash))
    }

    /// Uses the proof up when it is right, in the unit that it lets somebody into.
    ///
    /// # Errors
    /// The store's.
    pub fn use_up(&self, unit: &Connection, secrets: &Secrets, user: i64, now: Timestamp) -> Result<bool> {
        let factors = store::factors(unit, user)?;
        match self {
            Self::Totp(code) => {
                let Some(sealed) = &factors.two_factor_secret else { return Ok(false) };
                let secret = totp::Secret::from_bytes(&unsealed(secrets, user, sealed)?)?;
                secret.step_of(code, now)?.map_or(Ok(false), |step| store::use_step(unit, user, step))
            }
            Self::BackupCode(hash) => match backup_codes::without(&factors.backup_codes, hash) {
                Some(rest) => store::set_codes(unit, user, &rest).map(|()| true),
                None => Ok(false),
            },
        }
    }

    /// As the record of the sign-in names it.
    fn name(&self) -> &'static str {
        match self {
            Self::Totp(_) => "password, totp",
            Self::BackupCode(_) => "password, backup code",
        }
    }
}

/// Signs in whoever shows the second factor that a challenge asks for.
///
/// # Errors
/// 401 when the code is wrong or was used, or when there have been too many failures; 410 when the challenge is over.
pub async fn answer(site: &Site, origin: &Origin, token: Secret<String>, code: Secret<String>) -> Result<SignIn> {
    let (asked, now) = (token.clone(), site.clock.now());
    let found = site.store.read(move |snapshot| {
        let found = challenge::find(snapshot, asked.reveal(), now)?;
        found.map(|(_, account)| store::factors(snapshot, account.id)).transpose()
    });
    let factors = found.await?.ok_or_else(over)?;
    let proof = Proof::read(site, &code, &factors).await?;
    let step = Step {
        door: Door::of(site, origin),
        clock: site.clock.clone(),
        secrets: site.auth.secrets.clone(),
        origin: origin.clone(),
    };
    let met = site.store.write(Owner::Core, move |unit| step.meet(unit, token.reveal(), &proof)).await?;
    let (opened, account) = met.ok_or_else(wrong)?;
    admission::answer(site, opened, account)
}

/// The second step, as a unit of work takes it along.
struct Step {
    door: Door,
    clock: Clock,
    secrets: Secrets,
    origin: Origin,
}

impl Step {
    /// None when the proof is not right: that is counted.
    fn meet(&self, unit: &Connection, token: &str, proof: &Proof) -> Result<Option<(Opened, Account)>> {
        let now = self.clock.now();
        // Asked again in the unit: of two who use one code at once, one comes too late.
        let Some((challenge, account)) = challenge::find(unit, token, now)? else { return Ok(None) };
        let attempt = Attempt { email: &account.email, user: Some(account.id), origin: &self.origin };
        if attempt.is_locked(unit, now)? || !proof.use_up(unit, &self.secrets, account.id, now)? {
            self.fail(unit, &challenge, attempt)?;
            return Ok(None);
        }
        store::use_challenge(unit, challenge.id, now)?;
        if let Proof::BackupCode(_) = proof {
            SecurityEvent::new(Kind::BackupCodeUsed, &self.origin).email(&account.email).record(unit, &self.clock)?;
            notice::queue(unit, &self.clock, &self.origin, account.id, &Notice::BackupCodeUsed)?;
        }
        self.door.admit(unit, &account, proof.name())
    }

    fn fail(&self, unit: &Connection, challenge: &Challenge, attempt: Attempt<'_>) -> Result<()> {
        store::count_attempt(unit, challenge.id, self.clock.now())?;
        attempt.fail(unit, &self.clock)?;
        SecurityEvent::new(Kind::MfaFailed, &self.origin).email(attempt.email).record(unit, &self.clock)
    }
}

fn over() -> Error {
    let sentence = ("Please sign in again.", "Bitte melden Sie sich noch einmal an.");
    Error::new(Code::Gone, sentence)
}

fn wrong() -> Error {
    let sentence = (
        "This code is not right, or it was used. Please try another.",
        "Dieser Code stimmt nicht oder ist benutzt. Bitte versuchen Sie einen anderen.",
    );
    Error::new(Code::Unauthenticated, sentence)
}
