//! What browsers are told about every answer.

use magnetiq_tests::TestApp;

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
