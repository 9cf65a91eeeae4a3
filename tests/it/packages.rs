//! Packages as an admin gets them: what is refused before anything of it runs, and what the contract shows.

use std::fs;
use std::path::Path;

use magnetiq::site::BlockRequest;
use magnetiq_contract::block::Block;
use magnetiq_contract::text::Locale;
use magnetiq_tests::{Answer, Client, Guest, NOTES, TestApp, edit};
use serde_json::{Value, json};

const TABLE: &str = "CREATE TABLE p_notes__notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, deleted_at TEXT) STRICT;";

/// A plugin without code: a table that anybody reads in part, and a block.
fn description() -> Value {
    json!({
        "resources": [{
            "name": "notes", "table": "p_notes__notes", "title_field": "text",
            "label": {"en": "Note", "de": "Notiz"}, "label_plural": {"en": "Notes", "de": "Notizen"},
            "fields": [{
                "name": "text", "kind": "text", "label": {"en": "Text", "de": "Text"}, "required": true, "public": true,
            }],
            "read": {"permission": "content:read"}, "create": "public", "update": {"permission": "content:write"},
            "public_rows": [{"field": "text", "is": "not_equal", "value": "secret"}],
        }],
        "blocks": [{"name": "latest", "label": {"en": "Latest", "de": "Neueste"}}],
    })
}

/// Writes an unpacked package.
fn write(folder: &Path, manifest: &str, description: &Value) {
    let notes = folder.join("notes");
    for name in ["migrations", "templates/blocks"] {
        fs::create_dir_all(notes.join(name)).unwrap();
    }
    fs::write(notes.join("plugin.toml"), manifest).unwrap();
    fs::write(notes.join("describe.json"), description.to_string()).unwrap();
    fs::write(notes.join("migrations/0001_notes.sql"), TABLE).unwrap();
    fs::write(notes.join("templates/blocks/latest.html"), "<p>{{ words }}</p>").unwrap();
}

/// A site with that package on its shelf, and its admin.
async fn offered(manifest: &str, description: &Value) -> (TestApp, Client) {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), manifest, description);
    app.site.plugins.offer_folder(folder.path());
    let admin = app.sign_in("super_admin").await;
    (app, admin)
}

async fn enable(admin: &Client) -> Answer {
    admin.post_json("/api/v1/plugins/notes/enable", &json!({})).await
}

#[tokio::test]
async fn a_plugin_without_code_has_its_tables_and_blocks() {
    let (app, admin) = offered(NOTES, &description()).await;
    enable(&admin).await.expect(200);
    app.post_json("/api/v1/notes/notes", &json!({"text": "first"})).await.expect(201);
    assert_eq!(app.get("/api/v1/notes/notes").await.expect(200).data()[0]["text"], "first");
    let block = Block { name: "latest".into(), props: json!({"words": "a < b"}), locale: Locale::En };
    let drawn = app.site.plugins.draw_block(BlockRequest { plugin: "notes".into(), block }).await.unwrap();
    assert_eq!(drawn.unwrap().html, "<p>a &lt; b</p>");
}

#[tokio::test]
async fn a_plugin_without_code_that_describes_what_only_code_does_is_refused_with_every_reason() {
    let mut description = description();
    description["routes"] = json!([{"kind": "page", "method": "GET", "path": "/", "access": "public"}]);
    description["jobs"] = json!([{"name": "tidy"}]);
    description["schedules"] = json!([{"name": "daily", "cron": "never"}]);
    description["blocks"] = json!([{"name": "oldest"}]);
    description["resources"][0]["read"] = json!({"permission": "notes:read"});
    let (_app, admin) = offered(NOTES, &description).await;
    let refusal = enable(&admin).await.expect(422);
    for reason in [
        "the route GET / needs plugin.wasm",
        "the job tidy needs plugin.wasm",
        "the job tidy needs [capabilities.jobs]",
        "the block oldest needs plugin.wasm, or the template blocks/oldest.html",
        "the schedule daily has the cron line",
        "asks for notes:read, which [[permissions]] does not declare",
    ] {
        assert!(refusal.text().contains(reason), "{reason}: {}", refusal.text());
    }
    let state = admin.get("/api/v1/plugins/notes").await.expect(200).data();
    assert_eq!(state["state"], "available");
    let refused = &state["contract"]["refused"];
    assert!(refused["en"].as_str().unwrap().contains("the job tidy needs plugin.wasm"), "{state}");
    assert!(refused["de"].as_str().unwrap().contains("die Aufgabe tidy braucht plugin.wasm"), "{state}");
}

#[tokio::test]
async fn an_admin_reads_why_a_package_is_refused_in_their_language() {
    let app = TestApp::start().await;
    let admin = app.sign_in("super_admin").await;
    let package = Guest::Hello.altered(|parts| {
        edit(parts, "plugin.toml", |text| text.replace("[capabilities.db]", "[capabilities.rockets]"));
    });
    let answer = async |language| {
        let call = admin.call("POST", "/api/v1/plugins/packages").header("accept-language", language);
        call.body("application/zip", package.clone()).send().await.expect(422).text()
    };
    let (english, german) = (answer("en").await, answer("de").await);
    assert!(english.contains("plugin.toml is refused: capabilities.rockets: this host knows no such"), "{english}");
    assert!(german.contains("plugin.toml wird abgelehnt: capabilities.rockets: diese Fähigkeit kennt"), "{german}");
}

#[tokio::test]
async fn limits_beyond_the_hosts_own_keep_a_package_off_the_shelf() {
    let (_app, admin) = offered(&format!("{NOTES}\n[limits]\nmemory_mb = 64"), &description()).await;
    enable(&admin).await.expect(404);
    let (_app, admin) = offered(&format!("{NOTES}\n[limits]\ncpu_ms = 1000"), &description()).await;
    enable(&admin).await.expect(200);
    let limits = admin.get("/api/v1/plugins/notes").await.expect(200).data()["contract"]["limits"].clone();
    let all = json!({
        "memory_mb": 32, "cpu_ms": 1000, "job_cpu_ms": 2000, "wall_ms": 5000, "detached_wall_ms": 20000,
        "concurrency": 64,
        "cpu_s_per_hour": 3600, "writer_s_per_hour": 1800,
    });
    assert_eq!(limits, all);
}

#[tokio::test]
async fn a_name_of_the_host_is_no_plugins_id() {
    let (app, admin) = offered(&NOTES.replace("\"notes\"\nversion", "\"system\"\nversion"), &json!({})).await;
    admin.post_json("/api/v1/plugins/system/enable", &json!({})).await.expect(404);
    let me = app.sign_in("admin").await.get("/api/v1/auth/me").await.expect(200).text();
    assert!(!me.contains("system:manage"), "{me}");
}

#[tokio::test]
async fn the_contract_shows_who_may_do_what_with_a_table_and_what_everybody_sees_of_it() {
    let (_app, admin) = offered(NOTES, &description()).await;
    let contract = admin.get("/api/v1/plugins/notes").await.expect(200).data()["contract"].clone();
    assert_eq!(
        contract["resources"],
        json!([{
            "name": "notes", "label": {"en": "Notes", "de": "Notizen"}, "path": "/api/v1/notes/notes",
            "read": "content:read", "create": "public", "update": "content:write", "delete": "nobody",
            "public_rows": [{"field": "text", "is": "not_equal", "value": "secret",
                "label": {"en": "Text", "de": "Text"}, "value_label": null}],
            "public_fields": [{"en": "Text", "de": "Text"}],
        }])
    );
}

#[tokio::test]
async fn the_contract_shows_which_events_a_plugin_hears() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    let contract = admin.get("/api/v1/plugins/villain").await.expect(200).data()["contract"].clone();
    assert_eq!(contract["subscriptions"], json!(["villain.laughed"]));
}
