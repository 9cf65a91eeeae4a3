//! What was not granted does not happen, whoever asks and by whatever way.

use jiff::SignedDuration;
use magnetiq_tests::{Client, Guest, TestApp};
use serde_json::{Value, json};

async fn grant(admin: &Client, plugin: Guest, grants: &Value) {
    admin.put_json(&format!("/api/v1/plugins/{}/grants", plugin.id()), grants).await.expect(200);
}

#[tokio::test]
async fn a_visitor_reads_nobodys_fields_through_a_plugin_and_an_editor_those_that_the_plugin_has_met() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let met = app.post_json("/api/v1/villain/people", &json!({"answer": "ada@example.org"})).await.expect(200).data();
    let (editor, viewer) = (app.sign_in("editor").await, app.sign_in("viewer").await);
    let admin = app.sign_in("super_admin").await;

    let address = format!("/api/v1/villain/people/{met}");
    assert_eq!(app.get(&address).await.expect(403).code(), "FORBIDDEN");
    assert_eq!(viewer.get(&address).await.expect(403).code(), "FORBIDDEN");
    assert_eq!(editor.get(&address).await.expect(200).data(), "ada@example.org");

    app.enable(Guest::Webinars).await;
    let other = super::people::contact(&app, "eve@example.org").await;
    assert_eq!(editor.get(&format!("/api/v1/villain/people/{other}")).await.expect(200).data(), "", "never met");

    grant(&admin, Guest::Villain, &json!({"db": 1, "people": false})).await;
    editor.get(&address).await.expect(403);
    app.post_json("/api/v1/villain/people", &json!({"answer": "bob@example.org"})).await.expect(403);
}

#[tokio::test]
async fn a_plugin_without_the_database_has_no_tables_and_no_resources_until_it_is_granted() {
    let app = TestApp::start().await;
    app.enable_with(Guest::Webinars, &json!({"people": true})).await;
    let admin = app.sign_in("super_admin").await;
    let refusal = admin.get("/api/v1/webinars/topics").await.expect(403);
    assert!(refusal.text().contains("the capability db."), "{}", refusal.text());
    let topic = json!({"title": {"en": "A", "de": "A"}, "slug": "a", "summary": {"en": "A", "de": "A"}});
    admin.post_json("/api/v1/webinars/topics", &topic).await.expect(403);
    grant(&admin, Guest::Webinars, &json!({"db": 10, "people": true})).await;
    admin.get("/api/v1/webinars/topics").await.expect(200);
    admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201);
    grant(&admin, Guest::Webinars, &json!({"people": true})).await;
    admin.get("/api/v1/webinars/topics").await.expect(403);
}

#[tokio::test]
async fn schedules_and_jobs_of_a_plugin_wait_until_they_are_granted() {
    let app = TestApp::start().await;
    app.enable_with(Guest::Webinars, &json!({"db": 10, "people": true, "mail": 10})).await;
    app.advance(SignedDuration::from_hours(25)).await;
    let admin = app.sign_in("super_admin").await;
    let jobs = admin.get("/api/v1/jobs?owner=webinars").await.expect(200).data();
    let waiting = |jobs: &Value| jobs.as_array().unwrap().iter().filter(|job| job["status"] == "queued").count();
    assert_eq!(waiting(&jobs), jobs.as_array().unwrap().len(), "{jobs}");
    assert!(jobs[0]["last_error"].as_str().unwrap_or_default().contains("the capability jobs"), "{jobs}");

    grant(&admin, Guest::Webinars, &json!({"db": 10, "people": true, "mail": 10, "jobs": true})).await;
    app.advance(SignedDuration::from_mins(10)).await;
    let jobs = admin.get("/api/v1/jobs?owner=webinars").await.expect(200).data();
    assert!(jobs.as_array().unwrap().iter().any(|job| job["status"] == "done"), "{jobs}");
}

#[tokio::test]
async fn grants_and_settings_that_an_admin_changes_stand_in_the_audit_as_they_were_and_are() {
    let app = TestApp::start().await;
    app.enable_with(Guest::Webinars, &json!({"db": 10, "people": true})).await;
    let (admin, path) = (app.sign_in("super_admin").await, "/api/v1/plugins/webinars/settings");
    let admin_id = admin.get("/api/v1/auth/me").await.expect(200).data()["id"].clone();
    admin.put_json(path, &json!({"offer_hours": 12})).await.expect(200);
    admin.put_json(path, &json!({"offer_hours": 48})).await.expect(200);
    grant(&admin, Guest::Webinars, &json!({"db": 20, "people": true})).await;
    for (action, field, before, after) in [
        ("set", "settings", json!({"offer_hours": 12}), json!({"offer_hours": 48})),
        ("grant", "grants", json!({"db": 10, "people": true}), json!({"db": 20, "people": true})),
    ] {
        let address = format!("/api/v1/audit?resource=plugins&action={action}&sort=-id");
        let row = admin.get(&address).await.expect(200).data()[0].clone();
        assert_eq!((&row["actor_kind"], &row["actor_id"]), (&json!("user"), &admin_id), "{row}");
        let value = |side: &str| row[side][field].clone();
        assert_eq!((value("before"), value("after")), (before, after), "{row}");
        assert_eq!(row["after"]["plugin"], "webinars");
    }
}
