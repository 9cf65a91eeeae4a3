//! A plugin that is taken away: with its data, or without.

use std::fs;

use magnetiq_package::archive;
use magnetiq_tests::{Client, Guest, TestApp};
use serde_json::{Value, json};

/// A site where hello was installed and enabled, and its admin.
async fn greeting() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let admin = app.sign_in("super_admin").await;
    let package = Guest::Hello.signed();
    admin.call("POST", "/api/v1/plugins/packages").body("application/zip", package).send().await.expect(201);
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    (app, admin)
}

async fn uninstall(admin: &Client, data: &str) -> Value {
    admin.post_json("/api/v1/plugins/hello/uninstall", &json!({"data": data})).await.expect(200).data()
}

async fn state(admin: &Client) -> Value {
    admin.get("/api/v1/plugins/hello").await.expect(200).data()["state"].clone()
}

#[tokio::test]
async fn data_that_are_kept_are_there_when_the_plugin_comes_back() {
    let (app, admin) = greeting().await;
    assert_eq!(uninstall(&admin, "keep").await, json!({"id": "hello", "export": null}));
    assert_eq!(app.get("/api/v1/hello/greetings").await.status, 404);
    assert_eq!(state(&admin).await, "uninstalled");
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    assert_eq!(app.get("/api/v1/hello/greetings").await.expect(200).data(), json!(["Hello, world!"]));
    assert_eq!(state(&admin).await, "enabled");
}

#[tokio::test]
async fn data_that_are_deleted_were_exported_before_and_the_package_goes_with_them() {
    let (app, admin) = greeting().await;
    let export = uninstall(&admin, "delete").await["export"].as_str().unwrap().to_owned();
    let parts = archive::read(&fs::read(&export).unwrap()).unwrap();
    let rows = String::from_utf8(parts["p_hello__greetings.jsonl"].clone()).unwrap();
    let row: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
    assert_eq!((&row["text"], rows.lines().count()), (&json!("Hello, world!"), 1));

    assert_eq!(admin.get("/api/v1/plugins/hello").await.status, 404);
    assert_eq!(fs::read_dir(app.folder().join("plugins")).unwrap().count(), 0);
    assert!(app.site.store.plugin_tables("hello").is_empty());
}

#[tokio::test]
async fn a_plugin_of_the_binary_loses_its_data_and_can_be_enabled_anew() {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let admin = app.sign_in("super_admin").await;
    uninstall(&admin, "delete").await;
    assert_eq!(state(&admin).await, "available");
    assert_eq!(uninstall(&admin, "delete").await["export"], Value::Null, "there is nothing left to export");
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    assert_eq!(app.get("/api/v1/hello/greetings").await.expect(200).data(), json!(["Hello, world!"]));
}

#[tokio::test]
async fn who_did_it_is_in_the_audit_and_what_to_do_with_the_data_must_be_said() {
    let (_app, admin) = greeting().await;
    let refusal = admin.post_json("/api/v1/plugins/hello/uninstall", &json!({})).await.expect(422);
    assert!(refusal.text().contains("\"data\""), "{}", refusal.text());
    uninstall(&admin, "keep").await;
    let rows = admin.get("/api/v1/audit?resource=plugins&sort=-id&per_page=1").await.expect(200).data();
    assert_eq!((&rows[0]["action"], &rows[0]["before"]["version"]), (&json!("uninstall"), &json!("0.1.0")));
}

#[tokio::test]
async fn what_was_installed_is_told_from_what_is_part_of_the_binary_and_alone_goes_away() {
    let app = TestApp::start().await;
    app.site.plugins.offer(Guest::Hello.package()).unwrap();
    let admin = app.sign_in("super_admin").await;
    let install = async |package| {
        admin.call("POST", "/api/v1/plugins/packages").body("application/zip", package).send().await.expect(201);
    };
    let told = async || {
        let plugin = admin.get("/api/v1/plugins/hello").await.expect(200).data();
        (plugin["version"].clone(), plugin["installed"].clone())
    };
    install(Guest::Hello.signed()).await;
    assert_eq!(told().await, (json!("0.1.0"), json!(false)), "the binary has that one already");
    install(Guest::Hello.version("0.2.0")).await;
    assert_eq!(told().await, (json!("0.2.0"), json!(true)));
    uninstall(&admin, "delete").await;
    assert_eq!(told().await, (json!("0.1.0"), json!(false)));
}
