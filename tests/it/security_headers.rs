//! What browsers are told about every answer.

use magnetiq_tests::TestApp;

#[tokio::test]
async fn every_answer_says_what_a_page_may_do() {
    let app = TestApp::start().await;
    for path in ["/livez", "/nowhere", "/api/v1/nothing", "/admin/", "/api/docs"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_ne!(answer.header("referrer-policy"), "", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("object-src 'none'") && policy.contains("base-uri 'none'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn nobody_frames_the_panel() {
    let app = TestApp::start().await;
    assert!(app.get("/admin/").await.header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn answers_of_the_api_are_not_kept() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/api/v1/nothing").await.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_personal_link_sends_no_referrer() {
    let app = TestApp::start().await;
    let answer = app.get("/en/webinars/r/token").await;
    assert_eq!((answer.header("referrer-policy"), answer.header("cache-control")), ("no-referrer", "no-store"));
}
