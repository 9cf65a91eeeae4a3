//! The queries of contacts.

pub mod rows;

use magnetiq_contract::people::{Activity, Consent, Person};
use magnetiq_contract::text::Locale;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;

use crate::error::Result;
use crate::store::row;

/// Id of the contact with this lower-case address.
pub fn id_by_email(unit: &Connection, email: &str) -> Result<Option<i64>> {
    let mut query = unit.prepare_cached("SELECT id FROM contacts WHERE email = ?")?;
    Ok(query.query_row([email], |row| row.get(0)).optional()?)
}

/// Makes a contact.
pub fn insert(unit: &Connection, person: &Person, now: &str) -> Result<i64> {
    let mut query = unit.prepare_cached(
        "INSERT INTO contacts (email, name, company, locale, time_zone, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6) RETURNING id",
    )?;
    let values = (&person.email, &person.name, &person.company, person.locale.code(), &person.time_zone, now);
    Ok(query.query_row(values, |row| row.get(0))?)
}

/// Replaces the fields that are given.
pub fn fill(unit: &Connection, id: i64, person: &Person, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE contacts SET name = iif(?2 = '', name, ?2), company = iif(?3 = '', company, ?3), locale = ?4,
         time_zone = iif(?5 = '', time_zone, ?5), deleted_at = NULL, updated_at = ?6 WHERE id = ?1",
    )?;
    query.execute((id, &person.name, &person.company, person.locale.code(), &person.time_zone, now))?;
    Ok(())
}

/// A contact that was not erased.
pub fn person(unit: &Connection, id: i64) -> Result<Option<Person>> {
    let mut query = unit.prepare_cached(
        "SELECT email, name, company, locale, time_zone FROM contacts WHERE id = ? AND erased_at IS NULL",
    )?;
    Ok(query.query_row([id], person_of).optional()?)
}

fn person_of(row: &Row<'_>) -> rusqlite::Result<Person> {
    let locale: String = row.get(3)?;
    Ok(Person {
        email: row.get(0)?,
        name: row.get(1)?,
        company: row.get(2)?,
        locale: Locale::from_code(&locale).unwrap_or_default(),
        time_zone: row.get(4)?,
    })
}

/// Adds a decision.
pub fn insert_consent(unit: &Connection, id: i64, consent: &Consent, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "INSERT INTO consents (contact_id, purpose, given, text_version, source, decided_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)",
    )?;
    query.execute((id, &consent.purpose, consent.given, &consent.text_version, &consent.source, now))?;
    Ok(())
}

/// The newest decision for a purpose.
pub fn newest_consent(unit: &Connection, id: i64, purpose: &str) -> Result<Option<bool>> {
    let mut query = unit
        .prepare_cached("SELECT given FROM consents WHERE contact_id = ? AND purpose = ? ORDER BY id DESC LIMIT 1")?;
    Ok(query.query_row((id, purpose), |row| row.get(0)).optional()?)
}

/// Adds an activity.
pub fn insert_activity(unit: &Connection, id: i64, activity: &Activity, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "INSERT INTO activities (contact_id, kind, subject, happened_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?4, ?4)",
    )?;
    query.execute((id, &activity.kind, &activity.subject, now))?;
    Ok(())
}

/// Has the plugin, whose activities begin with its name, kept one of the contact?
pub fn has_activity_of(unit: &Connection, id: i64, plugin: &str) -> Result<bool> {
    let mut query = unit.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM activities WHERE contact_id = ?1 AND substr(kind, 1, length(?2) + 1) = ?2 || '.')",
    )?;
    Ok(query.query_row((id, plugin), |row| row.get(0))?)
}

/// Makes the contact anonymous.
pub fn anonymise(unit: &Connection, id: i64, now: &str) -> Result<()> {
    let mut query = unit.prepare_cached(
        "UPDATE contacts SET email = 'erased-' || id || '@erased.invalid', name = '', company = '', time_zone = '',
         erased_at = ?2, deleted_at = ?2, updated_at = ?2 WHERE id = ?1 AND erased_at IS NULL",
    )?;
    query.execute((id, now))?;
    Ok(())
}

/// Removes what the person did; decisions about consent stay as proof, without a person.
pub fn blank_activities(unit: &Connection, id: i64, now: &str) -> Result<()> {
    unit.execute("UPDATE activities SET subject = '', updated_at = ?2 WHERE contact_id = ?1", (id, now))?;
    Ok(())
}

/// Decisions about consent, newest first.
pub fn consents(unit: &Connection, id: i64) -> Result<Vec<Value>> {
    let sql =
        "SELECT purpose, given, text_version, source, decided_at FROM consents WHERE contact_id = ? ORDER BY id DESC";
    let mut found = objects(unit, sql, id)?;
    for consent in &mut found {
        consent["given"] = (consent["given"] == 1).into();
    }
    Ok(found)
}

/// What the person did, newest first.
pub fn activities(unit: &Connection, id: i64) -> Result<Vec<Value>> {
    objects(unit, "SELECT kind, subject, happened_at FROM activities WHERE contact_id = ? ORDER BY id DESC", id)
}

/// True when the contact was erased.
pub fn is_erased(unit: &Connection, id: i64) -> Result<bool> {
    let mut query =
        unit.prepare_cached("SELECT EXISTS (SELECT 1 FROM contacts WHERE id = ? AND erased_at IS NOT NULL)")?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// The contact itself with its times.
pub fn contact(unit: &Connection, id: i64) -> Result<Option<Value>> {
    let found = objects(
        unit,
        "SELECT id, email, name, company, locale, time_zone, created_at, updated_at FROM contacts
         WHERE id = ? AND erased_at IS NULL",
        id,
    )?;
    Ok(found.into_iter().next())
}

fn objects(unit: &Connection, sql: &str, id: i64) -> Result<Vec<Value>> {
    let mut query = unit.prepare(sql)?;
    let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
    let found = query.query_map([id], |row| row::object(row, &columns).map(Value::Object))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("contacts", Person { email, name, company, locale, time_zone })
            .and::<Option<String>>("erased_at")
            .check("email = lower(email)"),
        shape!("consents", Consent { purpose, given, text_version, source })
            .and::<i64>("contact_id")
            .points("contact_id", "contacts ON DELETE CASCADE")
            .and::<String>("decided_at"),
        shape!("activities", Activity { kind, subject })
            .and::<i64>("contact_id")
            .points("contact_id", "contacts ON DELETE CASCADE")
            .and::<String>("happened_at"),
    ]
}
