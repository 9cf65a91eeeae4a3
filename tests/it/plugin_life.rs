//! Plugins across starts of the site: what stands where, what fails, and what comes back by itself.

use std::fs;
use std::path::PathBuf;

use jiff::SignedDuration;
use magnetiq_tests::{Client, TestApp};
use serde_json::{Value, json};

/// Where a plugin without code, and with a page's place, is unpacked.
fn package(app: &TestApp, id: &str) -> PathBuf {
    app.site.settings.data_dir.plugins().join(id)
}

fn install(app: &TestApp, id: &str, mount: &str) {
    let folder = package(app, id);
    fs::create_dir_all(&folder).unwrap();
    let manifest = format!(
        "id = \"{id}\"\nversion = \"1.0.0\"\napi = \"0.1\"\nname = {{ en = \"{id}\", de = \"{id}\" }}\n\
         description = {{ en = \"A plugin.\", de = \"Ein Plugin.\" }}\nmount = {{ en = \"{mount}\", de = \"{mount}\" }}\n"
    );
    fs::write(folder.join("plugin.toml"), manifest).unwrap();
    fs::write(folder.join("describe.json"), "{}").unwrap();
    app.site.plugins.offer_folder(&app.site.settings.data_dir.plugins());
}

async fn enable(admin: &Client, id: &str, status: u16) -> String {
    admin.post_json(&format!("/api/v1/plugins/{id}/enable"), &json!({})).await.expect(status).text()
}

/// State and its reason.
async fn state(app: &TestApp, id: &str) -> (String, Value) {
    let admin = app.sign_in("super_admin").await;
    let plugin = admin.get(&format!("/api/v1/plugins/{id}")).await.expect(200).data();
    (plugin["state"].as_str().unwrap().to_owned(), plugin["state_reason"].clone())
}

#[tokio::test]
async fn two_plugins_do_not_stand_at_one_address() {
    let app = TestApp::start().await;
    install(&app, "first", "shop");
    install(&app, "second", "shop");
    let admin = app.sign_in("super_admin").await;
    enable(&admin, "first", 200).await;
    let refusal = enable(&admin, "second", 409).await;
    assert!(refusal.contains("The pages of the plugin first stand at /en/shop already."), "{refusal}");
    assert_eq!(state(&app, "second").await, ("available".into(), Value::Null));
    enable(&admin, "first", 200).await;
}

#[tokio::test]
async fn a_plugin_whose_new_version_wants_anothers_address_fails_at_the_start_and_the_other_stays() {
    let app = TestApp::start().await;
    install(&app, "first", "shop");
    install(&app, "second", "market");
    let admin = app.sign_in("super_admin").await;
    enable(&admin, "first", 200).await;
    enable(&admin, "second", 200).await;
    install(&app, "second", "shop");
    let app = app.restart(SignedDuration::ZERO).await;
    assert_eq!(state(&app, "first").await, ("enabled".into(), Value::Null));
    let reason = json!({
        "en": "The pages of the plugin first stand at /en/shop already.",
        "de": "Unter /en/shop stehen schon die Seiten des Plugins first.",
    });
    assert_eq!(state(&app, "second").await, ("failed".into(), reason));
}

#[tokio::test]
async fn a_plugin_that_failed_at_a_start_is_well_again_when_its_reason_is_gone() {
    let app = TestApp::start().await;
    install(&app, "first", "shop");
    let admin = app.sign_in("super_admin").await;
    enable(&admin, "first", 200).await;
    fs::write(package(&app, "first").join("describe.json"), "{broken").unwrap();
    let app = app.restart(SignedDuration::ZERO).await;
    let (failed, reason) = state(&app, "first").await;
    assert!(
        failed == "failed" && reason["de"].as_str().unwrap().contains("wird abgelehnt: describe.json"),
        "{failed} {reason}"
    );

    install(&app, "first", "shop");
    let app = app.restart(SignedDuration::ZERO).await;
    assert_eq!(state(&app, "first").await, ("enabled".into(), Value::Null));
}

#[tokio::test]
async fn a_disabled_plugin_stays_disabled_across_a_start() {
    let app = TestApp::start().await;
    install(&app, "first", "shop");
    let admin = app.sign_in("super_admin").await;
    enable(&admin, "first", 200).await;
    admin.post_json("/api/v1/plugins/first/disable", &json!({})).await.expect(200);
    let app = app.restart(SignedDuration::ZERO).await;
    assert_eq!(state(&app, "first").await, ("disabled".into(), Value::Null));
}
