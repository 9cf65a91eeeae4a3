//! The queries of contacts.

use magnetiq_contract::people::{Activity, Consent, Person};
use magnetiq_contract::text::Locale;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};

use super::personal::{Blank, PersonalTable};
use crate::error::{Code, Error, Result};

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
    rows(
        unit,
        "SELECT purpose, given, text_version, source, decided_at FROM consents WHERE contact_id = ? ORDER BY id DESC",
        id,
    )
}

/// What the person did, newest first.
pub fn activities(unit: &Connection, id: i64) -> Result<Vec<Value>> {
    rows(unit, "SELECT kind, subject, happened_at FROM activities WHERE contact_id = ? ORDER BY id DESC", id)
}

/// True when the contact was erased.
pub fn is_erased(unit: &Connection, id: i64) -> Result<bool> {
    let mut query =
        unit.prepare_cached("SELECT EXISTS (SELECT 1 FROM contacts WHERE id = ? AND erased_at IS NOT NULL)")?;
    Ok(query.query_row([id], |row| row.get(0))?)
}

/// The contact itself with its times.
pub fn contact(unit: &Connection, id: i64) -> Result<Option<Value>> {
    let found = rows(
        unit,
        "SELECT id, email, name, company, locale, time_zone, created_at, updated_at FROM contacts
         WHERE id = ? AND erased_at IS NULL",
        id,
    )?;
    Ok(found.into_iter().next())
}

/// The described columns that the migrated table has: a plugin that is not enabled may describe what is yet to come.
/// None, when there is no such table.
pub fn present(unit: &Connection, mut table: PersonalTable) -> Result<Option<PersonalTable>> {
    let mut query = unit.prepare_cached("SELECT name FROM pragma_table_info(?)")?;
    let found = query.query_map([&table.table], |row| row.get(0))?;
    let names = found.collect::<rusqlite::Result<Vec<String>>>()?;
    table.columns.retain(|column| names.contains(&column.name));
    Ok(names.contains(&table.person_column).then_some(table))
}

/// The person's rows of a described table, personal columns alone.
pub fn personal_rows(unit: &Connection, table: &PersonalTable, id: i64) -> Result<Vec<Value>> {
    let columns: Vec<String> = table.columns.iter().map(|column| name(&column.name)).collect::<Result<_>>()?;
    let selected = ["id".to_owned(), "created_at".to_owned()].into_iter().chain(columns).collect::<Vec<_>>().join(", ");
    let sql =
        format!("SELECT {selected} FROM {} WHERE {} = ? ORDER BY id", name(&table.table)?, name(&table.person_column)?);
    rows(unit, &sql, id)
}

/// Blanks the personal columns of the person's rows in a described table.
pub fn blank_personal(unit: &Connection, table: &PersonalTable, id: i64, now: &str) -> Result<()> {
    let mut changes = table
        .columns
        .iter()
        .map(|column| Ok(format!("{} = {}", name(&column.name)?, blank_sql(&column.blank))))
        .collect::<Result<Vec<String>>>()?;
    changes.push("updated_at = ?2".to_owned());
    let sql =
        format!("UPDATE {} SET {} WHERE {} = ?1", name(&table.table)?, changes.join(", "), name(&table.person_column)?);
    unit.execute(&sql, (id, now))?;
    Ok(())
}

fn blank_sql(blank: &Blank) -> String {
    match blank {
        Blank::Null => "NULL".to_owned(),
        Blank::Text(text) => format!("'{}'", text.replace('\'', "''")),
        Blank::Number => "0".to_owned(),
        Blank::UniqueText => "'erased-' || id".to_owned(),
        Blank::Address => "'erased-' || id || '@erased.invalid'".to_owned(),
    }
}

/// The name as SQL takes it; refused when it is more than a name.
fn name(text: &str) -> Result<String> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match plain {
        true => Ok(format!("\"{text}\"")),
        false => Err(Error::new(Code::Internal, "A described table has a name that is none.")),
    }
}

fn rows(unit: &Connection, sql: &str, id: i64) -> Result<Vec<Value>> {
    let mut query = unit.prepare(sql)?;
    let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
    let found = query.query_map([id], |row| object(row, &columns))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn object(row: &Row<'_>, columns: &[String]) -> rusqlite::Result<Value> {
    let fields = columns.iter().enumerate().map(|(place, column)| Ok((column.clone(), json(row.get_ref(place)?))));
    fields.collect::<rusqlite::Result<Map<String, Value>>>().map(Value::Object)
}

fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => hex::encode(bytes).into(),
    }
}

#[cfg(test)]
/// What is read and written here.
pub(crate) fn shapes() -> Vec<crate::agreement::shape::Shape> {
    use crate::agreement::shape::shape;

    vec![
        shape!("contacts", Person { email, name, company, locale, time_zone }).and::<Option<String>>("erased_at"),
        shape!("consents", Consent { purpose, given, text_version, source })
            .and::<i64>("contact_id")
            .points("contact_id", "contacts")
            .and::<String>("decided_at"),
        shape!("activities", Activity { kind, subject })
            .and::<i64>("contact_id")
            .points("contact_id", "contacts")
            .and::<String>("happened_at"),
    ]
}
