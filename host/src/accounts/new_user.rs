//! Making users.

use jiff::Timestamp;
use magnetiq_contract::rule::{FieldError, Rule};
use magnetiq_contract::text::Locale;
use serde_json::{Value, json};

use super::store;
use crate::auth::passwords::{self, Passwords};
use crate::auth::{Origin, Role, Secret, SecurityEvent, Status, email, events::Kind, password_rules};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::resources::{Actor, audit, formats};
use crate::store::{Connection, Owner, Store};

/// The most characters of a name.
const LONGEST_NAME: usize = 200;

/// A user to make.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// As typed.
    pub email: String,
    /// As people read it; may be empty.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Language of panel and mails.
    pub language: Locale,
    /// None for a user who is invited and will choose one.
    pub password: Option<Secret<String>>,
}

/// A user that has been checked and whose password is hashed.
#[derive(Clone, Debug)]
pub struct PreparedUser {
    pub(super) email: String,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) language: Locale,
    pub(super) status: Status,
    pub(super) password_hash: Option<Secret<String>>,
}

impl NewUser {
    /// Checks every field and hashes the password. `site` is a word that the password may not be built from.
    ///
    /// # Errors
    /// 422 that names each field at fault; 503 when too many passwords are being hashed.
    pub async fn prepare(self, passwords: &Passwords, site: &str) -> Result<PreparedUser> {
        let email = email::normal(&self.email);
        let name = self.name.trim().to_owned();
        let faults = self.faults(&email, &name, site);
        if !faults.is_empty() {
            return Err(Error::fields(faults));
        }
        let status = if self.password.is_some() { Status::Active } else { Status::Invited };
        let password_hash = match self.password {
            Some(password) => Some(Secret::new(passwords.hash(password).await?)),
            None => None,
        };
        Ok(PreparedUser { email, name, role: self.role, language: self.language, status, password_hash })
    }

    fn faults(&self, email: &str, name: &str, site: &str) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if let Err(rule) = check_email(email) {
            faults.push(FieldError::new("email", rule));
        }
        if let Err(rule) = check_name(name) {
            faults.push(FieldError::new("name", rule));
        }
        let context = [email, name, site, "magnetiq"];
        if let Some(Err(rule)) = self.password.as_ref().map(|chosen| password_rules::check(chosen.reveal(), &context)) {
            faults.push(FieldError::new("password", rule));
        }
        faults
    }
}

/// An address as accounts have it.
///
/// # Errors
/// 422 for the field `email`.
pub(super) fn address(typed: &str) -> Result<String> {
    let email = email::normal(typed);
    check_email(&email).map_err(|rule| Error::field("email", rule))?;
    Ok(email)
}

/// A name as accounts have it.
///
/// # Errors
/// 422 for the field `name`.
pub(super) fn person_name(typed: &str) -> Result<String> {
    let name = typed.trim();
    match check_name(name) {
        Ok(()) => Ok(name.to_owned()),
        Err(rule) => Err(Error::field("name", rule)),
    }
}

fn check_name(name: &str) -> Result<(), Rule> {
    if name.chars().count() > LONGEST_NAME { Err(Rule::TooLong(LONGEST_NAME as u64)) } else { Ok(()) }
}

fn check_email(email: &str) -> Result<(), Rule> {
    match email {
        "" => Err(Rule::Required),
        _ if email.len() > email::LONGEST => Err(Rule::TooLong(email::LONGEST as u64)),
        _ if !formats::is_email(email) => Err(Rule::Email),
        _ => Ok(()),
    }
}

impl PreparedUser {
    /// Takes over the hash of a password that was chosen in another system.
    ///
    /// # Errors
    /// 422 when it cannot be checked here.
    pub fn import_hash(mut self, hash: Secret<String>) -> Result<Self> {
        if !passwords::is_importable(hash.reveal()) {
            let known = ("an argon2id hash or one of bcrypt", "ein Hash von argon2id oder bcrypt");
            return Err(Error::field("password_hash", Rule::expected(known)));
        }
        (self.status, self.password_hash) = (Status::Active, Some(hash));
        Ok(self)
    }

    /// Stores the user with its audit row and security event, in the unit of work of `actor`.
    ///
    /// # Errors
    /// 422 when the address is taken.
    pub fn insert(&self, unit: &Connection, clock: &Clock, actor: &Actor, origin: &Origin) -> Result<i64> {
        if store::is_email_taken(unit, &self.email)? {
            return Err(Error::field("email", Rule::Taken));
        }
        let now: Timestamp = clock.now();
        let id = store::insert_user(unit, self, now)?;
        let after = self.public();
        let change =
            audit::Change { action: "create", resource: "users", id: Some(id), before: &Value::Null, after: &after };
        audit::record(unit, clock, actor, &change)?;
        let details = json!({"user": id, "role": self.role});
        SecurityEvent::new(Kind::UserCreated, origin).email(&self.email).details(details).record(unit, clock)?;
        Ok(id)
    }

    /// What the audit keeps of it.
    fn public(&self) -> Value {
        json!({"email": self.email, "name": self.name, "role": self.role, "language": self.language, "status": self.status})
    }
}

/// Makes a user from the command line. Answers their id.
///
/// # Errors
/// 422 that names each field at fault.
pub async fn add_user(store: &Store, clock: &Clock, passwords: &Passwords, site: &str, new: NewUser) -> Result<i64> {
    add_prepared(store, clock, new.prepare(passwords, site).await?).await
}

/// Makes a user who has been checked. Answers their id.
///
/// # Errors
/// 422 when the address is taken.
pub async fn add_prepared(store: &Store, clock: &Clock, user: PreparedUser) -> Result<i64> {
    let clock = clock.clone();
    store.write(Owner::Core, move |unit| user.insert(unit, &clock, &Actor::system(), &Origin::default())).await
}
