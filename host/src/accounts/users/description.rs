//! The list of users, described like any other resource. Secret columns are not described, so that no list, answer or
//! audit row can carry them.

use std::sync::{Arc, LazyLock};

use magnetiq_contract::describe::{Access, Choice, Field, FieldKind, Resource};
use magnetiq_contract::task::Hook;
use magnetiq_contract::text::Text;
use serde_json::json;

use crate::resources::Table;
use crate::store::Owner;

/// The described table.
pub static USERS: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let described = resource();
    let table = Table::new(Owner::Core, described.clone(), &[described]);
    Arc::new(table.expect("a fixed description, which a test holds against the migrated table"))
});

fn resource() -> Resource {
    let manage = Access::Permission("users:manage".to_owned());
    Resource {
        name: "users".to_owned(),
        table: "users".to_owned(),
        label: Text::new("User", "Benutzer"),
        label_plural: Text::new("Users", "Benutzer"),
        fields: fields(),
        title_field: "email".to_owned(),
        sort: "-created_at".to_owned(),
        read: Access::Permission("users:read".to_owned()),
        create: manage.clone(),
        update: manage.clone(),
        delete: manage,
        hooks: vec![Hook::BeforeSave, Hook::AfterSave, Hook::AfterDelete],
        ..Resource::default()
    }
}

fn fields() -> Vec<Field> {
    let mut fields = chosen();
    fields.extend(counted());
    fields
}

/// What people choose.
fn chosen() -> Vec<Field> {
    vec![
        Field {
            required: true,
            unique: true,
            personal: true,
            filter: true,
            sort: true,
            search: true,
            list: true,
            max: Some(254.0),
            ..field("email", FieldKind::Email, "E-mail", "E-Mail")
        },
        Field {
            personal: true,
            search: true,
            list: true,
            max: Some(200.0),
            default: json!(""),
            ..field("name", FieldKind::Text, "Name", "Name")
        },
        Field {
            required: true,
            filter: true,
            list: true,
            choices: vec![
                choice("viewer", "Viewer", "Leser"),
                choice("editor", "Editor", "Redakteur"),
                choice("admin", "Administrator", "Administrator"),
                choice("super_admin", "Super administrator", "Hauptadministrator"),
            ],
            ..field("role", FieldKind::Choice, "Role", "Rolle")
        },
        Field { default: json!("en"), ..field("language", FieldKind::Locale, "Language", "Sprache") },
        Field { default: json!("UTC"), ..field("timezone", FieldKind::TimeZone, "Time zone", "Zeitzone") },
        Field { personal: true, ..field("avatar_url", FieldKind::Url, "Picture", "Bild") },
        Field { default: json!({}), ..field("preferences", FieldKind::Json, "Preferences", "Einstellungen") },
        Field { default: json!({}), ..field("metadata", FieldKind::Json, "More data", "Weitere Daten") },
    ]
}

/// What the host keeps.
fn counted() -> Vec<Field> {
    let kept = |field: Field| Field { read_only: true, ..field };
    let count = |name, en, de| Field { default: json!(0), ..field(name, FieldKind::Integer, en, de) };
    vec![
        kept(Field {
            filter: true,
            list: true,
            default: json!("invited"),
            choices: vec![
                choice("active", "Active", "Aktiv"),
                choice("invited", "Invited", "Eingeladen"),
                choice("locked", "Locked", "Gesperrt"),
            ],
            ..field("status", FieldKind::Choice, "Status", "Status")
        }),
        kept(Field {
            default: json!(false),
            ..field("two_factor_enabled", FieldKind::Boolean, "Two-factor sign-in", "Zwei-Faktor-Anmeldung")
        }),
        kept(Field { list: true, ..field("last_login_at", FieldKind::DateTime, "Last sign-in", "Letzte Anmeldung") }),
        kept(count("login_count", "Sign-ins", "Anmeldungen")),
        kept(count("failed_login_attempts", "Failed sign-ins", "Fehlgeschlagene Anmeldungen")),
        kept(field("locked_until", FieldKind::DateTime, "Locked until", "Gesperrt bis")),
        kept(field("password_changed_at", FieldKind::DateTime, "Password chosen", "Passwort gewählt")),
    ]
}

fn field(name: &str, kind: FieldKind, en: &str, de: &str) -> Field {
    Field { name: name.to_owned(), kind, label: Text::new(en, de), ..Field::default() }
}

fn choice(value: &str, en: &str, de: &str) -> Choice {
    Choice { value: value.to_owned(), label: Text::new(en, de), ..Choice::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::store::Store;

    #[tokio::test]
    async fn the_description_agrees_with_the_migrated_table() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.db"), &Clock::system()).unwrap();
        let findings = store.read(|snapshot| USERS.check(snapshot)).await.unwrap();
        assert_eq!((findings.faults, findings.warnings), (Vec::new(), Vec::new()));
    }

    #[test]
    fn no_secret_column_is_described() {
        for secret in ["password_hash", "two_factor_secret", "backup_codes", "encryption_key", "token_epoch"] {
            assert_eq!(USERS.position(secret), None, "{secret}");
        }
    }
}
