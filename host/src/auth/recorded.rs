//! The security events as a list of the host: `GET /api/v1/security-events`, for those with `audit:read`.

use magnetiq_contract::describe::{Access, Choice, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;

use crate::resources::Table;
use crate::store::Owner;

/// The list.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn table() -> Table {
    Table::new(Owner::Core, description(), &[]).expect("the description of the security events is sound")
}

fn description() -> Resource {
    let field = |name: &str, kind, en: &str, de: &str| Field {
        name: name.into(),
        kind,
        label: Text::new(en, de),
        list: true,
        ..Field::default()
    };
    let filtered = |field: Field| Field { filter: true, ..field };
    let choice =
        |value: &str, en: &str, de: &str| Choice { value: value.into(), label: Text::new(en, de), ..Choice::default() };
    let severities = vec![
        choice("low", "Low", "Gering"),
        choice("medium", "Medium", "Mittel"),
        choice("high", "High", "Hoch"),
        choice("critical", "Critical", "Kritisch"),
    ];
    Resource {
        name: "security-events".into(),
        table: "security_events".into(),
        label: Text::new("Security event", "Sicherheitsereignis"),
        label_plural: Text::new("Security events", "Sicherheitsereignisse"),
        fields: vec![
            filtered(Field { required: true, ..field("event_type", FieldKind::Text, "Event", "Ereignis") }),
            filtered(Field {
                required: true,
                choices: severities,
                default: "low".into(),
                ..field("severity", FieldKind::Choice, "Severity", "Schwere")
            }),
            filtered(field("email", FieldKind::Text, "E-mail", "E-Mail")),
            filtered(field("ip_address", FieldKind::Text, "Address", "Adresse")),
            Field { list: false, ..field("user_agent", FieldKind::Text, "Program", "Programm") },
            Field { required: true, list: false, ..field("details", FieldKind::Json, "Details", "Einzelheiten") },
        ],
        title_field: "event_type".into(),
        sort: "-id".into(),
        read: Access::Permission("audit:read".into()),
        ..Resource::default()
    }
}
