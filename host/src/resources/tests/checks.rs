//! A description against itself and against the migrated table.

use magnetiq_contract::describe::{Action, Audience};

use super::*;

fn findings(schema: &str) -> check::Findings {
    let unit = Connection::open_in_memory().unwrap();
    unit.execute_batch(schema).unwrap();
    events().check(&unit).unwrap()
}

#[test]
fn the_migrated_table_agrees_with_its_description() {
    assert_eq!(findings(SCHEMA).faults, Vec::<String>::new());
}

#[test]
fn every_mismatch_is_a_sentence_with_table_and_column() {
    for (from, to, sentence) in [
        ("    code TEXT NOT NULL UNIQUE,", "", "code does not exist."),
        (
            "    code TEXT NOT NULL UNIQUE,",
            "code TEXT NOT NULL,",
            "code is described as unique, but has no UNIQUE of its own over all rows.",
        ),
        (
            "    code TEXT NOT NULL UNIQUE,",
            "code TEXT UNIQUE,",
            "code may be NULL, but the description says that it is always there.",
        ),
        (
            "    notes TEXT,",
            "notes TEXT NOT NULL,",
            "notes is NOT NULL, but the description says that it may be missing.",
        ),
        ("    seats INTEGER NOT NULL,", "seats TEXT NOT NULL,", "seats is TEXT where the description needs INTEGER."),
        ("    price REAL,", "price INTEGER,", "price is INTEGER where the description needs REAL."),
        (
            "    open INTEGER NOT NULL,",
            "open INTEGER,",
            "open may be NULL, but the description says that it is always there.",
        ),
        (
            "    starts_at TEXT NOT NULL,",
            "starts_at TEXT NOT NULL, forgotten TEXT NOT NULL,",
            "forgotten is NOT NULL without a default and is not described, so that no row can be created.",
        ),
        ("locale IN ('en', 'de')", "locale IN ('en', 'fr')", "locale allows en, fr where the description says de, en."),
        (
            "CHECK (locale IS NULL OR locale IN ('en', 'de'))",
            "",
            "locale has no CHECK (… IN (…)) with its allowed values.",
        ),
        ("REFERENCES p_demo__topics (id)", "", "topic has no foreign key to p_demo__topics."),
        (
            "REFERENCES p_demo__topics (id)",
            "REFERENCES contacts (id)",
            "topic points to contacts.id where the description says p_demo__topics.id.",
        ),
    ] {
        let schema = SCHEMA.replacen(from, to, 1);
        assert_ne!(schema, SCHEMA, "{from}");
        assert_eq!(findings(&schema).faults, [format!("The column p_demo__events.{sentence}")]);
    }
}

#[test]
fn the_columns_of_every_row_and_strict_are_asked_for() {
    let end =
        "created_at TEXT NOT NULL, updated_at TEXT NOT NULL, deleted_at TEXT,\n    UNIQUE (topic, starts_at)) STRICT;";
    for (to, sentence) in [
        (end.replace(") STRICT", ")"), "The table p_demo__events is not STRICT."),
        (end.replace(" deleted_at TEXT,", ""), "The column p_demo__events.deleted_at does not exist."),
        (
            end.replace("updated_at TEXT NOT", "updated_at INTEGER NOT"),
            "The column p_demo__events.updated_at is INTEGER where the description needs TEXT.",
        ),
    ] {
        assert!(SCHEMA.contains(end));
        assert_eq!(findings(&SCHEMA.replace(end, &to)).faults, [sentence]);
    }
    assert_eq!(findings("").faults, ["The table p_demo__events does not exist."]);
    let schema =
        SCHEMA.replace("p_demo__events (\n    id INTEGER PRIMARY KEY", "p_demo__events (\n    id INTEGER NOT NULL");
    assert_eq!(findings(&schema).faults, ["The column p_demo__events.id is not INTEGER PRIMARY KEY."]);
}

#[test]
fn what_is_filtered_without_an_index_is_a_warning() {
    let sentence = "The column p_demo__events.seats is filtered or sorted without an index that starts with it.";
    let all = findings(SCHEMA).warnings;
    let without =
        findings(&SCHEMA.replace("CREATE INDEX p_demo__events_seats ON p_demo__events (seats);", "")).warnings;
    assert!(!all.iter().any(|warning| warning == sentence));
    assert!(without.iter().any(|warning| warning == sentence));
}

#[test]
fn an_action_tells_rows_that_can_be_counted() {
    let told = |description: &mut Resource, resource: &str, field: &str, value: &str| {
        let tells = Audience {
            resource: resource.into(),
            reference: "topic".into(),
            field: field.into(),
            values: vec![value.into()],
        };
        description.actions = vec![Action { name: "close".into(), tells: Some(tells), ..Action::default() }];
    };
    let mut sound = topics_description();
    told(&mut sound, "events", "status", "draft");
    assert!(Table::new(Owner::Plugin("demo".into()), sound, &descriptions()).is_ok());
    for (resource, field, value) in [("moons", "status", "draft"), ("events", "code", "x"), ("events", "status", "new")]
    {
        let mut description = topics_description();
        told(&mut description, resource, field, value);
        let faults = Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap_err();
        assert_eq!(faults, ["topics: nobody can count whom close tells."], "{resource}.{field} = {value}");
    }
}

#[test]
fn a_description_that_contradicts_itself_is_refused() {
    type Break = fn(&mut Resource);
    let cases: [(Break, &str); 16] = [
        (|r| r.name = "My Events".into(), "The resource name \"My Events\" is not kebab-case."),
        (|r| r.table = "p_demo__x\"; DROP".into(), "events: the table name \"p_demo__x\\\"; DROP\" is not snake_case."),
        (|r| r.table = "users".into(), "events: the table users does not start with p_demo__."),
        (|r| r.fields[1].name = "no\"tes".into(), "events: the field name \"no\\\"tes\" is not snake_case."),
        (|r| r.fields[1].name = "page".into(), "events: the field name page is taken by the host."),
        (|r| r.fields[1].name = "code".into(), "events: the field code is described twice."),
        (
            |r| r.fields[1].name = "topic_title".into(),
            "events: the field name topic_title is taken by the title of topic.",
        ),
        (|r| r.fields[10].choices.clear(), "events.status: a choice needs choices."),
        (|r| r.fields[14].references = None, "events.topic: a reference needs the resource that it points to."),
        (
            |r| r.fields[14].references = Some("moons".into()),
            "events.topic: it points to moons, which is not described.",
        ),
        (|r| r.fields[2].filter = true, "events.title: localized text and JSON cannot be filtered; use search."),
        (|r| r.fields[16].sort = true, "events.extra: JSON cannot be sorted."),
        (|r| r.fields[7].search = true, "events.seats: only text and people can be searched."),
        (|r| r.fields[7].default = json!("many"), "events.seats: the default does not fit the field."),
        (|r| r.title_field = "name".into(), "events: the title field name is not described."),
        (|r| r.sort = "-colour".into(), "events: the default order names colour, which is no sortable field."),
    ];
    for (break_it, sentence) in cases {
        let mut description = events_description();
        description.public_rows = None;
        break_it(&mut description);
        let faults = Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap_err();
        assert_eq!(faults, [sentence]);
    }
    let mut description = events_description();
    description.public_rows.as_mut().unwrap()[1].field = "ends_at".into();
    let faults = Table::new(Owner::Plugin("demo".into()), description, &descriptions()).unwrap_err();
    assert_eq!(faults, ["events: public_rows names the field ends_at, which is not described."]);
}
