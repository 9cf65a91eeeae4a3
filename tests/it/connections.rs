//! Connections within their times and numbers.

use std::time::{Duration, Instant};

use magnetiq_tests::{Raw, TestApp};

#[tokio::test]
async fn a_slow_head_ends_the_connection() {
    let app = TestApp::start_with(&[("HEADER_TIMEOUT", "1")]).await;
    for sent in ["", "P", "GET /livez HTTP/1.1\r\nHost: local"] {
        let started = Instant::now();
        let mut connection = Raw::connect(app.address()).await;
        assert!(connection.send(sent).await);
        let said = connection.rest().await;
        assert!(!said.contains("200 OK"), "{said}");
        assert!(started.elapsed() < Duration::from_secs(5), "{sent:?} was given {:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_slow_body_is_given_up() {
    let app = TestApp::start_with(&[("BODY_TIMEOUT", "1")]).await;
    let mut connection = Raw::connect(app.address()).await;
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Content-Length: 100\r\n\r\n{";
    assert!(connection.send(head).await);
    assert!(connection.next().await.starts_with("HTTP/1.1 400"));
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused_however_it_comes() {
    let app = TestApp::start_with(&[("BODY_LIMIT", "100")]).await;
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(200));
    let announced = app.call("POST", "/api/v1/auth/login").body("application/json", large.clone()).send().await;
    assert_eq!(announced.expect(413).code(), "PAYLOAD_TOO_LARGE");
    let mut connection = Raw::connect(app.address()).await;
    let chunk = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let head = "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
        Transfer-Encoding: chunked\r\n\r\n";
    assert!(connection.send(format!("{head}{chunk}")).await);
    assert!(connection.next().await.starts_with("HTTP/1.1 413"));
}

#[tokio::test]
async fn a_full_house_refuses_at_once() {
    let app = TestApp::start_with(&[("MAX_CONNECTIONS", "1")]).await;
    let mut first = Raw::connect(app.address()).await;
    assert!(first.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await);
    assert!(first.next().await.starts_with("HTTP/1.1 200"));
    let mut second = Raw::connect(app.address()).await;
    let refusal = second.rest().await;
    assert!(refusal.starts_with("HTTP/1.1 503") && refusal.contains("Retry-After: 1"), "{refusal}");
}

#[tokio::test]
async fn too_long_an_address_and_too_many_headers_are_refused() {
    let app = TestApp::start().await;
    let path = format!("/api/v1/{}", "a".repeat(9000));
    assert_eq!(app.get(&path).await.expect(400).code(), "BAD_REQUEST");
    let mut connection = Raw::connect(app.address()).await;
    let many: String = (0..100).map(|number| format!("X-{number}: 1\r\n")).collect();
    let long = format!("X-Long: {}\r\n", "a".repeat(40_000));
    for headers in [&many, &long] {
        assert!(connection.send(format!("GET /livez HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")).await);
        let refusal = connection.next().await;
        assert!(refusal.starts_with("HTTP/1.1 400") && refusal.contains("\"code\":\"BAD_REQUEST\""), "{refusal}");
    }
    // What is far beyond is not even read.
    assert!(connection.send(format!("GET /livez HTTP/1.1\r\nHost: localhost\r\n{many}{many}\r\n")).await);
    assert!(connection.next().await.starts_with("HTTP/1.1 431"));
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_up_the_end() {
    let mut app = TestApp::start().await;
    let mut connection = Raw::connect(app.address()).await;
    assert!(connection.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await);
    assert!(connection.next().await.starts_with("HTTP/1.1 200"));
    let started = Instant::now();
    app.end().await;
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_request_in_flight_is_answered_before_the_end() {
    let mut app = TestApp::start().await;
    let mut connection = Raw::connect(app.address()).await;
    let body = "{\"email\": \"a@example.org\", \"password\": \"wrong\"}";
    let head = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    assert!(connection.send(head).await);
    // The server has the head when it has answered on another connection.
    let _ = app.get("/livez").await.expect(200);
    app.begin_end();
    assert!(connection.send(body).await);
    let answer = connection.rest().await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    app.end().await;
}
