//! Setting a second factor up and taking it away.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;
use serde_json::{Value, json};

use super::answer::Proof;
use super::{backup_codes, place, store, totp, unsealed};
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::auth::account::Account;
use crate::auth::caller::SignedIn;
use crate::auth::confirm::confirm;
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::live::{Standing, change_standing};
use crate::auth::lockout::Attempt;
use crate::auth::origin::Origin;
use crate::auth::roles::Role;
use crate::auth::secret::Secret;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::resources::{Actor, audit};
use crate::store::{Connection, Owner};

/// Who changes their second factors, and in which request.
#[derive(Clone, Debug)]
pub struct Person {
    /// The user and their session.
    pub user: SignedIn,
    /// Where they come from.
    pub origin: Origin,
    /// In whose name the audit records it.
    pub actor: Actor,
}

/// Makes a secret for an app. It counts from [`finish`] on; until then an earlier one stays in use.
///
/// # Errors
/// 422 when the password is wrong.
pub async fn begin(site: &Site, person: &Person, password: Secret<String>) -> Result<totp::Enrolment> {
    let account = confirm(site, &person.origin, person.user.id, "password", password).await?;
    let secret = totp::Secret::random();
    let sealed = STANDARD.encode(site.auth.secrets.seal(&place(account.id), secret.as_bytes())?);
    let (clock, user) = (site.clock.clone(), account.id);
    site.store.write(Owner::Core, move |unit| store::set_pending(unit, user, &sealed, clock.now())).await?;
    secret.enrolment(&site.settings.site.name, &account.email)
}

/// Puts the secret in use once a code of it is shown, ends the user's other sessions, and answers ten backup codes.
///
/// # Errors
/// 409 when none was made before, 422 when the code is wrong.
pub async fn finish(site: &Site, person: Person, code: Secret<String>) -> Result<Vec<String>> {
    let user = person.user.id;
    let factors = site.store.read(move |snapshot| store::factors(snapshot, user)).await?;
    let sealed = factors.two_factor_pending.ok_or_else(none_begun)?;
    let secret = totp::Secret::from_bytes(&unsealed(&site.auth.secrets, user, &sealed)?)?;
    let step = secret.step_of(code.reveal().trim(), site.clock.now())?.ok_or_else(|| wrong("code"))?;
    let (codes, hashes) = backup_codes::make(&site.auth.passwords).await?;
    let (clock, sessions) = (site.clock.clone(), site.auth.sessions.clone());
    change_standing(site, move |unit| {
        let now = clock.now();
        // Made anew meanwhile: the code that was shown is of another secret.
        if store::factors(unit, user)?.two_factor_pending.as_ref() != Some(&sealed) {
            return Err(wrong("code"));
        }
        store::enable(unit, user, step, &hashes, now)?;
        sessions.end_others(unit, user, &person.user.session, now)?;
        let (before, after) = (json!({"totp": false}), json!({"totp": true}));
        person.record(unit, &clock, "enable_mfa", Kind::MfaEnabled, &before, &after)?;
        Ok((codes, Some((user, Standing::read(unit, user)?))))
    })
    .await
}

/// Takes the second factor away.
///
/// # Errors
/// 409 when the user's role needs one or there is none, 422 when password or code are wrong.
pub async fn end(site: &Site, person: Person, password: Secret<String>, code: Secret<String>) -> Result<()> {
    let account = confirm(site, &person.origin, person.user.id, "password", password).await?;
    let proof = prove(site, &account, &code).await?;
    let (clock, secrets, sessions) = (site.clock.clone(), site.auth.secrets.clone(), site.auth.sessions.clone());
    let ended = change_standing(site, move |unit| {
        let (user, now) = (account.id, clock.now());
        if !person.shows(unit, &clock, &secrets, &account, &proof)? {
            return Ok((false, None));
        }
        store::disable(unit, user, now)?;
        keep_what_the_role_needs(unit, user, account.role)?;
        sessions.end_others(unit, user, &person.user.session, now)?;
        let (before, after) = (json!({"totp": true}), json!({"totp": false}));
        person.record(unit, &clock, "disable_mfa", Kind::MfaDisabled, &before, &after)?;
        Ok((true, Some((user, Standing::read(unit, user)?))))
    });
    if ended.await? { Ok(()) } else { Err(wrong("code")) }
}

/// Ten new backup codes in place of all before.
///
/// # Errors
/// 409 when there is no second factor, 422 when password or code are wrong.
pub async fn renew_codes(
    site: &Site,
    person: Person,
    password: Secret<String>,
    code: Secret<String>,
) -> Result<Vec<String>> {
    let account = confirm(site, &person.origin, person.user.id, "password", password).await?;
    let proof = prove(site, &account, &code).await?;
    let (codes, hashes) = backup_codes::make(&site.auth.passwords).await?;
    let (clock, secrets) = (site.clock.clone(), site.auth.secrets.clone());
    let made = site.store.write(Owner::Core, move |unit| {
        if !person.shows(unit, &clock, &secrets, &account, &proof)? {
            return Ok(false);
        }
        store::set_codes(unit, account.id, &hashes)?;
        person.record(unit, &clock, "renew_backup_codes", Kind::BackupCodesMade, &Value::Null, &Value::Null)?;
        Ok(true)
    });
    if made.await? { Ok(codes) } else { Err(wrong("code")) }
}

async fn prove(site: &Site, account: &Account, code: &Secret<String>) -> Result<Proof> {
    if !account.two_factor_enabled {
        return Err(none_begun());
    }
    let user = account.id;
    let factors = site.store.read(move |snapshot| store::factors(snapshot, user)).await?;
    Proof::read(site, code, &factors).await
}

impl Person {
    /// Whether the proof is right; a wrong one counts as it does at the door.
    fn shows(
        &self,
        unit: &Connection,
        clock: &Clock,
        secrets: &crate::secrets::Secrets,
        account: &Account,
        proof: &Proof,
    ) -> Result<bool> {
        let attempt = Attempt { email: &account.email, user: Some(account.id), origin: &self.origin };
        let is_right =
            !attempt.is_locked(unit, clock.now())? && proof.use_up(unit, secrets, account.id, clock.now())?;
        if !is_right {
            attempt.fail(unit, clock)?;
            SecurityEvent::new(Kind::MfaFailed, &self.origin).email(&account.email).record(unit, clock)?;
        }
        Ok(is_right)
    }

    /// Keeps a change of theirs in the audit and as a security event, and tells them by mail.
    ///
    /// # Errors
    /// The store's.
    pub(in crate::auth) fn record(
        &self,
        unit: &Connection,
        clock: &Clock,
        action: &str,
        kind: Kind,
        before: &Value,
        after: &Value,
    ) -> Result<()> {
        let account = Account::read(unit, self.user.id)?.ok_or_else(Error::unauthenticated)?;
        let change = audit::Change { action, resource: "users", id: Some(account.id), before, after };
        audit::record(unit, clock, &self.actor, &change)?;
        let event = SecurityEvent::new(kind, &self.origin).email(&account.email);
        event.details(json!({"user": account.id})).record(unit, clock)?;
        Notice::of(kind).map_or(Ok(()), |notice| notice::queue(unit, clock, &self.origin, account.id, &notice))
    }
}

/// Refuses to leave somebody without a second factor whose role needs one.
pub(super) fn keep_what_the_role_needs(unit: &Connection, user: i64, role: Role) -> Result<()> {
    let has_one = Account::read(unit, user)?.is_some_and(|account| account.two_factor_enabled);
    if role >= Role::Admin && !has_one { Err(needed()) } else { Ok(()) }
}

fn wrong(field: &str) -> Error {
    let rule = Text::new("This code is not right, or it was used.", "Dieser Code stimmt nicht oder ist benutzt.");
    Error::field(field, Rule::Other(rule))
}

fn none_begun() -> Error {
    let sentence = ("There is no second factor here yet.", "Hier gibt es noch keinen zweiten Faktor.");
    Error::new(Code::Conflict, sentence)
}

fn needed() -> Error {
    let sentence = (
        "Your role needs a second factor. Set another one up in its place.",
        "Ihre Rolle braucht einen zweiten Faktor. Richten Sie an seiner Stelle einen anderen ein.",
    );
    Error::new(Code::Conflict, sentence)
}
