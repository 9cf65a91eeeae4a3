//! Contacts in a real database.

use std::sync::Arc;

use magnetiq_contract::describe::{Field, FieldKind, Resource};
use magnetiq_contract::people::{Activity, Consent, Person};
use magnetiq_contract::text::Locale;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{PersonalTable, Privacy, Trust, activity, consent, erase, export, has_consented, read, upsert};
use crate::clock::Clock;
use crate::error::{Code, Result};
use crate::resources::Actor;
use crate::store::{Connection, Owner, Store};

struct Contacts {
    _folder: TempDir,
    clock: Clock,
    store: Store,
}

impl Contacts {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-03-01T09:00:00Z".parse().unwrap());
        let store = Store::open(&folder.path().join("magnetiq.db"), &clock).unwrap();
        Self { _folder: folder, clock, store }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, &Clock) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let clock = self.clock.clone();
        self.store.write(Owner::Core, move |unit| work(unit, &clock)).await
    }

    async fn upsert(&self, person: Person, trust: Trust) -> Result<i64> {
        self.write(move |unit, clock| upsert(unit, clock, &person, trust)).await
    }

    async fn read(&self, id: i64) -> Option<Person> {
        self.write(move |unit, _| read(unit, id)).await.unwrap()
    }

    async fn export(&self, id: i64) -> Result<Value> {
        self.write(move |unit, _| export(unit, id, &privacy())).await
    }
}

fn ada() -> Person {
    Person {
        email: " Ada@Example.org".to_owned(),
        name: "Ada  Lovelace".to_owned(),
        company: "Engines".to_owned(),
        locale: Locale::De,
        time_zone: "Europe/London".to_owned(),
    }
}

fn privacy() -> Privacy {
    let field = |name: &str, kind, required| Field {
        name: name.to_owned(),
        kind,
        required,
        personal: kind != FieldKind::Person,
        ..Field::default()
    };
    let resource = Resource {
        name: "seats".to_owned(),
        table: "p_test__seats".to_owned(),
        fields: vec![
            field("person", FieldKind::Person, true),
            field("email", FieldKind::Email, true),
            field("name", FieldKind::Text, true),
            field("note", FieldKind::LongText, false),
            Field { personal: false, ..field("paid", FieldKind::Boolean, true) },
            Field {
                personal: false,
                references: Some("rooms".to_owned()),
                ..field("room_id", FieldKind::Reference, true)
            },
            field("yet_to_come", FieldKind::Text, true),
        ],
        ..Resource::default()
    };
    let elsewhere = Resource { name: "gone".to_owned(), table: "p_test__gone".to_owned(), ..resource.clone() };
    let described = [resource, elsewhere, rooms(), houses()];
    let of = |resource: &Resource| PersonalTable::of("test", resource, &described);
    let tables: Vec<_> = described.iter().filter_map(of).collect();
    Privacy {
        tables: Arc::new(move || tables.clone()),
        forget: &[],
        recall: &[("letters", |_, id| Ok(vec![json!({ "to": id })]))],
        erased: Arc::new(|unit, clock, id| {
            let gone = Activity { kind: "test.erased".to_owned(), subject: String::new() };
            assert!(activity(unit, clock, id, &gone).is_err(), "they are erased by now");
            unit.execute("INSERT INTO p_test__told (person) VALUES (?)", [id])?;
            Ok(())
        }),
    }
}

/// What everybody sees of a room is its title and its house.
fn rooms() -> Resource {
    let field = |name: &str, kind| Field { name: name.to_owned(), kind, public: true, ..Field::default() };
    Resource {
        name: "rooms".to_owned(),
        table: "p_test__rooms".to_owned(),
        fields: vec![
            field("title", FieldKind::Localized),
            Field { references: Some("houses".to_owned()), ..field("house_id", FieldKind::Reference) },
            Field { public: false, ..field("code", FieldKind::Text) },
        ],
        ..Resource::default()
    }
}

fn houses() -> Resource {
    let name = Field { name: "name".to_owned(), public: true, ..Field::default() };
    Resource {
        name: "houses".to_owned(),
        table: "p_test__houses".to_owned(),
        fields: vec![name],
        ..Resource::default()
    }
}

async fn seat(contacts: &Contacts, person: i64) {
    let sql = "CREATE TABLE IF NOT EXISTS p_test__seats (id INTEGER PRIMARY KEY, person INTEGER NOT NULL,
            email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, note TEXT, paid INTEGER NOT NULL, room_id INTEGER NOT NULL,
            created_at TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS p_test__rooms (id INTEGER PRIMARY KEY, title TEXT, house_id INTEGER, code TEXT);
        CREATE TABLE IF NOT EXISTS p_test__houses (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE IF NOT EXISTS p_test__told (person INTEGER);
        INSERT OR IGNORE INTO p_test__rooms VALUES (3, '{\"en\": \"Hall\", \"de\": \"Saal\"}', 4, 'secret');
        INSERT OR IGNORE INTO p_test__houses VALUES (4, 'Town hall');";
    let seated = move |unit: &Connection| {
        unit.execute_batch(sql)?;
        unit.execute(
            "INSERT INTO p_test__seats (person, email, name, note, paid, room_id, created_at, updated_at)
             VALUES (?, ?, 'Ada', 'window', 1, 3, '', '')",
            (person, format!("{person}@example.org")),
        )?;
        Ok(())
    };
    contacts.store.write(Owner::Core, move |unit| seated(unit)).await.unwrap();
}

#[tokio::test]
async fn a_visitor_never_changes_a_contact_that_is_known() {
    let contacts = Contacts::open();
    let id = contacts.upsert(ada(), Trust::Anonymous).await.unwrap();
    let other = Person { name: "Eve".to_owned(), locale: Locale::En, email: "ada@example.org".to_owned(), ..ada() };
    assert_eq!(contacts.upsert(other, Trust::Anonymous).await.unwrap(), id);
    let expected = Person { email: "ada@example.org".to_owned(), name: "Ada Lovelace".to_owned(), ..ada() };
    assert_eq!(contacts.read(id).await, Some(expected));
}

#[tokio::test]
async fn a_trusted_caller_fills_what_is_given_and_keeps_the_rest() {
    let contacts = Contacts::open();
    let id = contacts.upsert(ada(), Trust::Anonymous).await.unwrap();
    let married = Person { name: "Ada King".to_owned(), company: String::new(), ..ada() };
    contacts.upsert(married, Trust::Granted).await.unwrap();
    let found = contacts.read(id).await.unwrap();
    assert_eq!((found.name.as_str(), found.company.as_str()), ("Ada King", "Engines"));
}

#[tokio::test]
async fn wrong_fields_are_named_all_at_once() {
    let contacts = Contacts::open();
    let person =
        Person { email: "ada".to_owned(), name: "a".repeat(201), time_zone: "Mars/Olympus".to_owned(), ..ada() };
    let error = contacts.upsert(person, Trust::Anonymous).await.unwrap_err();
    let fields: Vec<&str> = error.field_errors().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["email", "name", "time_zone"]);
}

#[tokio::test]
async fn the_newest_decision_about_consent_counts_and_all_are_kept() {
    let contacts = Contacts::open();
    let id = contacts.upsert(ada(), Trust::Anonymous).await.unwrap();
    for (given, version) in [(true, "1"), (false, "2")] {
        let decision = Consent {
            purpose: "marketing".to_owned(),
            given,
            text_version: version.to_owned(),
            source: "/de/webinare".to_owned(),
        };
        contacts.write(move |unit, clock| consent(unit, clock, id, &decision)).await.unwrap();
    }
    assert!(!contacts.write(move |unit, _| has_consented(unit, id, "marketing")).await.unwrap());
    let kept = contacts.export(id).await.unwrap()["consents"].clone();
    assert_eq!((&kept[1]["text_version"], &kept[1]["given"]), (&json!("1"), &json!(true)));
    assert_eq!(kept[0]["decided_at"], json!("2026-03-01T09:00:00.000000Z"));
}

#[tokio::test]
async fn an_erased_person_is_gone_everywhere_and_comes_back_as_somebody_new() {
    let contacts = Contacts::open();
    let id = contacts.upsert(ada(), Trust::Anonymous).await.unwrap();
    let bob = Person { email: "bob@example.org".to_owned(), ..ada() };
    let bob = contacts.upsert(bob, Trust::Anonymous).await.unwrap();
    seat(&contacts, id).await;
    seat(&contacts, bob).await;
    let registered = Activity { kind: "test.seated".to_owned(), subject: "Ada's seat".to_owned() };
    contacts.write(move |unit, clock| activity(unit, clock, id, &registered)).await.unwrap();

    let before = contacts.export(id).await.unwrap();
    assert_eq!(before["contact"]["name"], json!("Ada Lovelace"));
    let room = json!({"id": 3, "title": {"en": "Hall", "de": "Saal"}, "house": {"id": 4, "name": "Town hall"}});
    let seat = json!({"id": 1, "created_at": "", "updated_at": "", "email": "1@example.org", "name": "Ada",
        "note": "window", "paid": true, "room": room});
    assert_eq!(before["tables"]["test/seats"], json!([seat]));
    assert_eq!(before["letters"], json!([{"to": id}]));
    assert_eq!(before["activities"][0]["subject"], json!("Ada's seat"));

    contacts.write(move |unit, clock| erase(unit, clock, &Actor::system(), id, &privacy())).await.unwrap();
    assert_eq!(contacts.read(id).await, None);
    assert_eq!(contacts.export(id).await.unwrap_err().code(), Code::NotFound);
    let told = |unit: &Connection, _: &Clock| {
        Ok(unit.query_row("SELECT sum(person) FROM p_test__told", [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(contacts.write(told).await.unwrap(), id);
    let again = contacts.write(move |unit, clock| erase(unit, clock, &Actor::system(), id, &privacy())).await;
    assert_eq!(again.unwrap_err().code(), Code::NotFound);
    let sql = "SELECT email || '|' || name || '|' || coalesce(note, 'none') FROM p_test__seats ORDER BY id";
    let rows = contacts.write(move |unit, _| {
        let mut query = unit.prepare(sql)?;
        let found = query.query_map([], |row| row.get::<_, String>(0))?;
        Ok(found.collect::<std::result::Result<Vec<_>, _>>()?)
    });
    assert_eq!(rows.await.unwrap(), ["erased-1@erased.invalid||none", "2@example.org|Ada|window"]);
    assert_ne!(contacts.upsert(ada(), Trust::Anonymous).await.unwrap(), id);
}

#[tokio::test]
async fn the_lists_agree_with_the_migrated_tables() {
    let contacts = Contacts::open();
    for table in [super::table(), super::activities()] {
        let findings = contacts.store.read(move |snapshot| table.check(snapshot)).await.unwrap();
        assert_eq!((findings.faults, findings.warnings), (Vec::new(), Vec::new()));
    }
}
