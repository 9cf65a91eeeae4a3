//! Signing in with a passkey: alone, or after a password.

use passki::{
    AuthenticationChallenge, AuthenticationCredential, AuthenticationOptions, AuthenticationState, Passki,
    StoredPasskey, UserVerificationRequirement,
};
use serde_json::Value;

use super::ceremony::{self, Ceremony, Purpose};
use super::own::credentials;
use super::store::{self, Stored};
use crate::app::Site;
use crate::auth::account::Account;
use crate::auth::admission::{self, Door, SignIn};
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::mfa::challenge;
use crate::auth::origin::Origin;
use crate::auth::secret::Secret;
use crate::auth::sessions::Opened;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::{Connection, Owner};

/// Asks a browser for a passkey: for any of this site, or, after a password, for one of that user. Answers the ceremony's
/// name and what to hand to the browser.
///
/// # Errors
/// 401 when the challenge of the password is over.
pub async fn begin(site: &Site, mfa_token: Option<Secret<String>>) -> Result<(String, AuthenticationChallenge)> {
    let (clock, relying_party) = (site.clock.clone(), site.auth.relying_party.clone());
    site.store
        .write(Owner::Core, move |unit| {
            let now = clock.now();
            let mfa_token = mfa_token.as_ref().map(Secret::reveal);
            let known = match mfa_token {
                None => Vec::new(),
                Some(token) => {
                    let (_, account) = challenge::find(unit, token, now)?.ok_or_else(refused)?;
                    credentials(unit, account.id)?
                }
            };
            let (asked, state) = ask(&relying_party, mfa_token.is_some(), &known)?;
            let purpose = Purpose { user: None, mfa_token: mfa_token.map(String::as_str) };
            Ok((ceremony::begin(unit, purpose, &state, now)?, asked))
        })
        .await
}

/// Without a password the device must have checked who holds it.
fn ask(
    relying_party: &Passki,
    is_second: bool,
    known: &[StoredPasskey],
) -> Result<(AuthenticationChallenge, AuthenticationState)> {
    let mut options = AuthenticationOptions::default();
    options.timeout = u64::try_from(ceremony::LIFETIME.as_millis()).map_err(Error::internal)?;
    options.user_verification = match is_second {
        true => UserVerificationRequirement::Preferred,
        false => UserVerificationRequirement::Required,
    };
    relying_party.start_passkey_authentication(known, options).map_err(Error::internal)
}

/// Signs in whoever's passkey has signed what was asked.
///
/// # Errors
/// 401 when the ceremony is over, the passkey is not known here or its signature is not right.
pub async fn finish(site: &Site, origin: &Origin, token: Secret<String>, credential: Value) -> Result<SignIn> {
    let Ok(credential) = serde_json::from_value::<AuthenticationCredential>(credential) else {
        return refuse(site, origin).await;
    };
    let (now, id) = (site.clock.now(), credential.raw_id.clone());
    let found = site.store.read(move |snapshot| {
        let ceremony = ceremony::find(snapshot, token.reveal(), now)?;
        Ok((ceremony, store::by_credential(snapshot, &id)?))
    });
    let (ceremony, stored) = found.await?;
    let Some(proven) = stored.and_then(|stored| prove(site, &credential, &ceremony, &stored)) else {
        return refuse(site, origin).await;
    };
    let entry = Entry { door: Door::of(site, origin), clock: site.clock.clone(), ceremony };
    match site.store.write(Owner::Core, move |unit| entry.admit(unit, &proven)).await? {
        Some((opened, account)) => admission::answer(site, opened, account),
        None => refuse(site, origin).await,
    }
}

/// A passkey whose signature was right.
struct Proven {
    id: i64,
    user: i64,
    /// With its new counter.
    credential: String,
}

/// None when anything about it is wrong.
fn prove(site: &Site, credential: &AuthenticationCredential, ceremony: &Ceremony, stored: &Stored) -> Option<Proven> {
    let state: AuthenticationState = ceremony.asked().ok()?;
    let mut passkey: StoredPasskey = serde_json::from_str(&stored.credential).ok()?;
    let result = site.auth.relying_party.finish_passkey_authentication(credential, &state, &passkey).ok()?;
    let handle = result.user_handle.as_deref().map(Passki::base64_encode);
    let is_owner = handle.is_none_or(|handle| handle == stored.user_handle);
    passkey.counter = result.counter;
    let credential = serde_json::to_string(&passkey).ok()?;
    is_owner.then_some(Proven { id: stored.id, user: stored.user_id, credential })
}

/// The door, as a unit of work takes it along.
struct Entry {
    door: Door,
    clock: Clock,
    ceremony: Ceremony,
}

impl Entry {
    fn admit(&self, unit: &Connection, proven: &Proven) -> Result<Option<(Opened, Account)>> {
        let now = self.clock.now();
        ceremony::end(unit, &self.ceremony, now)?;
        let Some(account) = Account::read(unit, proven.user)?.filter(Account::may_sign_in) else { return Ok(None) };
        let mut by = "passkey";
        if let Some(hash) = &self.ceremony.mfa_token_hash {
            if !challenge::meet(unit, hash, &account, now)? {
                return Ok(None);
            }
            by = "password, passkey";
        }
        store::note_use(unit, proven.id, &proven.credential, now)?;
        self.door.let_in(unit, &account, by)
    }
}

async fn refuse<T>(site: &Site, origin: &Origin) -> Result<T> {
    let (clock, origin) = (site.clock.clone(), origin.clone());
    let noted = move |unit: &Connection| SecurityEvent::new(Kind::MfaFailed, &origin).record(unit, &clock);
    site.store.write(Owner::Core, move |unit| noted(unit)).await?;
    Err(refused())
}

fn refused() -> Error {
    let sentence = (
        "This passkey does not open an account here. Please sign in in another way.",
        "Dieser Passkey öffnet hier kein Konto. Bitte melden Sie sich anders an.",
    );
    Error::new(Code::Unauthenticated, sentence)
}
