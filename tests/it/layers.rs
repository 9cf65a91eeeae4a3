//! What surrounds every request, in its order: log, headers, rate limit, https, own names, other origins.

use magnetiq_tests::{Answer, Process, Raw, TestApp};

/// A site by https behind a proxy on this machine.
const SECURE: [(&str, &str); 3] =
    [("PUBLIC_URL", "https://www.example.org"), ("ENV", "production"), ("TRUSTED_PROXIES", "127.0.0.1")];

async fn by(app: &TestApp, scheme: &str, method: &str, path: &str) -> Answer {
    let call = app.call(method, path).header("host", "www.example.org");
    call.header("x-forwarded-for", "192.0.2.1").header("x-forwarded-proto", scheme).send().await
}

/// The number in an answer's policy.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let (_, rest) = policy.split_once("script-src 'nonce-").unwrap_or_else(|| panic!("{policy}"));
    rest.split_once('\'').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_page_in_clear_leads_to_its_secure_address() {
    let app = TestApp::start_with(&SECURE).await;
    for (path, to) in [("/", "/"), ("/en/?a=1&b=%2F", "/en/?a=1&b=%2F"), ("//evil.example/", "//evil.example/")] {
        for method in ["GET", "HEAD"] {
            let answer = by(&app, "http", method, path).await.expect(308);
            assert_eq!(answer.header("location"), format!("https://www.example.org{to}"), "{method} {path}");
            assert_eq!(answer.header("x-frame-options"), "DENY");
        }
    }
    by(&app, "https", "GET", "/en/").await.expect(200);
}

#[tokio::test]
async fn what_changes_something_and_what_programs_ask_is_refused_in_clear() {
    let app = TestApp::start_with(&SECURE).await;
    for (method, path) in [
        ("POST", "/en/webinars/rust"),
        ("POST", "/api/v1/auth/login"),
        ("GET", "/api/v1/users"),
        ("DELETE", "/api/v1/users/1"),
    ] {
        let answer = by(&app, "http", method, path).await.expect(400);
        assert_eq!(answer.header("location"), "", "{method} {path}");
    }
    let told = by(&app, "http", "GET", "/api/v1/users").await.json();
    assert_eq!(told["error"]["message"], "This site takes that by https alone.");
    by(&app, "https", "GET", "/api/v1/users").await.expect(401);
}

#[tokio::test]
async fn probes_are_answered_in_clear() {
    let app = TestApp::start_with(&SECURE).await;
    for path in ["/livez", "/readyz", "/health"] {
        by(&app, "http", "GET", path).await.expect(200);
    }
}

#[tokio::test]
async fn a_stranger_who_claims_to_be_a_proxy_is_not_believed() {
    let elsewhere = [SECURE[0], SECURE[1], ("TRUSTED_PROXIES", "10.0.0.0/8"), ("RATE_BURST_REQUESTS", "2")];
    let app = TestApp::start_with(&elsewhere).await;
    // It came past the proxies, whatever it says of itself.
    by(&app, "https", "GET", "/en/").await.expect(308);
    let other = app.call("GET", "/en/").header("x-forwarded-for", "192.0.2.99").send().await;
    other.expect(308);
    let third = app.call("GET", "/en/").header("x-forwarded-for", "192.0.2.98").send().await;
    assert_eq!(third.expect(429).header("retry-after"), "1", "three addresses that are one");
}

#[tokio::test]
async fn without_listed_proxies_nobody_is_sent_in_circles() {
    let app = TestApp::start_with(&SECURE[..2]).await;
    by(&app, "http", "GET", "/en/").await.expect(200);
    let plain = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let call = plain.call("GET", "/en/").header("x-forwarded-proto", "http");
    call.send().await.expect(200);
}

#[tokio::test]
async fn the_layers_stand_in_their_order() {
    let settings =
        [SECURE.as_slice(), &[("RATE_BURST_REQUESTS", "4"), ("CORS_ORIGINS", "https://app.example")]].concat();
    let app = TestApp::start_with(&settings).await;
    let ask = async |scheme: &str, host: &str| {
        let call = app.call("GET", "/en/").header("host", host).header("x-forwarded-proto", scheme);
        call.header("x-forwarded-for", "192.0.2.1").header("origin", "https://app.example").send().await
    };
    // https comes before the names, and the names before other origins.
    assert_eq!(ask("http", "evil.example").await.expect(308).header("location"), "https://www.example.org/en/");
    let stranger = ask("https", "evil.example").await.expect(421);
    assert_eq!(stranger.header("access-control-allow-origin"), "");
    let listed = ask("https", "www.example.org").await.expect(200);
    assert_eq!(listed.header("access-control-allow-origin"), "https://app.example");
    ask("http", "www.example.org").await.expect(308);
    // The rate limit comes before all of them, and headers and log before it.
    for (scheme, host) in [("http", "evil.example"), ("https", "evil.example"), ("https", "www.example.org")] {
        let limited = ask(scheme, host).await.expect(429);
        assert_eq!(limited.header("strict-transport-security"), "max-age=31536000; includeSubDomains");
        assert_ne!(limited.header("x-request-id"), "");
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_the_same_and_nobody_what_runs_here() {
    let app = TestApp::start_with(&SECURE).await;
    for path in ["/en/", "/nowhere", "/api/v1/nothing", "/admin/", "/api/docs", "/livez", "/robots.txt"] {
        let answer = by(&app, "https", "GET", path).await;
        for (name, value) in [
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("x-xss-protection", "0"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("server", ""),
            ("x-powered-by", ""),
            ("via", ""),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        let policy = answer.header("content-security-policy");
        for part in ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        let scripts = policy.split("; ").find(|part| part.starts_with("script-src")).unwrap();
        assert!(!scripts.contains("unsafe"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn without_https_nothing_promises_it() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/en/").await.expect(200).header("strict-transport-security"), "");
}

#[tokio::test]
async fn the_panels_scripts_carry_a_number_of_one_answer_and_public_pages_none() {
    let app = TestApp::start().await;
    let (first, second) = (app.get("/admin/").await.expect(200), app.get("/admin/users/1").await.expect(200));
    for answer in [&first, &second] {
        assert!(answer.text().contains(&format!("nonce=\"{}\"", nonce(answer))), "{}", answer.text());
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(!answer.header("content-security-policy").contains("unsafe-inline"));
    }
    assert_ne!(nonce(&first), nonce(&second));
    assert!(nonce(&first).len() >= 22, "128 bits");
    let public = app.get("/en/").await.expect(200);
    assert!(public.header("content-security-policy").contains("script-src 'self';"));
    assert!(!public.text().contains("nonce"));
}

#[tokio::test]
async fn every_script_of_the_real_panel_carries_the_number() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::serve(folder.path(), &[]);
    let answer = process.visitor().get("/admin/").await.expect(200);
    let (page, own) = (answer.text(), format!("nonce=\"{}\"", nonce(&answer)));
    let scripts: Vec<&str> = page.split("<script").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert!(scripts.len() >= 2 && scripts.iter().all(|script| script.contains(&own)), "{page}");
    process.signal("TERM");
    assert!(process.wait());
}

#[tokio::test]
async fn nobody_can_have_a_request_sent_back() {
    let app = TestApp::start().await;
    for path in ["/", "/en/", "/admin/", "/api/v1/auth/me", "/en/webinars", "/api/v1/webinars/topics", "/livez"] {
        let answer = app.call("TRACE", path).header("cookie", "refresh=secret").send().await;
        assert!([404, 405].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
        assert!(!answer.text().contains("secret"), "{path}");
    }
}

#[tokio::test]
async fn a_request_whose_end_is_told_in_two_ways_opens_no_way_for_a_second_one() {
    let app = TestApp::start().await;
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (lengths, status) in [
        // Chunks count, and the connection ends with the answer.
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "204"),
        ("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "204"),
        ("Content-Length: 4\r\nContent-Length: 5\r\n", "400"),
        ("Content-Length: +4\r\n", "400"),
        ("Transfer-Encoding: chunked, identity\r\n", "400"),
        ("Transfer-Encoding: xchunked\r\n", "400"),
        ("Transfer-Encoding : chunked\r\n", "400"),
    ] {
        let mut connection = Raw::connect(app.address()).await;
        let head = format!("POST /api/v1/auth/logout HTTP/1.1\r\nHost: localhost\r\n{lengths}\r\n");
        assert!(connection.send(format!("{head}0\r\n\r\n{smuggled}")).await);
        let said = connection.rest().await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{lengths}: {said}");
        assert_eq!(said.matches("HTTP/1.1").count(), 1, "{lengths}: {said}");
    }
}

#[tokio::test]
async fn parts_of_an_answer_are_not_asked_for_one_by_one() {
    let app = TestApp::start().await;
    let ranges = (0..1000).map(|at| format!("{at}-{at}")).collect::<Vec<_>>().join(",");
    let answer = app.call("GET", "/en/").header("range", &format!("bytes={ranges}")).send().await.expect(200);
    assert_eq!(answer.header("content-range"), "");
}
