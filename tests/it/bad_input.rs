//! Nothing that a caller sends makes the host fail: it is refused, and the field is named.

use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::json;

const LOGIN: &str = "/api/v1/auth/login";

async fn send(app: &TestApp, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    app.call("POST", LOGIN).body(media_type, body.into()).send().await
}

#[tokio::test]
async fn wrong_bodies_are_refused_with_the_field() {
    let app = TestApp::start().await;
    let deep = format!("{{\"email\": {}{}}}", "[".repeat(100), "]".repeat(100));
    for (body, status, field) in [
        (&b"{"[..], 400, ""),
        (b"", 400, ""),
        (b"email=a@example.org", 400, ""),
        (b"null", 422, "body"),
        (b"[]", 422, "body"),
        (b"{}", 422, "email"),
        (br#"{"email": 7, "password": "x"}"#, 422, "email"),
        (br#"{"email": {"$ne": ""}, "password": "x"}"#, 422, "email"),
        (br#"{"email": "a@example.org", "password": "x", "role": "super_admin"}"#, 422, "role"),
        (br#"{"email": "a@example.org", "email": "b@example.org", "password": "x"}"#, 422, "email"),
        (b"{\"email\": \"a@example.org\", \"password\": \"\xff\"}", 422, "password"),
        (br#"{"email": "a@example.org", "password": "\ud800"}"#, 422, "password"),
        (br#"{"email": 1e400, "password": "x"}"#, 422, "email"),
        (deep.as_bytes(), 422, "email"),
    ] {
        let text = String::from_utf8_lossy(body).into_owned();
        let answer = send(&app, "application/json", body).await;
        assert_eq!(answer.status, status, "{text}: {}", answer.text());
        let first = answer.fields().into_iter().next().unwrap_or_default();
        assert!(first == field || first.starts_with(&format!("{field}.")), "{text}: {}", answer.text());
    }
}

#[tokio::test]
async fn other_content_than_json_is_named_as_such() {
    let app = TestApp::start().await;
    for media_type in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""] {
        let answer = send(&app, media_type, "{}").await.expect(415);
        assert_eq!(answer.code(), "UNSUPPORTED_MEDIA_TYPE", "{media_type}");
    }
    let _ = send(&app, "Application/JSON; charset=utf-8", "{}").await.expect(422);
}

#[tokio::test]
async fn the_sentence_of_a_field_is_in_the_callers_language() {
    let app = TestApp::start().await;
    let answer = app.call("POST", LOGIN).header("accept-language", "de").json(&json!({})).send().await;
    assert_eq!(answer.json()["error"]["details"][0]["message"], "Dieses Feld ist erforderlich.");
}

#[tokio::test]
async fn strange_paths_are_not_there() {
    let app = TestApp::start().await;
    for path in
        ["/api/v1/%00", "/api/v1/%ff", "/admin/../magnetiq.db", "/admin/%2e%2e/magnetiq.db", "//evil.example", "/%"]
    {
        let answer = app.get(path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.status);
    }
}

#[tokio::test]
async fn what_takes_no_body_is_not_done_for_one() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    let plot = admin.post_json("/api/v1/villain/plots", &json!({"deed": "a:b"})).await.expect(201);
    let plot = format!("/api/v1/villain/plots/{}", plot.data()["id"]);
    let editor = app.sign_in("editor").await.get("/api/v1/auth/me").await.expect(200).data();
    let lock = format!("/api/v1/users/{}/lock", editor["id"]);
    for (method, path) in [
        ("POST", lock.as_str()),
        ("POST", "/api/v1/plugins/villain/disable"),
        ("POST", "/api/v1/villain/write/nothing"),
        ("DELETE", &plot),
    ] {
        for (media_type, body, status) in [
            ("application/json", "{", 400),
            ("application/json", "[]", 422),
            ("application/json", r#"{"zzz": 1}"#, 422),
            ("text/plain", "{}", 415),
        ] {
            let answer = admin.call(method, path).body(media_type, body).send().await;
            assert_eq!(answer.status, status, "{method} {path} {body}: {}", answer.text());
        }
        assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 0, "{path}");
    }
    admin.get(&plot).await.expect(200);
    admin.call("POST", &lock).body("application/json", "{}").send().await.expect(200);
}
