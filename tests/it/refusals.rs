//! Whoever is refused is told why, in their own language; of our own faults they learn no more than the request's id.

use magnetiq::store::{Connection, Owner};
use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::json;

use crate::webinar::announced;

const JSON: &str = "application/json";

/// A request with the status that refuses it.
type Refused<'a> = (&'a str, &'a str, &'a str, &'a [u8], u16);

async fn send(client: &Client, (method, path, media_type, body, status): Refused<'_>, language: &str) -> Answer {
    let call = client.call(method, path).header("accept-language", language);
    let call = if media_type.is_empty() { call } else { call.body(media_type, body.to_vec()) };
    call.send().await.expect(status)
}

/// Every sentence of a refusal.
fn sentences(answer: &Answer) -> Vec<String> {
    let error = answer.json()["error"].clone();
    let details = error["details"].as_array().unwrap().iter().map(|detail| &detail["message"]);
    std::iter::once(&error["message"]).chain(details).map(|told| told.as_str().unwrap().to_owned()).collect()
}

/// Nothing of it stands in the same words in both languages.
async fn speaks_both(client: &Client, request: Refused<'_>) {
    let (english, german) = (send(client, request, "en").await, send(client, request, "de").await);
    let (english, german) = (sentences(&english), sentences(&german));
    assert_eq!(english.len(), german.len(), "{request:?}: {english:?}, {german:?}");
    for (english, german) in english.iter().zip(&german) {
        assert_ne!(english, german, "{request:?}");
        let strays = ["expected", "a whole", "an object", "true or false"];
        assert!(!strays.iter().any(|words| german.contains(words)), "{german}");
    }
}

#[tokio::test]
async fn every_kind_of_refusal_speaks_the_callers_language() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    app.enable(Guest::Villain).await;
    let registrations = format!("{session}/registrations");
    let large = format!("{{\"deed\": \"{}\"}}", "x".repeat(2 << 20));
    let (topic, plots) = ("/api/v1/webinars/topics/1", "/api/v1/villain/plots");
    for request in [
        ("POST", plots, JSON, &b"{"[..], 400),
        ("GET", "/api/v1/nothing", "", b"", 404),
        ("GET", "/api/v1/plugins/nothing", "", b"", 404),
        ("DELETE", "/api/v1/openapi.json", "", b"", 405),
        ("DELETE", plots, "", b"", 405),
        ("PUT", "/api/v1/villain/sql", JSON, b"{}", 405),
        ("POST", plots, "text/plain", b"{}", 415),
        ("POST", plots, JSON, large.as_bytes(), 413),
        ("PUT", "/api/v1/plugins/villain/settings", JSON, br#"{"key": 7}"#, 422),
        ("PUT", "/api/v1/plugins/villain/grants", JSON, br#"{"db": "x", "people": 1}"#, 422),
        ("POST", plots, JSON, br#"{"deed": 7}"#, 422),
        ("POST", plots, JSON, b"{\"deed\": \"a\\u0000b\"}", 422),
        ("POST", plots, JSON, b"{\"deed\": \"\xff\"}", 422),
        ("POST", plots, JSON, b"[]", 422),
        ("PATCH", topic, JSON, br#"{"title": "x"}"#, 422),
        ("PATCH", topic, JSON, br#"{"title": {"en": 7}}"#, 422),
        ("PATCH", &session, JSON, br#"{"capacity": "x", "topic_id": "x", "starts_at": "x", "time_zone": "x"}"#, 422),
        ("GET", "/api/v1/webinars/topics?page=x&trash=x&sort=x&zzz=1", "", b"", 422),
        ("GET", "/api/v1/people?page=0", "", b"", 422),
        ("POST", &registrations, JSON, br#"{"email": 7, "name": 7, "consent": "x"}"#, 422),
        (
            "POST",
            &registrations,
            JSON,
            br#"{"email": "a@example.org", "name": "A", "consent": {"marketing": "x"}}"#,
            422,
        ),
        ("POST", "/api/v1/villain/write/panic", "", b"", 502),
    ] {
        speaks_both(&admin, request).await;
    }
    for request in [
        ("GET", "/api/v1/people", "", &b""[..], 401),
        ("POST", "/api/v1/auth/login", JSON, br#"{"email": 7, "password": true}"#, 422),
        ("POST", "/api/v1/auth/login", JSON, br#"{"email": "a@example.org", "password": "x"}"#, 401),
    ] {
        speaks_both(&app, request).await;
    }
    let viewer = app.sign_in("viewer").await;
    speaks_both(&viewer, ("POST", plots, JSON, br#"{"deed": "x"}"#, 403)).await;
}

/// A site with a list that cannot be read, and what its admin is told of that.
async fn told_of_our_fault(settings: &[(&'static str, &str)]) -> (Answer, String) {
    let app = TestApp::start_with(settings).await;
    let admin = app.sign_in("super_admin").await;
    let hide = |unit: &Connection| Ok(unit.execute("ALTER TABLE mails RENAME TO hidden", [])?);
    app.site.store.write(Owner::Core, move |unit| hide(unit)).await.unwrap();
    let answer = admin.get("/api/v1/mail").await.expect(500);
    assert_eq!(answer.code(), "INTERNAL");
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    (answer, message)
}

#[tokio::test]
async fn of_our_own_fault_a_caller_learns_the_requests_id_alone_and_a_developer_the_cause() {
    let staging = [("ENV", "staging"), ("PUBLIC_URL", "http://127.0.0.1")];
    let (answer, message) = told_of_our_fault(&staging).await;
    let id = answer.header("x-request-id");
    assert_eq!(message, format!("Something went wrong on our side. Request {id}."));
    assert_eq!(answer.json()["error"]["details"], json!([]));
    assert!(!answer.text().contains("mails"), "{}", answer.text());

    let (answer, message) = told_of_our_fault(&[("ENV", "development")]).await;
    let id = answer.header("x-request-id");
    assert!(message.contains(id) && message.contains("no such table: mails"), "{message}");
}
