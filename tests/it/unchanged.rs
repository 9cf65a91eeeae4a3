//! What changes nothing leaves no trace, and a PUT leaves nothing of before.

use magnetiq_tests::{Guest, TestApp};
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_that_changes_nothing_keeps_the_version_and_leaves_no_audit_row() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let root = app.sign_in("super_admin").await;
    let title = json!({"en": "A", "de": "A"});
    let topic = json!({"title": title, "slug": "a", "summary": title, "status": "published"});
    let topic = root.post_json("/api/v1/webinars/topics", &topic).await.expect(201).header("location").to_owned();
    let user = json!({"email": "a@example.org", "role": "viewer"});
    let user = root.post_json("/api/v1/users", &user).await.expect(201).header("location").to_owned();
    for (path, list, same) in [
        (&topic, "webinars%2Ftopics", json!({"slug": "a", "status": "published"})),
        (&user, "users", json!({"role": "viewer"})),
    ] {
        let audited = async || {
            let rows = root.get(&format!("/api/v1/audit?resource={list}")).await.expect(200).json();
            rows["pagination"]["total"].as_i64().unwrap()
        };
        let (before, rows) = (root.get(path).await.expect(200), audited().await);
        app.clock.advance(jiff::SignedDuration::from_secs(1));
        for body in [json!({}), same] {
            let answer = root.patch_json(path, &body).await.expect(200);
            assert_eq!((answer.data(), answer.header("etag")), (before.data(), before.header("etag")), "{path} {body}");
        }
        assert_eq!(audited().await, rows, "{path}");
        let other = if list == "users" { json!({"role": "editor"}) } else { json!({"slug": "b"}) };
        let answer = root.patch_json(path, &other).await.expect(200);
        assert_ne!(answer.header("etag"), before.header("etag"));
        assert_eq!(audited().await, rows + 1, "{path}");
    }
}

#[tokio::test]
async fn settings_that_a_put_does_not_name_go_back_to_their_defaults() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let (admin, path) = (app.sign_in("admin").await, "/api/v1/plugins/webinars/settings");
    let described = admin.get(path).await.expect(200).data();
    let field = described["fields"].as_array().unwrap().iter().find(|field| field["secret"] == false).unwrap().clone();
    let name = field["name"].as_str().unwrap();
    let default = described["values"][name].clone();
    let set = match field["kind"].as_str().unwrap() {
        "integer" => json!(default.as_i64().unwrap_or(1) + 1),
        "boolean" => json!(default != true),
        _ => json!("a@example.org"),
    };
    let changed = admin.put_json(path, &json!({name: set})).await.expect(200).data();
    assert_eq!(changed["values"][name], set);
    let cleared = admin.put_json(path, &json!({})).await.expect(200).data();
    assert_eq!(cleared["values"][name], default);
}

#[tokio::test]
async fn a_wrong_grant_is_named_as_it_stands_in_the_body() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("admin").await;
    let wrong = json!({"db": "much", "teleport": true});
    let names = |answer: magnetiq_tests::Answer| Value::from(answer.expect(422).fields());
    let put = admin.put_json("/api/v1/plugins/webinars/grants", &wrong).await;
    assert_eq!(names(put), json!(["db", "teleport"]));
    let enable = admin.post_json("/api/v1/plugins/webinars/enable", &json!({"grants": wrong})).await;
    assert_eq!(names(enable), json!(["grants.db", "grants.teleport"]));
}
