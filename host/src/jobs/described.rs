//! Jobs as a list: `GET /api/v1/jobs`.

use magnetiq_contract::describe::{Access, Choice, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;

use crate::resources::Table;
use crate::store::Owner;

/// Who sees jobs and tries again.
pub const PERMISSION: &str = "plugins:manage";

/// Jobs, described; payloads are nobody's to read.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn table() -> Table {
    Table::new(Owner::Core, description(), &[]).expect("the jobs' description is sound")
}

fn description() -> Resource {
    Resource {
        name: "jobs".into(),
        table: "jobs".into(),
        label: Text::new("Job", "Aufgabe"),
        label_plural: Text::new("Jobs", "Aufgaben"),
        fields: fields(),
        title_field: "name".into(),
        sort: "-id".into(),
        read: Access::Permission(PERMISSION.into()),
        ..Resource::default()
    }
}

fn fields() -> Vec<Field> {
    let choice =
        |value: &str, en: &str, de: &str| Choice { value: value.into(), label: Text::new(en, de), ..Choice::default() };
    let states = vec![
        choice("queued", "Queued", "Wartet"),
        choice("running", "Running", "Läuft"),
        choice("done", "Done", "Erledigt"),
        choice("dead", "Given up", "Aufgegeben"),
        choice("cancelled", "Cancelled", "Abgebrochen"),
    ];
    let filled = |name: &str, kind, en: &str, de: &str| Field { required: true, ..field(name, kind, en, de) };
    vec![
        Field { filter: true, ..filled("owner", FieldKind::Text, "Of plugin", "Von Plugin") },
        filled("name", FieldKind::Text, "Name", "Name"),
        Field { choices: states, filter: true, ..filled("status", FieldKind::Choice, "Status", "Status") },
        filled("attempts", FieldKind::Integer, "Tries", "Versuche"),
        filled("max_attempts", FieldKind::Integer, "Most tries", "Versuche höchstens"),
        filled("run_at", FieldKind::DateTime, "Due at", "Fällig am"),
        field("due_at", FieldKind::DateTime, "Was due at", "War fällig am"),
        filled("last_error", FieldKind::LongText, "Last error", "Letzter Fehler"),
        field("finished_at", FieldKind::DateTime, "Ended at", "Beendet am"),
    ]
}

fn field(name: &str, kind: FieldKind, en: &str, de: &str) -> Field {
    Field { name: name.into(), kind, label: Text::new(en, de), list: true, read_only: true, ..Field::default() }
}
