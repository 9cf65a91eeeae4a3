//! What a request says of itself is taken at its word: parameters, alphabets, packing, and what its sender reads.

use magnetiq_tests::{Guest, Process, TestApp};
use serde_json::json;

#[tokio::test]
async fn a_parameter_that_a_route_of_the_api_does_not_know_or_that_stands_twice_is_named() {
    let app = TestApp::start().await;
    let admin = app.sign_in("super_admin").await;
    let user = admin.post_json("/api/v1/users", &json!({"email": "a@example.org", "role": "viewer"})).await.expect(201);
    let user = user.header("location").to_owned();
    for (method, path) in [
        ("GET", "/api/v1/auth/me"),
        ("POST", "/api/v1/auth/logout"),
        ("GET", "/api/v1/plugins"),
        ("GET", "/api/v1/plugins/webinars"),
        ("POST", "/api/v1/plugins/webinars/disable"),
        ("GET", "/api/v1/panel"),
        ("GET", "/api/v1/openapi.json"),
        ("GET", user.as_str()),
        ("DELETE", user.as_str()),
        ("POST", &format!("{user}/lock")),
        ("GET", "/api/v1/audit"),
        ("GET", "/api/v1/people"),
    ] {
        let answer = admin.call(method, &format!("{path}?force=1&a=1&a=2")).send().await.expect(422);
        assert_eq!(answer.fields(), ["a"], "{method} {path}");
        let answer = admin.call(method, &format!("{path}?force=1")).send().await.expect(422);
        assert_eq!(answer.fields(), ["force"], "{method} {path}");
    }
    let _ = admin.get(&user).await.expect(200);
    // Links from elsewhere carry parameters of their own.
    let _ = app.get("/en/?utm_source=letter").await.expect(200);
}

#[tokio::test]
async fn routes_and_tables_of_a_plugin_name_unknown_parameters_too() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let editor = app.sign_in("editor").await;
    let title = json!({"en": "A", "de": "A"});
    let body = json!({"title": title, "slug": "a", "summary": title, "status": "published"});
    let topics = "/api/v1/webinars/topics";
    assert_eq!(editor.post_json(&format!("{topics}?x=1"), &body).await.expect(422).fields(), ["x"]);
    let _ = editor.post_json(topics, &body).await.expect(201);
    for path in [format!("{topics}/1"), topics.to_owned(), "/api/v1/webinars/sessions".to_owned()] {
        assert_eq!(editor.get(&format!("{path}?x=1")).await.expect(422).fields(), ["x"], "{path}");
        assert_eq!(editor.get(&format!("{path}?page=1&page=2")).await.expect(422).fields(), ["page"], "{path}");
    }
    let cancel = editor.post_json("/api/v1/webinars/sessions/1/cancel?x=1", &json!({})).await.expect(422);
    assert_eq!(cancel.fields(), ["x"]);
}

#[tokio::test]
async fn bodies_in_another_alphabet_or_packed_are_no_media_type_of_ours() {
    let app = TestApp::start().await;
    let login = "/api/v1/auth/login";
    for (media_type, coding, status) in [
        ("application/json; charset=utf-16", "identity", 415),
        ("application/json; charset=\"ISO-8859-1\"", "identity", 415),
        ("application/json", "gzip", 415),
        ("application/json", "identity, br", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", "identity", 415),
        ("application/json; charset=UTF-8", "identity", 422),
    ] {
        let call = app.call("POST", login).body(media_type, "{}").header("content-encoding", coding);
        let answer = call.send().await.expect(status);
        assert!(status == 422 || answer.code() == "UNSUPPORTED_MEDIA_TYPE", "{media_type} {coding}");
    }
}

#[tokio::test]
async fn who_reads_nothing_that_is_answered_is_told_before_anything_is_done() {
    let app = TestApp::start().await;
    let root = app.sign_in("super_admin").await;
    let user = json!({"email": "a@example.org", "role": "viewer"});
    let call = root.call("POST", "/api/v1/users").json(&user).header("accept", "text/html");
    assert_eq!(call.send().await.expect(406).code(), "NOT_ACCEPTABLE");
    assert_eq!(root.get("/api/v1/users").await.expect(200).json()["pagination"]["total"], 1);
    for (path, accept, status) in [
        ("/api/v1/users", "application/xml", 406),
        ("/api/v1/users", "application/json;q=0", 406),
        ("/api/v1/users", "application/*", 200),
        ("/api/v1/users", "text/html, */*;q=0.1", 200),
        ("/api/v1/people.csv", "application/json", 406),
        ("/api/v1/people.csv", "text/csv", 200),
        ("/api/docs", "application/json", 200),
    ] {
        let answer = root.call("GET", path).header("accept", accept).send().await;
        assert_eq!(answer.status, status, "{path} {accept}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_error_page_speaks_the_language_that_its_reader_asks_for() {
    let app = TestApp::start().await;
    for (accept, path) in [("*/*", "/nowhere"), ("text/html", "/nowhere"), ("*/*", "/de/nirgends")] {
        let call = app.call("GET", path).header("accept", accept).header("accept-language", "de");
        let page = call.send().await.expect(404).text();
        assert!(page.contains("<html lang=\"de\""), "{accept} {path}: {page}");
        assert!(!page.contains("There is nothing at this address"), "{accept} {path}: {page}");
    }
    // What comes before the site itself, too.
    let call = app.call("GET", "/").header("host", "elsewhere.example").header("accept-language", "de");
    let page = call.send().await.expect(421).text();
    assert!(page.contains("lang=\"de\"") && !page.contains("This server"), "{page}");
    let json = app.call("GET", "/nowhere").header("accept", "application/json").send().await.expect(404);
    assert_eq!(json.code(), "NOT_FOUND");
}

#[test]
fn a_password_that_is_no_text_is_the_callers_fault() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let arguments =
        ["user", "add", "--data-dir", &path, "--email", "a@example.org", "--role", "admin", "--password-stdin"];
    let output = Process::run_with_input(&arguments, b"correct horse \xff\xfe staple");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("not UTF-8") && !said.contains("our side"), "{said}");
}
