//! The passkeys of a user: adding them, seeing them, taking them away.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;
use passki::{
    Passki, RegistrationChallenge, RegistrationCredential, RegistrationOptions, RegistrationState, StoredPasskey,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::ceremony::{self, Purpose};
use super::store::{self, NewPasskey};
use crate::app::Site;
use crate::auth::account::Account;
use crate::auth::confirm::confirm;
use crate::auth::events::Kind;
use crate::auth::live::{Standing, change_standing};
use crate::auth::mfa;
use crate::auth::mfa::enrolment::Person;
use crate::auth::secret::Secret;
use crate::clock::random_bytes;
use crate::error::{Code, Error, Result};
use crate::store::{Connection, Owner};

/// The most passkeys of a user.
pub(super) const MOST: usize = 20;

/// The most characters of a name.
const LONGEST_NAME: usize = 100;

/// A passkey as its owner sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Passkey {
    /// Its number.
    pub id: i64,
    /// As its owner calls it.
    pub name: String,
    /// When it was added.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it last let its owner in.
    #[schemars(with = "Option<String>")]
    pub last_used_at: Option<Timestamp>,
}

/// A passkey that was added.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Added {
    /// The passkey.
    #[serde(flatten)]
    pub passkey: Passkey,
    /// With the first second factor of a user: codes for the day on which it is lost, shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_codes: Option<Vec<String>>,
}

/// The passkeys of a user.
///
/// # Errors
/// The store's.
pub async fn list(site: &Site, user: i64) -> Result<Vec<Passkey>> {
    site.store.read(move |snapshot| store::list(snapshot, user)).await
}

/// Asks the caller's browser to make a passkey. Answers the ceremony's name and what to hand to the browser.
///
/// # Errors
/// 422 when the password is wrong, 409 when there are too many passkeys.
pub async fn begin(site: &Site, person: &Person, password: Secret<String>) -> Result<(String, RegistrationChallenge)> {
    let account = confirm(site, &person.origin, person.user.id, "password", password).await?;
    let (clock, relying_party) = (site.clock.clone(), site.auth.relying_party.clone());
    site.store
        .write(Owner::Core, move |unit| {
            let known = store::of_user(unit, account.id)?;
            if known.len() >= MOST {
                return Err(too_many());
            }
            let handle = known.first().map_or_else(new_handle, |passkey| passkey.user_handle.clone());
            let known = known.iter().map(|passkey| Ok(serde_json::from_str(&passkey.credential)?));
            let known = known.collect::<Result<Vec<StoredPasskey>>>()?;
            let (challenge, state) = ask(&relying_party, &account, &handle, &known)?;
            let purpose = Purpose { user: Some(account.id), mfa_token: None };
            Ok((ceremony::begin(unit, purpose, &state, clock.now())?, challenge))
        })
        .await
}

fn ask(
    relying_party: &Passki,
    account: &Account,
    handle: &str,
    known: &[StoredPasskey],
) -> Result<(RegistrationChallenge, RegistrationState)> {
    let mut options = RegistrationOptions::default();
    options.timeout = u64::try_from(ceremony::LIFETIME.as_millis()).map_err(Error::internal)?;
    options.exclude_credentials = Some(known);
    let handle = URL_SAFE_NO_PAD.decode(handle).map_err(Error::internal)?;
    let shown = if account.name.is_empty() { &account.email } else { &account.name };
    relying_party.start_passkey_registration(&handle, &account.email, shown, options).map_err(Error::internal)
}

fn new_handle() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Adds the passkey that a browser has made. The first second factor of a user brings backup codes with it.
///
/// # Errors
/// 401 when the ceremony is over, 422 when name or credential are wrong.
pub async fn finish(
    site: &Site,
    person: Person,
    token: Secret<String>,
    name: String,
    credential: Value,
) -> Result<Added> {
    let (name, now) = (checked_name(&name)?, site.clock.now());
    let asked = token.clone();
    let ceremony = site.store.read(move |snapshot| ceremony::find(snapshot, asked.reveal(), now)).await?;
    if ceremony.user_id != Some(person.user.id) {
        return Err(Error::unauthenticated());
    }
    let credential: RegistrationCredential = serde_json::from_value(credential).map_err(|_| unfit())?;
    let state: RegistrationState = ceremony.asked()?;
    let made = site.auth.relying_party.finish_passkey_registration(&credential, &state).map_err(|_| unfit())?;
    let (codes, hashes) = mfa::new_codes(site).await?;
    let clock = site.clock.clone();
    change_standing(site, move |unit| {
        ceremony::end(unit, &ceremony, now)?;
        let user = person.user.id;
        let id = store::insert(unit, &row(user, &name, &made, &state)?, now)?.ok_or_else(unfit)?;
        let is_first = mfa::note_passkey(unit, user, &hashes, now)?;
        person.record(unit, &clock, "add_passkey", Kind::PasskeyAdded, &Value::Null, &json!({"passkey": name}))?;
        let passkey = Passkey { id, name, created_at: now, last_used_at: None };
        let backup_codes = is_first.then_some(codes);
        Ok((Added { passkey, backup_codes }, Some((user, Standing::read(unit, user)?))))
    })
    .await
}

fn row<'a>(user: i64, name: &'a str, made: &StoredPasskey, state: &'a RegistrationState) -> Result<NewPasskey<'a>> {
    Ok(NewPasskey {
        user_id: user,
        name,
        credential_id: Passki::base64_encode(&made.credential_id),
        user_handle: &state.user.id,
        credential: serde_json::to_string(made)?,
    })
}

/// Takes a passkey away.
///
/// # Errors
/// 404 when the caller has none with this id, 409 when it is the last second factor of somebody whose role needs one.
pub async fn remove(site: &Site, person: Person, id: i64) -> Result<()> {
    let clock = site.clock.clone();
    change_standing(site, move |unit| {
        let user = person.user.id;
        let name = store::remove(unit, user, id)?.ok_or_else(Error::not_found)?;
        mfa::forget_passkey(unit, user, person.user.role, clock.now())?;
        person.record(unit, &clock, "remove_passkey", Kind::PasskeyRemoved, &json!({"passkey": name}), &Value::Null)?;
        Ok(((), Some((user, Standing::read(unit, user)?))))
    })
    .await
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(Error::field("name", Rule::Required)),
        length if length > LONGEST_NAME => Err(Error::field("name", Rule::TooLong(LONGEST_NAME as u64))),
        _ => Ok(name.to_owned()),
    }
}

fn unfit() -> Error {
    let text = Text::new("This device's answer cannot be used.", "Die Antwort dieses Geräts ist nicht zu gebrauchen.");
    Error::field("credential", Rule::Other(text))
}

fn too_many() -> Error {
    let sentence = ("There are twenty passkeys already.", "Es gibt schon zwanzig Passkeys.");
    Error::new(Code::Conflict, sentence)
}

/// What signing in checks against.
pub(super) fn credentials(connection: &Connection, user: i64) -> Result<Vec<StoredPasskey>> {
    let known = store::of_user(connection, user)?;
    known.iter().map(|passkey| Ok(serde_json::from_str(&passkey.credential)?)).collect()
}
