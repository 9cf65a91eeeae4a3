//! Contacts: one person per e-mail address across all plugins, what they agreed to and what they did.
//!
//! Whoever types an address proves nothing by it. So an anonymous caller gets a handle for it and no more: fields of a
//! contact that is already known are neither shown to them nor changed by them.

pub mod address;
mod described;
mod erase;
mod export;
mod personal;
pub mod routes;
mod store;
#[cfg(test)]
mod tests;

pub use described::{activities, table};
pub use erase::erase;
pub use export::export;
pub use personal::{Blank, PersonalColumn, PersonalTable, Privacy, Shown, ShownColumn};
#[cfg(test)]
pub(crate) use store::shapes;

use magnetiq_contract::people::{Activity, Consent, Person};
use magnetiq_contract::rule::{FieldError, Rule};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::Connection;

/// Most characters of a name or a company.
const LINE: usize = 200;
/// Most characters of an activity's subject or a consent's source.
const SENTENCE: usize = 500;

/// How far the one who hands in a person's fields is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// A visitor: a new contact takes the fields, a known one stays as it is.
    Anonymous,
    /// A caller with the right to write people: fields that are not empty replace the stored ones.
    Granted,
}

/// A handle for the contact with this address, which is made when there is none.
///
/// # Errors
/// 422 for `email`, `name`, `company` or `time_zone`; the store's own.
pub fn upsert(unit: &Connection, clock: &Clock, person: &Person, trust: Trust) -> Result<i64> {
    let person = normal(person)?;
    let now = clock.sql_now();
    match (store::id_by_email(unit, &person.email)?, trust) {
        (None, _) => store::insert(unit, &person, &now),
        (Some(id), Trust::Anonymous) => Ok(id),
        (Some(id), Trust::Granted) => store::fill(unit, id, &person, &now).map(|()| id),
    }
}

/// The contact's fields; none when there is no such contact, or it was erased.
///
/// # Errors
/// The store's own.
pub fn read(unit: &Connection, id: i64) -> Result<Option<Person>> {
    store::person(unit, id)
}

/// True when the contact was erased: a handle of it is no mistake, and reaches nobody.
///
/// # Errors
/// The store's own.
pub fn is_erased(unit: &Connection, id: i64) -> Result<bool> {
    store::is_erased(unit, id)
}

/// True when a plugin has written down something that the person did.
///
/// # Errors
/// The store's own.
pub fn is_known_to(unit: &Connection, id: i64, plugin: &str) -> Result<bool> {
    store::has_activity_of(unit, id, plugin)
}

/// Keeps a decision about consent.
///
/// # Errors
/// 404 without such a contact, 422 for an empty purpose or too long texts; the store's own.
pub fn consent(unit: &Connection, clock: &Clock, id: i64, consent: &Consent) -> Result<()> {
    let faults = [
        line_fault("purpose", &consent.purpose, LINE),
        line_fault("text_version", &consent.text_version, LINE),
        length_fault("source", &consent.source, SENTENCE),
    ];
    refuse(faults)?;
    must_exist(unit, id)?;
    store::insert_consent(unit, id, consent, &clock.sql_now())
}

/// True when the newest decision for this purpose is a yes.
///
/// # Errors
/// The store's own.
pub fn has_consented(unit: &Connection, id: i64, purpose: &str) -> Result<bool> {
    store::newest_consent(unit, id, purpose).map(|given| given.unwrap_or(false))
}

/// Writes down what the person did.
///
/// # Errors
/// 404 without such a contact, 422 for an empty kind or too long texts; the store's own.
pub fn activity(unit: &Connection, clock: &Clock, id: i64, activity: &Activity) -> Result<()> {
    refuse([line_fault("kind", &activity.kind, LINE), length_fault("subject", &activity.subject, SENTENCE)])?;
    must_exist(unit, id)?;
    store::insert_activity(unit, id, activity, &clock.sql_now())
}

fn must_exist(unit: &Connection, id: i64) -> Result<()> {
    read(unit, id)?.map(drop).ok_or_else(Error::not_found)
}

fn normal(person: &Person) -> Result<Person> {
    let email = address::normal(&person.email);
    let name = address::one_line(&person.name);
    let company = address::one_line(&person.company);
    refuse([
        email.is_none().then(|| FieldError::new("email", Rule::Email)),
        length_fault("name", &name, LINE),
        length_fault("company", &company, LINE),
        zone_fault(&person.time_zone),
    ])?;
    let email = email.unwrap_or_default();
    Ok(Person { email, name, company, locale: person.locale, time_zone: person.time_zone.clone() })
}

fn zone_fault(zone: &str) -> Option<FieldError> {
    let known = zone.is_empty() || jiff::tz::TimeZone::get(zone).is_ok();
    (!known).then(|| FieldError::new("time_zone", Rule::TimeZone))
}

fn line_fault(field: &str, text: &str, most: usize) -> Option<FieldError> {
    match text.is_empty() {
        true => Some(FieldError::new(field, Rule::Required)),
        false => length_fault(field, text, most),
    }
}

fn length_fault(field: &str, text: &str, most: usize) -> Option<FieldError> {
    (text.chars().count() > most).then(|| FieldError::new(field, Rule::TooLong(most as u64)))
}

fn refuse<const N: usize>(faults: [Option<FieldError>; N]) -> Result<()> {
    let faults: Vec<FieldError> = faults.into_iter().flatten().collect();
    match faults.is_empty() {
        true => Ok(()),
        false => Err(Error::fields(faults)),
    }
}
