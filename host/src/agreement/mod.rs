//! Do the structs agree with the migrated schema? Each store says beside its queries what it reads and writes.

pub(crate) mod shape;

use std::collections::BTreeSet;

use shape::{Column, Shape};

use crate::clock::Clock;
use crate::store::{Connection, Store, schema};
use crate::{accounts, auth, http, jobs, mail, people, plugins, resources, store};

/// Tables that no code reads or writes, and why they are there.
const UNUSED: [(&str, &str); 0] = [];
/// What every row has.
const OF_EVERY_ROW: [(&str, &str, bool); 4] = [
    ("id", "INTEGER", false),
    ("created_at", "TEXT", true),
    ("updated_at", "TEXT", true),
    ("deleted_at", "TEXT", false),
];

fn shapes() -> Vec<Shape> {
    let described = [
        accounts::users::USERS.shape(),
        jobs::table().shape(),
        mail::table().shape(),
        people::table().shape(),
        resources::audit::table().shape(),
        auth::recorded::table().shape(),
    ];
    let stores = [
        accounts::shapes(),
        auth::shapes(),
        http::idempotency::shapes(),
        jobs::shapes(),
        jobs::schedules::shapes(),
        mail::shapes(),
        people::shapes(),
        plugins::shapes(),
        resources::shapes(),
        store::shapes(),
    ];
    described.into_iter().chain(stores.into_iter().flatten()).collect()
}

#[tokio::test]
async fn every_table_agrees_with_what_is_read_from_it_and_written_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("test.db"), &Clock::system()).unwrap();
    let faults = store.read(|snapshot| Ok(all_faults(snapshot, &shapes()))).await.unwrap();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_table_that_differs_in_anything_is_named() {
    let believed = || {
        let shape = Shape::empty("talks").and::<i64>("speaker").points("speaker", "speakers ON DELETE CASCADE");
        vec![shape.and::<bool>("on_air").check("speaker > 0")]
    };
    let table = |columns: &str| {
        format!(
            "CREATE TABLE talks (id INTEGER PRIMARY KEY, {columns} created_at TEXT NOT NULL, updated_at TEXT NOT NULL, deleted_at TEXT)"
        )
    };
    let sound = "speaker INTEGER NOT NULL REFERENCES speakers (id) ON DELETE CASCADE CHECK (speaker > 0), \
        on_air INTEGER NOT NULL CHECK (on_air IN (0, 1)),";
    assert_eq!(faults_of(&table(sound), &believed()), Vec::<String>::new());
    for (from, to, fault) in [
        ("speaker INTEGER NOT NULL", "speaker INTEGER", "talks.speaker may be NULL"),
        ("speaker INTEGER", "speaker TEXT", "talks.speaker is TEXT"),
        ("REFERENCES speakers (id) ON DELETE CASCADE", "", "talks.speaker points to nothing"),
        (" ON DELETE CASCADE", "", "talks.speaker points to speakers, and"),
        ("CASCADE", "SET NULL", "talks.speaker points to speakers ON DELETE SET NULL, and"),
        ("(id)", "(name)", "talks.speaker points to speakers (name)"),
        ("(0, 1)", "(0, 1, 2)", "talks.on_air allows"),
        ("CHECK (on_air IN (0, 1))", "", "talks.on_air allows anything"),
        ("CHECK (speaker > 0)", "", "talks lacks CHECK (speaker > 0)"),
        ("speaker > 0", "speaker > 1", "talks has CHECK (speaker > 1), which is in no struct"),
        ("on_air IN (0, 1)", "on_air IN (0, 1) OR speaker > 9", "talks has CHECK (on_air in"),
        ("on_air INTEGER", "heat INTEGER NOT NULL, on_air INTEGER", "talks.heat is in no struct"),
        ("on_air", "off_air", "talks.on_air is not there"),
    ] {
        let faults = faults_of(&table(&sound.replace(from, to)), &believed());
        assert!(faults.iter().any(|found| found.starts_with(fault)), "{fault}: {faults:?}");
    }
    assert_eq!(faults_of(&table(sound), &[]), ["talks is in no store, and no reason is given."]);
}

fn faults_of(table: &str, shapes: &[Shape]) -> Vec<String> {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(table).unwrap();
    all_faults(&connection, shapes)
}

fn all_faults(connection: &Connection, shapes: &[Shape]) -> Vec<String> {
    let tables = schema::tables(connection).unwrap();
    let mut faults: Vec<String> = tables.iter().flat_map(|table| faults(connection, table, shapes)).collect();
    let strangers = shapes.iter().filter(|shape| !tables.contains(&shape.table));
    faults.extend(strangers.map(|shape| format!("{} is not there.", shape.table)));
    faults
}

fn faults(connection: &Connection, table: &str, shapes: &[Shape]) -> Vec<String> {
    let shapes: Vec<&Shape> = shapes.iter().filter(|shape| shape.table == table).collect();
    match (shapes.is_empty(), UNUSED.iter().any(|(name, _)| *name == table)) {
        (true, true) => return Vec::new(),
        (true, false) => return vec![format!("{table} is in no store, and no reason is given.")],
        (false, true) => return vec![format!("{table} is used, and a reason is given why not.")],
        (false, false) => {}
    }
    let stored = schema::columns(connection, table).unwrap();
    let keys = schema::foreign_keys(connection, table).unwrap();
    let found = |name: &str| stored.iter().find(|column| column.name == name);
    let mut faults: Vec<String> = OF_EVERY_ROW
        .iter()
        .filter_map(|(name, kind, required)| of_every_row(found(name), name, kind, *required))
        .collect();
    for (name, column) in shapes.iter().flat_map(|shape| &shape.columns) {
        let fault = found(name).map_or_else(|| Some("is not there".to_owned()), |stored| difference(stored, column));
        faults.extend(fault.map(|fault| format!("{name} {fault}")));
    }
    for column in &stored {
        let believed: Vec<&Column> = shapes.iter().filter_map(|shape| shape.columns.get(&column.name)).collect();
        if believed.is_empty() && !OF_EVERY_ROW.iter().any(|(own, ..)| *own == column.name) {
            faults.push(format!("{} is in no struct", column.name));
        }
        let points = keys.iter().find(|key| key.column == column.name).map(target);
        let pointed = believed.iter().find_map(|column| column.points_to.clone());
        if points != pointed {
            let shown = |to: Option<String>| to.unwrap_or_else(|| "nothing".to_owned());
            faults.push(format!("{} points to {}, and code believes {}", column.name, shown(points), shown(pointed)));
        }
    }
    let mut faults: Vec<String> = faults.into_iter().map(|fault| format!("{table}.{fault}.")).collect();
    faults.extend(check_faults(connection, table, &shapes));
    faults
}

/// Conditions of which only one side knows.
fn check_faults(connection: &Connection, table: &str, shapes: &[&Shape]) -> Vec<String> {
    let stored: BTreeSet<String> = schema::checks(connection, table).unwrap().into_iter().collect();
    let believed: BTreeSet<String> = shapes.iter().flat_map(|shape| shape.checks.iter().cloned()).collect();
    let unknown =
        stored.difference(&believed).map(|check| format!("{table} has CHECK ({check}), which is in no struct."));
    let missing = believed.difference(&stored).map(|check| format!("{table} lacks CHECK ({check})."));
    unknown.chain(missing).collect()
}

fn of_every_row(stored: Option<&schema::Column>, name: &str, kind: &str, required: bool) -> Option<String> {
    let sound = stored
        .is_some_and(|column| column.kind == kind && column.required == required && column.is_key == (name == "id"));
    (!sound).then(|| format!("{name} is not as in every row"))
}

fn difference(stored: &schema::Column, believed: &Column) -> Option<String> {
    let required = stored.required || stored.is_key;
    if stored.kind != believed.kind {
        return Some(format!("is {}, and code believes {}", stored.kind, believed.kind));
    }
    if required != believed.required {
        return Some(
            if required {
                "is never NULL, and code believes it may be"
            } else {
                "may be NULL, and code believes never"
            }
            .to_owned(),
        );
    }
    let sorted = |choices: &Option<Vec<String>>| {
        choices.as_ref().map(|choices| choices.iter().cloned().collect::<BTreeSet<_>>())
    };
    let (stored, believed) = (sorted(&stored.choices), sorted(&believed.choices));
    let list =
        |choices: Option<BTreeSet<String>>| choices.map_or("anything".to_owned(), |choices| format!("{choices:?}"));
    (stored != believed).then(|| format!("allows {}, and code believes {}", list(stored), list(believed)))
}

fn target(key: &schema::ForeignKey) -> String {
    let column = if key.target == "id" { String::new() } else { format!(" ({})", key.target) };
    let deleted = if key.on_delete == "NO ACTION" { String::new() } else { format!(" ON DELETE {}", key.on_delete) };
    format!("{}{column}{deleted}", key.table)
}
