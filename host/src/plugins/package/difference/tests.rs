use magnetiq_contract::describe::Description;
use magnetiq_contract::manifest::Manifest;
use serde_json::{Value, json};

use super::{Change, Side, difference};

const MANIFEST: &str = r#"
id = "notes"
version = "1.0.0"
api = "0.1"
name = { en = "Notes", de = "Notizen" }
mount = { en = "notes", de = "notizen" }
publisher = "Paper Ltd"

[limits]
cpu_ms = 100

[capabilities.mail]
quantity = 100
reason = { en = "Thanks.", de = "Dankt." }

[capabilities.http]
names = ["https://a.example"]
reason = { en = "Asks.", de = "Fragt." }

[capabilities.people]
names = ["read own"]
reason = { en = "Knows.", de = "Kennt." }

[[permissions]]
name = "notes:read"
label = { en = "See notes", de = "Notizen sehen" }
role = "viewer"

[[permissions]]
name = "notes:write"
label = { en = "Write notes", de = "Notizen schreiben" }
role = "admin"

[[settings]]
name = "key"
secret = true
hosts = ["https://a.example"]
label = { en = "Key", de = "Schlüssel" }
"#;

fn described() -> Value {
    json!({
        "routes": [
            {"kind": "page", "method": "GET", "path": "/", "access": "public"},
            {"kind": "api", "method": "GET", "path": "/list/{id}", "access": {"permission": "notes:write"}},
            {"kind": "api", "method": "POST", "path": "/send", "access": "public", "limit": {"times": 10, "seconds": 60}},
        ],
        "resources": [{
            "name": "notes", "table": "p_notes__notes", "label_plural": {"en": "Notes", "de": "Notizen"},
            "fields": [{"name": "text", "label": {"en": "Text", "de": "Text"}, "public": true},
                       {"name": "hint", "label": {"en": "Hint", "de": "Hinweis"}}],
            "read": {"permission": "notes:read"},
            "public_rows": [{"field": "text", "is": "not_equal", "value": "secret"}],
        }],
        "schedules": [{"name": "daily", "cron": "0 9 * * *", "label": {"en": "Report", "de": "Bericht"}}],
        "subscriptions": ["people.erased"],
    })
}

fn between(older: (&str, &Value), newer: (&str, &Value)) -> Vec<Change> {
    let read = |(manifest, described): (&str, &Value)| -> (Manifest, Description) {
        (toml::from_str(manifest).unwrap(), serde_json::from_value(described.clone()).unwrap())
    };
    let ((before, does), (manifest, description)) = (read(older), read(newer));
    difference(Side { manifest: &before, description: &does }, Side { manifest: &manifest, description: &description })
}

/// What the newer manifest and description change, and what the way back does.
fn there_and_back(manifest: &str, described_now: &Value) -> (Vec<Change>, Vec<Change>) {
    let (then, now) = ((MANIFEST, &described()), (manifest, described_now));
    (between(then, now), between(now, then))
}

/// This grows on the way there, in both languages, and nothing on the way back.
fn grows(manifest: &str, described_now: &Value, en: &str, de: &str) {
    let (there, back) = there_and_back(manifest, described_now);
    let found = there.iter().find(|change| change.text.en == en);
    let found = found.unwrap_or_else(|| panic!("{en} is not among {there:#?}"));
    assert!(found.grows, "{en}");
    assert_eq!(found.text.de, de);
    assert!(back.iter().all(|change| !change.grows), "{en}: {back:#?}");
}

#[test]
fn the_same_contract_has_no_difference() {
    assert_eq!(between((MANIFEST, &described()), (MANIFEST, &described())), []);
}

#[test]
fn what_a_manifest_asks_for_beyond_the_earlier_one_is_named() {
    let db = "\n[capabilities.db]\nquantity = 5\nreason = { en = \"Keeps.\", de = \"Bewahrt.\" }\n";
    let permission =
        "\n[[permissions]]\nname = \"notes:see\"\nlabel = { en = \"See\", de = \"Sehen\" }\nrole = \"editor\"\n";
    for (from, to, en, de) in [
        (
            "\n[limits]",
            &*format!("{db}\n[limits]"),
            "New right: Keep its own data (5 MB). Keeps.",
            "Neues Recht: Eigene Daten führen (5 MB). Bewahrt.",
        ),
        (
            "quantity = 100",
            "quantity = 500",
            "Send e-mail: 500 per hour instead of 100 per hour.",
            "E-Mails senden: 500 pro Stunde statt 100 pro Stunde.",
        ),
        (
            "quantity = 100",
            "",
            "Send e-mail: any amount instead of 100 per hour.",
            "E-Mails senden: beliebig viel statt 100 pro Stunde.",
        ),
        (
            "names = [\"https://a.example\"]",
            "names = [\"https://a.example\", \"https://b.example\"]",
            "Call other servers: also https://b.example.",
            "Andere Server aufrufen: auch https://b.example.",
        ),
        (
            "\"read own\"",
            "\"read own\", \"read all\"",
            "Know people: also reads all contacts.",
            "Personen kennen: auch liest alle Kontakte.",
        ),
        (
            "role = \"admin\"",
            "role = \"editor\"",
            "The permission notes:write starts with: Editor instead of Admin.",
            "Die Berechtigung notes:write beginnt bei: Redaktion statt Administration.",
        ),
        (
            "\n[[settings]]",
            &*format!("{permission}\n[[settings]]"),
            "New permission notes:see (See), from the role Editor up.",
            "Neue Berechtigung notes:see (Sehen), ab der Rolle Redaktion.",
        ),
        (
            "hosts = [\"https://a.example\"]",
            "hosts = [\"https://a.example\", \"https://c.example\"]",
            "The secret “Key” may also be sent to https://c.example.",
            "Das Geheimnis „Schlüssel“ darf auch an https://c.example gesendet werden.",
        ),
        (
            "cpu_ms = 100",
            "cpu_ms = 200",
            "Computing time of a call: 200 ms instead of 100 ms.",
            "Rechenzeit eines Aufrufs: 200 ms statt 100 ms.",
        ),
    ] {
        assert!(MANIFEST.contains(from), "{from}");
        grows(&MANIFEST.replacen(from, to, 1), &described(), en, de);
    }
}

#[test]
fn what_a_description_opens_beyond_the_earlier_one_is_named() {
    let public = json!("public");
    let route = json!({"kind": "page", "method": "POST", "path": "/", "access": "signed_in"});
    let table = json!({"name": "tags", "label_plural": {"en": "Tags", "de": "Schlagwörter"}, "create": "public"});
    let schedule = json!({"name": "nightly", "cron": "0 3 * * *"});
    for (place, value, en, de) in [
        (
            "/routes/1/access",
            &json!("signed_in"),
            "GET /api/v1/notes/list/{id}: for every signed-in user instead of those with notes:write.",
            "GET /api/v1/notes/list/{id}: für alle Angemeldeten statt für alle mit notes:write.",
        ),
        (
            "/routes/1/access",
            &public,
            "GET /api/v1/notes/list/{id}: for everybody instead of those with notes:write.",
            "GET /api/v1/notes/list/{id}: für alle statt für alle mit notes:write.",
        ),
        (
            "/routes/1/access",
            &json!({"permission": "notes:read"}),
            "GET /api/v1/notes/list/{id}: for those with notes:read instead of those with notes:write.",
            "GET /api/v1/notes/list/{id}: für alle mit notes:read statt für alle mit notes:write.",
        ),
        (
            "/routes/2/limit",
            &Value::Null,
            "POST /api/v1/notes/send: any number of calls instead of 10 calls in 60 s.",
            "POST /api/v1/notes/send: beliebig viele Aufrufe statt 10 Aufrufe in 60 s.",
        ),
        (
            "/routes/-",
            &route,
            "New, for every signed-in user: POST /en/notes.",
            "Neu, für alle Angemeldeten: POST /de/notizen.",
        ),
        (
            "/resources/0/read",
            &public,
            "Read (Notes): for everybody instead of those with notes:read.",
            "Lesen (Notizen): für alle statt für alle mit notes:read.",
        ),
        (
            "/resources/0/public_rows",
            &json!([]),
            "Other rows of “Notes” are shown to everybody.",
            "Andere Zeilen von „Notizen“ werden allen gezeigt.",
        ),
        (
            "/resources/0/fields/1/public",
            &json!(true),
            "Everybody sees “Hint” of “Notes”.",
            "Alle sehen „Hinweis“ von „Notizen“.",
        ),
        (
            "/resources/-",
            &table,
            "Create (Tags): for everybody instead of nobody.",
            "Anlegen (Schlagwörter): für alle statt für niemanden.",
        ),
        ("/schedules/-", &schedule, "Runs by itself: nightly (0 3 * * *).", "Läuft von selbst: nightly (0 3 * * *)."),
        ("/subscriptions/-", &json!("shop.sold"), "Hears the event shop.sold.", "Hört das Ereignis shop.sold."),
    ] {
        let mut now = described();
        put(&mut now, place, value.clone());
        grows(MANIFEST, &now, en, de);
    }
}

fn put(described: &mut Value, place: &str, value: Value) {
    match place.strip_suffix("/-") {
        Some(list) => described.pointer_mut(list).unwrap().as_array_mut().unwrap().push(value),
        None => {
            let (object, name) = place.rsplit_once('/').unwrap();
            described.pointer_mut(object).unwrap()[name] = value;
        }
    }
}

#[test]
fn what_only_changes_its_face_asks_nobody() {
    let mut now = described();
    now["routes"][1]["path"] = json!("/list/{number}");
    assert_eq!(between((MANIFEST, &described()), (MANIFEST, &now)), []);
    now["schedules"][0]["cron"] = json!("0 8 * * *");
    put(
        &mut now,
        "/routes/-",
        json!({"kind": "api", "method": "PUT", "path": "/x", "access": {"permission": "notes:read"}}),
    );
    let manifest = MANIFEST.replace("\"notizen\"", "\"zettel\"").replace("Paper Ltd", "Ink Ltd");
    let changes = between((MANIFEST, &described()), (&manifest, &now));
    assert_eq!(changes.len(), 4, "{changes:#?}");
    assert!(changes.iter().all(|change| !change.grows), "{changes:#?}");
}

#[test]
fn what_grows_stands_first() {
    let mut now = described();
    now["schedules"] = json!([{"name": "nightly", "cron": "0 3 * * *"}]);
    let changes = between((MANIFEST, &described()), (MANIFEST, &now));
    let grows: Vec<_> = changes.iter().map(|change| change.grows).collect();
    assert_eq!(grows, [true, false]);
}
