//! The engine against a real SQLite file, with a table that has a field of every kind.

mod access;
mod bad_input;
mod changes;
mod checks;
mod lists;
mod requests;

use std::collections::BTreeSet;
use std::sync::Arc;

use magnetiq_contract::describe::{Access, Choice, Comparison, Condition, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;
use serde_json::{Map, Value, json};

use super::*;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::store::{Connection, Owner};

const SCHEMA: &str = "
CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT NOT NULL, name TEXT NOT NULL DEFAULT '', deleted_at TEXT) STRICT;
CREATE TABLE p_demo__topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('draft', 'public', 'expired')),
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, deleted_at TEXT) STRICT;
CREATE TABLE p_demo__events (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    notes TEXT,
    title TEXT NOT NULL,
    about TEXT,
    slug TEXT,
    email TEXT,
    link TEXT,
    seats INTEGER NOT NULL,
    price REAL,
    open INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'public', 'expired')),
    starts_at TEXT NOT NULL,
    zone TEXT,
    locale TEXT CHECK (locale IS NULL OR locale IN ('en', 'de')),
    topic INTEGER REFERENCES p_demo__topics (id),
    host INTEGER,
    extra TEXT,
    token TEXT,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, deleted_at TEXT,
    UNIQUE (topic, starts_at)) STRICT;
CREATE INDEX p_demo__events_status ON p_demo__events (status, starts_at);
CREATE INDEX p_demo__events_starts_at ON p_demo__events (starts_at);
CREATE INDEX p_demo__events_seats ON p_demo__events (seats);
CREATE INDEX p_demo__events_open ON p_demo__events (open);
INSERT INTO contacts (id, email, name) VALUES (5, 'ada@example.org', 'Ada'), (6, 'nameless@example.org', '');
INSERT INTO p_demo__topics VALUES (1, 'Rust', 'public', '', '', NULL), (2, 'Secret', 'draft', '', '', NULL),
    (3, 'Gone', 'public', '', '', '2026-01-01T00:00:00.000000Z');
";

/// A database in its own folder.
pub struct Base {
    pub unit: Connection,
    pub clock: Clock,
    _folder: tempfile::TempDir,
}

impl Base {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let unit = Connection::open(folder.path().join("test.db")).unwrap();
        unit.execute_batch(include_str!("../../../../migrations/0007_audit.sql")).unwrap();
        unit.execute_batch(include_str!("../../../../migrations/0019_audit_chain.sql")).unwrap();
        unit.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        unit.execute_batch(SCHEMA).unwrap();
        Self { unit, clock: Clock::fixed("2026-03-01T09:00:00Z".parse().unwrap()), _folder: folder }
    }

    /// Adds a valid event with `changes`; returns its id.
    pub fn event(&self, changes: Value) -> i64 {
        self.write(&events(), &Actor::system(), &Write::Create(&object(event(changes)))).unwrap().id
    }

    /// One whole change.
    pub fn write(&self, table: &Table, actor: &Actor, write: &Write<'_>) -> Result<Done> {
        Edit::begin(&self.unit, table, actor, write)?.run(&self.unit, &self.clock, &mut no_hooks)
    }

    /// A list, as JSON with its total.
    pub fn list(&self, table: &Table, actor: &Actor, query: &str) -> Result<(Vec<Value>, u64)> {
        let view = View::of(table, actor)?;
        let query = ListQuery::parse(&view, query::Form::Pages, query)?;
        let listing = list(&self.unit, &self.clock, &view, &query)?;
        Ok((serde_json::from_slice(&listing.rows).unwrap(), listing.total))
    }

    /// A row, as JSON with its ETag.
    pub fn read(&self, table: &Table, actor: &Actor, id: i64) -> Result<(Value, String)> {
        let row = read(&self.unit, &self.clock, &View::of(table, actor)?, id)?;
        Ok((serde_json::from_slice(&row.json).unwrap(), row.etag))
    }

    pub fn count(&self, sql: &str) -> i64 {
        self.unit.query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

/// A user with these permissions.
pub fn user(permissions: &[&str]) -> Actor {
    let permissions: BTreeSet<Arc<str>> = permissions.iter().map(|name| Arc::from(*name)).collect();
    Actor::user(7, Arc::new(permissions), "request-1")
}

pub fn viewer() -> Actor {
    user(&["demo:read"])
}

pub fn editor() -> Actor {
    user(&["demo:read", "demo:write", "demo:delete", "people:read"])
}

pub fn visitor() -> Actor {
    Actor::visitor("request-2")
}

/// A body with every field, and `changes` on top.
pub fn event(changes: Value) -> Value {
    let mut body = json!({
        "code": "E1", "notes": "a\nb", "title": {"en": "Rust", "de": "Rost"}, "about": {"en": "All of it"}, "slug": "rust",
        "email": "a@b.de", "link": "https://example.org", "seats": 20, "price": 9.5, "open": true, "status": "public",
        "starts_at": "2026-03-02T10:00:00+01:00", "zone": "Europe/Berlin", "locale": "de", "topic": 1, "host": 5,
        "extra": {"a": [1]},
    });
    for (name, value) in object(changes) {
        body[name] = value;
    }
    body
}

pub fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("{value} is no object") };
    object
}

/// The fields and rules of a refusal, as `name: sentence`.
pub fn faults(error: &Error) -> Vec<String> {
    let sentence = |fault: &magnetiq_contract::rule::FieldError| {
        format!("{}: {}", fault.field, fault.rule.message(magnetiq_contract::text::Locale::En))
    };
    error.field_errors().iter().map(sentence).collect()
}

pub fn events() -> Table {
    Table::new(Owner::Plugin("demo".into()), events_description(), &descriptions()).unwrap()
}

pub fn descriptions() -> Vec<Resource> {
    vec![topics_description(), events_description()]
}

pub fn field(name: &str, kind: FieldKind) -> Field {
    Field { name: name.into(), kind, label: Text::new(name, name), ..Field::default() }
}

fn statuses() -> Vec<Choice> {
    let choice = |value: &str| Choice { value: value.into(), label: Text::new(value, value), ..Choice::default() };
    vec![choice("draft"), choice("public"), Choice { read_only: true, ..choice("expired") }]
}

fn topics_description() -> Resource {
    let name = Field { required: true, public: true, ..field("name", FieldKind::Text) };
    let status = Field { required: true, choices: statuses(), ..field("status", FieldKind::Choice) };
    Resource {
        name: "topics".into(),
        table: "p_demo__topics".into(),
        fields: vec![name, status],
        title_field: "name".into(),
        read: Access::Permission("demo:read".into()),
        public_rows: Some(vec![Condition { field: "status".into(), is: Comparison::Equal, value: json!("public") }]),
        ..Resource::default()
    }
}

/// A field of every kind.
pub fn events_description() -> Resource {
    use FieldKind::{
        Boolean, Choice, DateTime, Email, Integer, Json, Locale, Localized, LocalizedLong, LongText, Number, Person,
        Reference, Slug, Text, TimeZone, Url,
    };
    let max = |most: f64, field: Field| Field { max: Some(most), ..field };
    let required = |field: Field| Field { required: true, ..field };
    let public = |field: Field| Field { public: true, ..field };
    let listed = |field: Field| Field { filter: true, sort: true, ..field };
    let searched = |field: Field| Field { search: true, ..field };
    let fields = vec![
        searched(listed(required(Field { unique: true, min: Some(2.0), ..max(10.0, field("code", Text)) }))),
        field("notes", LongText),
        searched(public(required(max(40.0, Field { sort: true, ..field("title", Localized) })))),
        field("about", LocalizedLong),
        public(field("slug", Slug)),
        Field { personal: true, ..field("email", Email) },
        field("link", Url),
        listed(required(Field { min: Some(1.0), ..max(500.0, field("seats", Integer)) })),
        Field { min: Some(0.0), ..field("price", Number) },
        Field { default: json!(false), filter: true, ..field("open", Boolean) },
        listed(required(Field { choices: statuses(), ..field("status", Choice) })),
        public(listed(required(Field { zone_field: Some("zone".into()), ..field("starts_at", DateTime) }))),
        field("zone", TimeZone),
        field("locale", Locale),
        public(Field { references: Some("topics".into()), filter: true, ..field("topic", Reference) }),
        searched(Field { personal: true, ..field("host", Person) }),
        field("extra", Json),
        Field { read_only: true, ..field("token", Text) },
    ];
    let condition = |field: &str, is, value| Condition { field: field.into(), is, value };
    Resource {
        name: "events".into(),
        table: "p_demo__events".into(),
        fields,
        title_field: "title".into(),
        sort: "-starts_at".into(),
        read: Access::Permission("demo:read".into()),
        create: Access::Permission("demo:write".into()),
        update: Access::Permission("demo:write".into()),
        delete: Access::Permission("demo:delete".into()),
        public_rows: Some(vec![
            condition("status", Comparison::Equal, json!("public")),
            condition("starts_at", Comparison::After, json!("now")),
        ]),
        ..Resource::default()
    }
}
