//! Contacts as a list: `GET /api/v1/people`.

use magnetiq_contract::describe::{Access, Field, FieldKind, Resource};
use magnetiq_contract::text::Text;

use crate::resources::Table;
use crate::store::Owner;

/// Who sees contacts.
pub const READ: &str = "people:read";
/// Who erases them.
pub const WRITE: &str = "people:write";

/// Contacts, described; erased ones are hidden.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn table() -> Table {
    Table::new(Owner::Core, description(), &[]).expect("the contacts' description is sound")
}

fn description() -> Resource {
    Resource {
        name: "people".into(),
        table: "contacts".into(),
        label: Text::new("Contact", "Kontakt"),
        label_plural: Text::new("Contacts", "Kontakte"),
        fields: vec![
            Field { unique: true, ..searched("email", FieldKind::Email, "E-mail", "E-Mail") },
            searched("name", FieldKind::Text, "Name", "Name"),
            searched("company", FieldKind::Text, "Company", "Firma"),
            field("locale", FieldKind::Locale, "Language", "Sprache"),
            field("time_zone", FieldKind::TimeZone, "Time zone", "Zeitzone"),
        ],
        title_field: "email".into(),
        sort: "-id".into(),
        read: Access::Permission(READ.into()),
        ..Resource::default()
    }
}

/// What people did, described: `?contact_id=5` for one of them.
#[must_use]
#[expect(clippy::expect_used, reason = "a fixed description, held against the migrated table by a test")]
pub fn activities() -> Table {
    Table::new(Owner::Core, activities_description(), &[]).expect("the activities' description is sound")
}

fn activities_description() -> Resource {
    Resource {
        name: "activities".into(),
        table: "activities".into(),
        label: Text::new("Activity", "Aktivität"),
        label_plural: Text::new("Activities", "Aktivitäten"),
        fields: vec![
            Field { filter: true, personal: false, ..field("contact_id", FieldKind::Person, "Contact", "Kontakt") },
            Field { personal: false, ..field("kind", FieldKind::Text, "What", "Was") },
            field("subject", FieldKind::Text, "About", "Worum es ging"),
            Field { personal: false, ..field("happened_at", FieldKind::DateTime, "When", "Wann") },
        ],
        sort: "-id".into(),
        read: Access::Permission(READ.into()),
        ..Resource::default()
    }
}

fn searched(name: &str, kind: FieldKind, en: &str, de: &str) -> Field {
    Field { search: true, ..field(name, kind, en, de) }
}

fn field(name: &str, kind: FieldKind, en: &str, de: &str) -> Field {
    Field {
        name: name.into(),
        kind,
        label: Text::new(en, de),
        required: true,
        read_only: true,
        personal: true,
        list: true,
        ..Field::default()
    }
}
