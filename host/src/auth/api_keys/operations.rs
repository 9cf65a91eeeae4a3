//! Making, replacing and revoking keys.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Text;
use serde_json::{Value, json};

use super::store::NewKey;
use super::{ApiKey, FOR_PEOPLE_ALONE, Fresh, store};
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::auth::confirm::confirm;
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::{Caller, Origin, PermissionSet, Secret};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::http::Page;
use crate::resources::{Actor, audit};
use crate::store::{Connection, Owner};

/// Keys of one user at most.
const MOST: u64 = 50;
const LONGEST_NAME: u64 = 100;
const DAY: SignedDuration = SignedDuration::from_hours(24);
const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(366 * 24);
const USUAL_LIFE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Who does something with keys, and from where.
pub(super) struct By {
    pub caller: Caller,
    pub actor: Actor,
    pub origin: Origin,
}

impl By {
    /// Their keys and, for those who manage users, everybody's.
    fn reaches(&self, key: &ApiKey) -> bool {
        self.caller.user_id() == Some(key.user_id) || self.caller.may(FOR_PEOPLE_ALONE)
    }

    /// Their own alone: nobody holds a key for somebody else.
    fn owns(&self, key: &ApiKey) -> bool {
        self.caller.user_id() == Some(key.user_id)
    }
}

/// What somebody wants of a new key.
pub(super) struct Wanted {
    pub name: String,
    pub scopes: Vec<String>,
    pub expires_at: Option<Timestamp>,
    pub password: Secret<String>,
}

/// How a key is to be replaced.
pub(super) struct Replacement {
    pub password: Secret<String>,
    /// How long the key before works on.
    pub overlap: SignedDuration,
    pub expires_at: Option<Timestamp>,
}

/// Whose keys are listed.
#[derive(Clone, Copy)]
pub(super) enum Whose {
    Own,
    Everybodys,
}

/// The keys of the caller, or of everybody.
pub(super) async fn list(site: &Site, by: &By, whose: Whose, page: Page) -> Result<(Vec<ApiKey>, u64)> {
    let user = match whose {
        Whose::Own => Some(by.caller.account()?.id),
        Whose::Everybodys => by.caller.require(FOR_PEOPLE_ALONE).map(|_| None)?,
    };
    site.store.read(move |snapshot| store::list(snapshot, user, page)).await
}

/// One key that the caller may see.
pub(super) async fn show(site: &Site, by: &By, id: i64) -> Result<ApiKey> {
    let found = site.store.read(move |snapshot| store::read(snapshot, id)).await?;
    found.filter(|key| key.deleted_at.is_none() && by.reaches(key)).ok_or_else(Error::not_found)
}

/// Makes a key for the caller, who shows their password once more.
pub(super) async fn make(site: &Site, by: By, wanted: Wanted) -> Result<(ApiKey, Secret<String>)> {
    let user = by.caller.account()?.id;
    let held = by.caller.signed_in()?.permissions.clone();
    let Wanted { name, scopes, expires_at, password } = wanted;
    let name = name.trim().to_owned();
    let now = site.clock.now();
    let expires_at = expires_at.unwrap_or(now + USUAL_LIFE);
    let faults = [name_fault(&name), scopes_fault(&scopes, &held), end_fault(expires_at, now)];
    refuse(faults)?;
    confirm(site, &by.origin, user, "password", password).await?;
    let (fresh, clock) = (Fresh::make(), site.clock.clone());
    change(site, move |unit| {
        if store::list(unit, Some(user), Page { page: 1, per_page: 1 })?.1 >= MOST {
            return Err(Error::new(Code::Conflict, too_many()));
        }
        let new = NewKey { user_id: user, name: &name, scopes: &scopes, expires_at };
        let id = store::insert(unit, &new, &fresh, clock.now())?;
        let key = existing(unit, id)?;
        record(unit, &clock, &by, Kind::ApiKeyMade, "create", (&Value::Null, &key))?;
        notice::queue(unit, &clock, &by.origin, user, &Notice::ApiKeyMade)?;
        Ok((key, fresh.key))
    })
    .await
}

/// Gives the caller another key in place of their own.
pub(super) async fn rotate(site: &Site, by: By, id: i64, how: Replacement) -> Result<(ApiKey, Secret<String>)> {
    let user = by.caller.account()?.id;
    by.caller.signed_in()?;
    let before = show(site, &by, id).await?;
    if !by.owns(&before) {
        return Err(Error::not_found());
    }
    let now = site.clock.now();
    let ends = how.expires_at.unwrap_or(before.expires_at.max(now + DAY));
    let too_long = how.overlap > DAY || how.overlap.is_negative();
    let minutes = || Rule::TooLarge((DAY.as_secs() / 60).to_string());
    refuse([too_long.then(|| FieldError::new("overlap_minutes", minutes())), end_fault(ends, now)])?;
    confirm(site, &by.origin, user, "password", how.password).await?;
    let (fresh, clock) = (Fresh::make(), site.clock.clone());
    change(site, move |unit| {
        let before = existing(unit, id)?;
        let now = clock.now();
        store::replace(unit, id, &fresh, now + how.overlap, ends, now)?;
        let key = existing(unit, id)?;
        record(unit, &clock, &by, Kind::ApiKeyRotated, "rotate", (&shown(&before), &key))?;
        notice::queue(unit, &clock, &by.origin, user, &Notice::ApiKeyMade)?;
        Ok((key, fresh.key))
    })
    .await
}

/// Renames a key, or takes scopes away from it.
pub(super) async fn rename(
    site: &Site,
    by: By,
    id: i64,
    name: Option<String>,
    scopes: Option<Vec<String>>,
) -> Result<ApiKey> {
    let clock = site.clock.clone();
    change(site, move |unit| {
        let before = existing(unit, id)?;
        if !by.owns(&before) {
            return Err(Error::not_found());
        }
        let kept: Vec<String> = before.scopes().map(str::to_owned).collect();
        let name = name.map_or_else(|| before.name.clone(), |name| name.trim().to_owned());
        let scopes = scopes.unwrap_or_else(|| kept.clone());
        let held: PermissionSet = kept.iter().map(|scope| scope.as_str().into()).collect();
        refuse([name_fault(&name), scopes_fault(&scopes, &held)])?;
        store::change(unit, id, &name, &scopes, clock.now())?;
        let key = existing(unit, id)?;
        record(unit, &clock, &by, Kind::ApiKeyChanged, "change", (&shown(&before), &key))?;
        Ok((key.clone(), key))
    })
    .await
    .map(|(key, _)| key)
}

/// Ends a key at once.
pub(super) async fn revoke(site: &Site, by: By, id: i64) -> Result<()> {
    let clock = site.clock.clone();
    change(site, move |unit| {
        let before = existing(unit, id)?;
        if !by.reaches(&before) {
            return Err(Error::not_found());
        }
        store::revoke(unit, id, clock.now())?;
        let key = store::read(unit, id)?.ok_or_else(Error::not_found)?;
        record(unit, &clock, &by, Kind::ApiKeyRevoked, "delete", (&shown(&before), &key))?;
        Ok((key, ()))
    })
    .await
    .map(drop)
}

/// Runs a unit of work and then tells the memory of the key. It runs to its end even when the caller hangs up after the
/// commit: otherwise a revoked key would go on.
async fn change<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce(&Connection) -> Result<(ApiKey, T)> + Send + 'static,
) -> Result<(ApiKey, T)> {
    let (store, keys) = (site.store.clone(), site.auth.api_keys.clone());
    let task = tokio::spawn(async move {
        let _turn = keys.turn().await;
        let (key, more) = store.write(Owner::Core, move |unit| work(unit)).await?;
        keys.note(&key);
        Ok((key, more))
    });
    task.await.map_err(Error::internal)?
}

fn existing(unit: &Connection, id: i64) -> Result<ApiKey> {
    store::read(unit, id)?.filter(|key| key.deleted_at.is_none()).ok_or_else(Error::not_found)
}

fn record(
    unit: &Connection,
    clock: &Clock,
    by: &By,
    kind: Kind,
    action: &str,
    (before, key): (&Value, &ApiKey),
) -> Result<()> {
    let after = if key.deleted_at.is_some() { Value::Null } else { shown(key) };
    let change = audit::Change { action, resource: "api-keys", id: Some(key.id), before, after: &after };
    audit::record(unit, clock, &by.actor, &change)?;
    let details = json!({"user": key.user_id, "key": key.id, "prefix": key.prefix});
    SecurityEvent::new(kind, &by.origin).details(details).record(unit, clock)
}

/// What the audit keeps of a key.
fn shown(key: &ApiKey) -> Value {
    let ApiKey { user_id, name, prefix, scopes, expires_at, .. } = key;
    json!({"user_id": user_id, "name": name, "prefix": prefix, "scopes": scopes, "expires_at": expires_at.to_string()})
}

fn name_fault(name: &str) -> Option<FieldError> {
    match name.chars().count() as u64 {
        0 => Some(FieldError::new("name", Rule::Required)),
        1..=LONGEST_NAME => None,
        _ => Some(FieldError::new("name", Rule::TooLong(LONGEST_NAME))),
    }
}

/// A key has nothing that its maker has not, and nothing that is for people alone.
fn scopes_fault(scopes: &[String], held: &PermissionSet) -> Option<FieldError> {
    let allowed: Vec<String> =
        held.iter().filter(|name| &***name != FOR_PEOPLE_ALONE).map(ToString::to_string).collect();
    if !scopes.iter().all(|scope| allowed.contains(scope)) {
        return Some(FieldError::new("scopes", Rule::Choice(allowed)));
    }
    let is_repeated = scopes.iter().collect::<BTreeSet<_>>().len() < scopes.len();
    is_repeated.then(|| FieldError::new("scopes", Rule::Repeated))
}

fn end_fault(ends: Timestamp, now: Timestamp) -> Option<FieldError> {
    if now < ends && ends <= now + LONGEST_LIFE {
        return None;
    }
    let sentence = ("A moment within the next year.", "Ein Zeitpunkt innerhalb des nächsten Jahres.");
    Some(FieldError::new("expires_at", Rule::Other(Text::new(sentence.0, sentence.1))))
}

fn refuse<const N: usize>(faults: [Option<FieldError>; N]) -> Result<()> {
    let faults: Vec<FieldError> = faults.into_iter().flatten().collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::fields(faults)) }
}

fn too_many() -> (String, String) {
    (
        format!("There are {MOST} keys already; please revoke one first."),
        format!("Es gibt schon {MOST} Schlüssel; bitte widerrufen Sie zuerst einen."),
    )
}
