//! Which names and origins are served.

use magnetiq_tests::{Raw, TestApp};

#[tokio::test]
async fn a_strange_host_is_misdirected() {
    let app = TestApp::start().await;
    let answer = app.call("GET", "/api/v1/openapi.json").header("host", "evil.example").send().await.expect(421);
    assert_eq!(answer.code(), "MISDIRECTED_REQUEST");
    let _ = app.call("GET", "/api/v1/openapi.json").header("host", "LOCALHOST:99").send().await.expect(200);
}

#[tokio::test]
async fn a_request_line_that_names_a_host_counts_more_than_the_header() {
    let app = TestApp::start().await;
    for (target, status) in [("http://evil.example/api/v1/openapi.json", "421"), ("http://localhost/livez", "200")] {
        let mut connection = Raw::connect(app.address()).await;
        assert!(connection.send(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await);
        let answer = connection.next().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{target}: {answer}");
    }
}

#[tokio::test]
async fn probes_are_answered_under_any_name() {
    let app = TestApp::start().await;
    let _ = app.call("GET", "/livez").header("host", "10.1.2.3").send().await.expect(200);
}

#[tokio::test]
async fn in_production_only_the_public_name_is_ours() {
    let app = TestApp::start_with(&[("ENV", "production"), ("PUBLIC_URL", "https://www.example.org")]).await;
    let _ = app.get("/api/v1/openapi.json").await.expect(421);
    let ours = app.call("GET", "/api/v1/openapi.json").header("host", "www.example.org").send().await.expect(200);
    assert!(ours.header("strict-transport-security").starts_with("max-age=31536000"));
}

#[tokio::test]
async fn only_listed_origins_may_call_from_a_browser() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "https://app.example.org")]).await;
    let preflight = |origin: &'static str| {
        let call = app.call("OPTIONS", "/api/v1/openapi.json").header("origin", origin);
        call.header("access-control-request-method", "GET").send()
    };
    let listed = preflight("https://app.example.org").await.expect(204);
    assert_eq!(listed.header("access-control-allow-origin"), "https://app.example.org");
    let stranger = preflight("https://evil.example").await.expect(405);
    assert_eq!(stranger.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn strangers_may_not_write_as_often_as_they_like() {
    let proxied = [("TRUSTED_PROXIES", "127.0.0.1"), ("RATE_BURST", "3")];
    let app = TestApp::start_with(&proxied).await;
    let write = |from: &'static str| app.call("POST", "/api/v1/nothing").header("x-forwarded-for", from).send();
    for _ in 0..3 {
        let _ = write("192.0.2.1").await.expect(404);
    }
    let refused = write("192.0.2.1").await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "1"));
    let _ = write("192.0.2.2").await.expect(404);
    app.advance(jiff::SignedDuration::from_secs(1)).await;
    let _ = write("192.0.2.1").await.expect(404);
    let _ = app.call("GET", "/livez").header("x-forwarded-for", "192.0.2.1").send().await.expect(200);
}
