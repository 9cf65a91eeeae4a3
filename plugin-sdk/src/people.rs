//! Contacts, which all plugins share.

use magnetiq_contract::people::{Activity, Consent, Person as Fields};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::host;

/// A handle of a contact.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn who(db: &Snapshot) -> Result<Person> {
///     db.one("SELECT person FROM p_notes__notes", ())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Person(pub i64);

/// Reads contacts.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn name(db: &Snapshot, person: Person) -> Result<String> {
///     Ok(db.people().read(person)?.or_not_found()?.name)
/// }
/// ```
#[derive(Debug)]
pub struct Contacts(());

/// Reads and writes contacts.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn note(tx: &Tx, email: String) -> Result<()> {
///     let person = tx.people().upsert(&Contact { email, ..Contact::default() })?;
///     tx.people().activity(person, "shop:bought", "A book")
/// }
/// ```
///
/// A decision about consent:
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// fn agree(tx: &Tx, person: Person, consent: &Consent) -> Result<()> {
///     let contact = tx.people().read(person)?.or_not_found()?;
///     tx.log(Level::Info, &contact.email);
///     tx.people().consent(person, consent)
/// }
/// ```
#[derive(Debug)]
pub struct People(());

impl Contacts {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// The contact's fields as the plugin was granted; none when there is no such contact.
    ///
    /// # Errors
    /// FORBIDDEN without the grant.
    pub fn read(&self, person: Person) -> Result<Option<Fields>> {
        let Some(text) = host::people_read(person.0)? else { return Ok(None) };
        Ok(Some(serde_json::from_str(&text)?))
    }
}

impl People {
    pub(crate) const fn new() -> Self {
        Self(())
    }

    /// A handle for the contact with this e-mail address, made when there is none. An anonymous caller never
    /// overwrites fields that are set.
    ///
    /// # Errors
    /// When the address is not one, or the grant is missing.
    pub fn upsert(&self, person: &Fields) -> Result<Person> {
        host::people_upsert(&serde_json::to_string(person)?).map(Person)
    }

    /// As [`Contacts::read`].
    ///
    /// # Errors
    /// FORBIDDEN without the grant.
    pub fn read(&self, person: Person) -> Result<Option<Fields>> {
        Contacts::new().read(person)
    }

    /// Keeps a decision about consent.
    ///
    /// # Errors
    /// When there is no such contact.
    pub fn consent(&self, person: Person, consent: &Consent) -> Result<()> {
        host::people_consent(person.0, &serde_json::to_string(consent)?)
    }

    /// Keeps something that the person did.
    ///
    /// # Errors
    /// When there is no such contact.
    pub fn activity(&self, person: Person, kind: &str, subject: &str) -> Result<()> {
        let activity = Activity { kind: kind.into(), subject: subject.into() };
        host::people_activity(person.0, &serde_json::to_string(&activity)?)
    }
}
