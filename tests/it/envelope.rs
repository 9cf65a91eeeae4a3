//! Answers and refusals have one shape.

use magnetiq_tests::TestApp;
use serde_json::json;

#[tokio::test]
async fn success_has_data_and_message_and_nothing_else() {
    let app = TestApp::start().await;
    let answer = app.get("/livez").await.expect(200);
    assert_eq!(answer.json(), json!({"success": true, "data": {"status": "ok"}, "message": "OK"}));
    assert_eq!(answer.header("content-type"), "application/json");
}

#[tokio::test]
async fn an_unknown_api_path_is_refused_in_the_envelope() {
    let app = TestApp::start().await;
    let answer = app.get("/api/v1/nothing").await.expect(404);
    let message = "There is nothing at this address.";
    assert_eq!(
        answer.json(),
        json!({"success": false, "error": {"code": "NOT_FOUND", "message": message, "details": []}})
    );
}

#[tokio::test]
async fn an_unknown_page_is_a_page_in_the_callers_language() {
    let app = TestApp::start().await;
    let page = app.call("GET", "/nowhere").header("accept-language", "de").send().await.expect(404);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.text().contains("<html lang=\"de\"") && page.text().contains("Hier ist keine Seite"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn an_unknown_method_is_refused_with_those_that_are_known() {
    let app = TestApp::start().await;
    let answer = app.delete("/api/v1/openapi.json").await.expect(405);
    assert_eq!((answer.code().as_str(), answer.header("allow")), ("METHOD_NOT_ALLOWED", "GET,HEAD"));
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let app = TestApp::start().await;
    let answer = app.call("HEAD", "/livez").send().await.expect(200);
    assert!(answer.body.is_empty());
}

#[tokio::test]
async fn a_request_keeps_its_id_or_gets_one() {
    let app = TestApp::start().await;
    let own = app.call("GET", "/livez").header("x-request-id", "check-7").send().await;
    assert_eq!(own.header("x-request-id"), "check-7");
    for sent in ["", "two words", "<script>", &"x".repeat(65)] {
        let given = app.call("GET", "/livez").header("x-request-id", sent).send().await;
        assert_eq!(given.header("x-request-id").len(), 16, "{sent}");
    }
}

#[tokio::test]
async fn the_probes_answer() {
    let app = TestApp::start().await;
    for path in ["/livez", "/readyz", "/health"] {
        assert_eq!(app.get(path).await.expect(200).data()["status"], "ok");
    }
    let checks = app.get("/health").await.expect(200).data()["checks"].clone();
    for part in ["database", "disk", "mail", "jobs", "plugins"] {
        assert_eq!(checks[part], "ok", "{part}");
    }
}
