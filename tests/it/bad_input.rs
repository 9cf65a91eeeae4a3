//! Nothing that a caller sends makes the host fail: it is refused, and the field is named.

use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::json;

use crate::webinar::announced;

const LOGIN: &str = "/api/v1/auth/login";

async fn send(app: &TestApp, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    app.call("POST", LOGIN).body(media_type, body.into()).send().await
}

/// Bodies that are wrong wherever two texts are wanted, with the status and the field at fault. The texts are called
/// `aaa` and `bbb` here, `OK` is a value for the first, and `\u{1}` stands for a byte that is no UTF-8.
const WRONG_BODIES: [(&str, u16, &str); 14] = [
    ("{", 400, ""),
    ("", 400, ""),
    ("aaa=OK", 400, ""),
    ("null", 422, "body"),
    ("1", 422, "body"),
    ("[]", 422, "body"),
    ("{}", 422, "aaa"),
    (r#"{"aaa": 7, "bbb": "x"}"#, 422, "aaa"),
    (r#"{"aaa": {"$ne": ""}, "bbb": "x"}"#, 422, "aaa"),
    (r#"{"aaa": "OK", "bbb": "x", "zzz": "super_admin"}"#, 422, "zzz"),
    (r#"{"aaa": "OK", "aaa": "OK", "bbb": "x"}"#, 422, "aaa"),
    ("{\"aaa\": \"OK\", \"bbb\": \"\u{1}\"}", 422, "bbb"),
    (r#"{"aaa": "OK", "bbb": "\ud800"}"#, 422, "bbb"),
    (r#"{"aaa": 1e400, "bbb": "x"}"#, 422, "aaa"),
];

#[tokio::test]
async fn wrong_bodies_are_refused_alike_by_the_host_by_plugins_and_by_resources() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    let register = format!("{session}/registrations");
    for (path, names, good) in [
        (LOGIN, ["email", "password"], "a@example.org"),
        (&register, ["email", "name"], "a@example.org"),
        ("/api/v1/webinars/topics", ["slug", "status"], "a-topic"),
    ] {
        let deep = format!("{{\"aaa\": {}{}}}", "[".repeat(100), "]".repeat(100));
        for (body, status, field) in WRONG_BODIES.into_iter().chain([(deep.as_str(), 422, "aaa")]) {
            let renamed = |text: &str| text.replace("aaa", names[0]).replace("bbb", names[1]).replace("OK", good);
            let (text, field) = (renamed(body), renamed(field));
            let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xff } else { byte }).collect();
            let answer = admin.call("POST", path).body("application/json", bytes).send().await;
            assert_eq!(answer.status, status, "{path} {text}: {}", answer.text());
            let fields = answer.fields();
            let is_named = |named: &String| *named == field || named.starts_with(&format!("{field}."));
            let is_right = if field.is_empty() { fields.is_empty() } else { fields.iter().any(is_named) };
            assert!(is_right, "{path} {text}: {}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_method_that_an_address_of_a_plugin_does_not_take_is_refused_with_those_it_takes() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for (method, path, known) in [
        ("GET", format!("{session}/registrations"), "POST"),
        ("DELETE", format!("{session}/cancel"), "POST"),
        ("POST", session.clone(), "DELETE, GET, HEAD, PATCH, PUT"),
        ("DELETE", "/api/v1/webinars/topics".to_owned(), "GET, HEAD, POST"),
        ("GET", format!("{session}/restore"), "POST"),
    ] {
        let answer = admin.call(method, &path).send().await.expect(405);
        assert_eq!((answer.code().as_str(), answer.header("allow")), ("METHOD_NOT_ALLOWED", known), "{method} {path}");
    }
    admin.get(&format!("{session}/nothing")).await.expect(404);
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
