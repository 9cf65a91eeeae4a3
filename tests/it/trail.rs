//! Who changed what through a plugin: the audit names the records, and no secrets.

use magnetiq_tests::{Client, Guest, TestApp};
use serde_json::{Value, json};

use crate::webinar::{announced, rows};

async fn audited(admin: &Client, resource: &str) -> Vec<Value> {
    rows(admin, &format!("/api/v1/audit?sort=id&resource={resource}")).await
}

#[tokio::test]
async fn an_audit_row_of_a_plugins_own_route_names_the_records_that_it_changed() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    let body = json!({"email": "ada@example.org", "name": "Ada", "consent": {"marketing": false}});
    app.post_json(&format!("{session}/registrations"), &body).await.expect(201);
    let told = rows(&admin, "/api/v1/audit?actor_kind=visitor").await;
    assert_eq!(told[0]["after"], json!({"registrations": [1]}), "{told:?}");
    assert_eq!((&told[0]["resource"], &told[0]["record_id"]), (&json!("webinars/sessions"), &json!(1)));
}

#[tokio::test]
async fn the_only_record_that_a_form_changed_is_the_record_of_its_audit_row() {
    let app = TestApp::start().await;
    let (admin, _) = announced(&app).await;
    app.post_form("/en/webinars/heat-pumps", "session=1&email=ada%40example.org&name=Ada").await.expect(303);
    let told = audited(&admin, "webinars/registrations").await;
    let [row] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&row["actor_kind"], &row["record_id"]), (&json!("visitor"), &json!(1)));
    assert_eq!(row["after"], json!({"registrations": [1]}));
    assert!(!row.to_string().contains("ada"), "{row}");
}

#[tokio::test]
async fn who_changes_nothing_leaves_no_audit_row_and_who_writes_from_outside_leaves_one() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    app.call("POST", "/api/v1/villain/go/nowhere").send().await.expect(303);
    assert_eq!(audited(&admin, "villain").await, [] as [Value; 0]);
    app.call("POST", "/api/v1/villain/detached").send().await.expect(204);
    let told = audited(&admin, "villain").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["action"], "POST /detached");
}

#[tokio::test]
async fn that_a_secret_was_set_or_removed_is_told_and_never_its_value() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    for value in [json!("s3cret"), Value::Null] {
        admin.put_json("/api/v1/plugins/villain/settings", &json!({"key": value})).await.expect(200);
    }
    let told = rows(&admin, "/api/v1/audit?sort=id&resource=plugins&action=set").await;
    let secrets: Vec<_> = told.iter().map(|row| &row["after"]["secrets"]).collect();
    assert_eq!(secrets, [&json!({"key": "set"}), &json!({"key": "removed"})]);
    assert!(told.iter().all(|row| !row.to_string().contains("s3cret")), "{told:?}");
}
