//! What plugins are sent, what they send, and where they lead.

use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::{Value, json};

async fn site() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app
}

async fn fetch(app: &TestApp, url: &str, header: &str, value: &str) -> Answer {
    app.post_json("/api/v1/villain/fetch", &json!({"url": url, "header": header, "value": value})).await
}

#[tokio::test]
async fn a_route_that_reads_bytes_takes_any_media_type() {
    let app = site().await;
    let raw =
        |media: &'static str, body: &'static [u8]| app.call("POST", "/api/v1/villain/raw").body(media, body).send();
    for (media, body) in [("text/plain", b"a=b".as_slice()), ("application/json", b"{broken"), ("image/png", b"\xff\0")]
    {
        assert_eq!(raw(media, body).await.expect(200).data(), json!([media, body.len()]));
    }
    let sql = app.call("POST", "/api/v1/villain/sql").body("text/plain", "{}");
    assert_eq!(sql.send().await.expect(415).code(), "UNSUPPORTED_MEDIA_TYPE");
    let described = app.get("/api/v1/openapi.json").await.expect(200).json();
    let body = &described["paths"]["/api/v1/villain/raw"]["post"]["requestBody"];
    assert!(body["content"]["*/*"].is_object(), "{body}");
}

#[tokio::test]
async fn whatever_stands_in_a_path_a_redirect_leads_to_an_address() {
    let app = site().await;
    let there = |word: &'static str| app.call("POST", &format!("/api/v1/villain/go/{word}")).send();
    for (word, address) in [
        ("plain", "/en/villain/plain"),
        ("a%0Ab", "/en/villain/a%0Ab"),
        ("%C3%BC", "/en/villain/%C3%BC"),
        ("a%20b", "/en/villain/a%20b"),
    ] {
        assert_eq!(there(word).await.expect(303).header("location"), address);
    }
}

#[tokio::test]
async fn headers_about_the_connection_are_not_a_plugins_to_send() {
    let app = site().await;
    let inside = "http://127.0.0.1:9/";
    for name in ["Host", "content-length", "Transfer-Encoding", "connection", "keep-alive", "TE", "Upgrade", "Expect"] {
        let refusal = fetch(&app, inside, name, "x").await.expect(400);
        assert!(
            refusal.text().contains(&format!("The header \\\"{name}\\\" is set by the host")),
            "{}",
            refusal.text()
        );
    }
    fetch(&app, inside, "not a header", "x").await.expect(400);
    let allowed = fetch(&app, inside, "accept", "text/html").await.expect(403);
    assert!(allowed.text().contains("is not a public address"), "{}", allowed.text());
}

#[tokio::test]
async fn a_secret_goes_to_the_hosts_it_was_declared_for_and_can_be_taken_away() {
    let app = site().await;
    let admin = app.sign_in("super_admin").await;
    let set = async |value: Value| {
        let answer = admin.put_json("/api/v1/plugins/villain/settings", &json!({"key": value})).await.expect(200);
        answer.data()["values"]["key"].clone()
    };
    assert_eq!(set(json!("s3cret")).await, json!({"set": true}));
    let refusal = fetch(&app, "http://127.0.0.1:9/", "authorization", "Bearer {secret:key}").await.expect(403);
    assert!(refusal.text().contains("may be sent to https://api.example.com alone"), "{}", refusal.text());
    assert_eq!(set(Value::Null).await, json!({"set": false}));
    assert_eq!(set(Value::Null).await, json!({"set": false}));
    let gone = fetch(&app, "https://api.example.com/", "authorization", "Bearer {secret:key}").await.expect(404);
    assert!(gone.text().contains("has no value yet"), "{}", gone.text());
}

#[tokio::test]
async fn a_media_type_is_the_same_however_it_is_spelt() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let json = app.call("POST", "/api/v1/villain/sql").body("Application/JSON; charset=utf-8", r#"{"sql": "x"}"#);
    assert_ne!(json.send().await.status, 415);
    let form = app.call("POST", "/en/villain/lair").body("Application/X-WWW-Form-Urlencoded", "answer=page");
    form.send().await.expect(200);
}
