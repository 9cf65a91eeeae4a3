//! What a plugin answers is read, and its page drawn, before anything of the call is kept.

use magnetiq_tests::{Answer, Guest, TestApp};

async fn villain() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app
}

async fn post(app: &TestApp, path: &str) -> Answer {
    app.call("POST", &format!("/api/v1/villain/{path}")).send().await
}

async fn last_fault(app: &TestApp) -> String {
    let usage = app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    usage["last_fault"]["message"].as_str().unwrap_or_default().to_owned()
}

async fn keeps_nothing(app: &TestApp) {
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 0);
}

#[tokio::test]
async fn an_answer_that_is_none_fails_and_keeps_nothing() {
    let app = villain().await;
    for (answer, reason) in [
        ("elsewhere", "an address out of the site"),
        ("located-elsewhere", "an address out of the site"),
        ("broken", "EOF while parsing"),
        ("failure-as-data", "a status of success"),
        ("unknown", "no kind \"riddle\""),
        ("page", "a page on the API"),
        ("endless", "too much data is being copied"),
    ] {
        assert_eq!(post(&app, &format!("answers/{answer}")).await.expect(502).code(), "PLUGIN_FAILED");
        let fault = last_fault(&app).await;
        assert!(fault.contains(reason), "{answer}: {fault}");
        keeps_nothing(&app).await;
    }
}

#[tokio::test]
async fn a_form_whose_page_cannot_be_drawn_keeps_nothing() {
    let app = villain().await;
    for (answer, reason) in [
        ("page-without-template", "nowhere.html"),
        ("huge-page", "bytes of JSON"),
        ("elsewhere", "an address out of the site"),
    ] {
        app.post_form("/en/villain/lair", &format!("answer={answer}")).await.expect(502);
        let fault = last_fault(&app).await;
        assert!(fault.contains(reason), "{answer}: {fault}");
        keeps_nothing(&app).await;
    }
    let page = app.post_form("/en/villain/lair", "answer=page").await.expect(200);
    assert!(page.text().contains("<h1>Lair</h1>"), "{}", page.text());
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1, "a good page keeps its rows");
}

#[tokio::test]
async fn a_plugin_that_draws_and_draws_is_ended_as_one_that_computes() {
    let app = villain().await;
    post(&app, "render/100000").await.expect(502);
    let fault = last_fault(&app).await;
    assert!(fault.contains("more than it may") || fault.contains("held the database's writer"), "{fault}");
    keeps_nothing(&app).await;
    post(&app, "render/1").await.expect(204);
}

#[tokio::test]
async fn no_more_than_four_mebibytes_go_through_a_call_of_the_host() {
    let app = villain().await;
    post(&app, "hand-over/3").await.expect(204);
    post(&app, "hand-over/5").await.expect(502);
    assert!(last_fault(&app).await.contains("too much data is being copied"));
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
}
