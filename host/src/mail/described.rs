//! The outbox as a list: `GET /api/v1/mail`.

use magnetiq_contract::describe::{Access, Choice, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;

use crate::resources::Table;
use crate::store::Owner;

/// Who sees the outbox and tries again.
pub const PERMISSION: &str = "plugins:manage";

/// The outbox, described; data and attachments are nobody's to read.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn table() -> Table {
    Table::new(Owner::Core, description(), &[]).expect("the outbox's description is sound")
}

fn description() -> Resource {
    Resource {
        name: "mail".into(),
        table: "mails".into(),
        label: Text::new("Message", "Nachricht"),
        label_plural: Text::new("Mail", "E-Mails"),
        fields: fields(),
        title_field: "to_email".into(),
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
        choice("sending", "Sending", "Wird gesendet"),
        choice("sent", "Sent", "Gesendet"),
        choice("dead", "Given up", "Aufgegeben"),
        choice("cancelled", "Cancelled", "Abgebrochen"),
    ];
    let filled = |name: &str, kind, en: &str, de: &str| Field { required: true, ..field(name, kind, en, de) };
    vec![
        Field { personal: true, filter: true, search: true, ..filled("to_email", FieldKind::Email, "To", "An") },
        filled("subject", FieldKind::Text, "Subject", "Betreff"),
        Field { choices: states, filter: true, ..filled("status", FieldKind::Choice, "Status", "Status") },
        Field { filter: true, ..filled("owner", FieldKind::Text, "From plugin", "Von Plugin") },
        filled("template", FieldKind::Text, "Template", "Vorlage"),
        filled("attempts", FieldKind::Integer, "Tries", "Versuche"),
        filled("next_attempt_at", FieldKind::DateTime, "Next try", "Nächster Versuch"),
        filled("last_error", FieldKind::LongText, "Last error", "Letzter Fehler"),
        field("sent_at", FieldKind::DateTime, "Sent at", "Gesendet am"),
    ]
}

fn field(name: &str, kind: FieldKind, en: &str, de: &str) -> Field {
    Field { name: name.into(), kind, label: Text::new(en, de), list: true, read_only: true, ..Field::default() }
}
