//! The villain's deeds in the calls that no visitor makes: each ends soon with the right error, leaves nothing behind and
//! holds nobody up.

use jiff::SignedDuration;
use magnetiq::site::BlockRequest;
use magnetiq_contract::block::Block;
use magnetiq_contract::text::Locale;
use magnetiq_tests::{Client, Guest, TestApp};
use serde_json::{Value, json};

/// Deeds, and what the admin reads of them. Inside a transaction the limit of the writer's time may come first.
const DEEDS: [(&str, &str); 3] =
    [("loop", "more than it may"), ("query", "no time left"), ("panic", "the villain laughs")];
const HELD: &str = "held the database's writer for too long";

async fn site() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app.enable(Guest::Hello).await;
    app
}

async fn plot(admin: &Client, deed: &str) -> magnetiq_tests::Answer {
    admin.post_json("/api/v1/villain/plots", &json!({"deed": deed})).await
}

/// It is told on the plugin's page, nothing of it is there, and a good call still works.
async fn has_failed_alone(app: &TestApp, deed: &str, reason: &str) {
    let admin = app.sign_in("super_admin").await;
    let usage = admin.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    let fault = usage["last_fault"]["message"].as_str().unwrap_or_default();
    assert!(fault.contains(reason) || fault.contains(HELD), "{deed}: {usage}");
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 0, "{deed}");
    app.get("/api/v1/hello/greetings").await.expect(200);
}

/// The newest job of this name.
async fn job(app: &TestApp, name: &str) -> Value {
    let admin = app.sign_in("super_admin").await;
    let jobs = admin.get("/api/v1/jobs?owner=villain&sort=-id").await.expect(200).data();
    jobs.as_array().unwrap().iter().find(|job| job["name"] == name).cloned().expect("a job")
}

#[tokio::test]
async fn in_a_hook() {
    let app = site().await;
    let admin = app.sign_in("super_admin").await;
    for (deed, reason) in DEEDS {
        assert_eq!(plot(&admin, deed).await.expect(502).code(), "PLUGIN_FAILED");
        has_failed_alone(&app, deed, reason).await;
        assert_eq!(admin.get("/api/v1/villain/plots").await.expect(200).data(), json!([]), "{deed}");
    }
}

#[tokio::test]
async fn in_a_job() {
    let app = site().await;
    for (deed, reason) in DEEDS {
        app.call("POST", &format!("/api/v1/villain/schemes/{deed}")).send().await.expect(204);
        app.settle().await;
        has_failed_alone(&app, deed, reason).await;
        let job = job(&app, "scheme").await;
        assert_eq!((&job["status"], &job["attempts"]), (&json!("queued"), &json!(1)), "tried again later: {job}");
        assert!(!job["last_error"].as_str().unwrap().is_empty(), "{job}");
    }
}

#[tokio::test]
async fn in_an_event() {
    let app = site().await;
    for (deed, reason) in DEEDS {
        app.call("POST", &format!("/api/v1/villain/laughs/{deed}")).send().await.expect(204);
        app.settle().await;
        has_failed_alone(&app, deed, reason).await;
        let job = job(&app, "event:villain.laughed").await;
        assert_eq!((&job["status"], &job["attempts"]), (&json!("queued"), &json!(1)), "{job}");
    }
}

#[tokio::test]
async fn in_a_schedule() {
    for (deed, reason) in DEEDS {
        let app = site().await;
        plot(&app.sign_in("super_admin").await, &format!("nightly:{deed}")).await.expect(201);
        app.advance(SignedDuration::from_hours(24)).await;
        has_failed_alone(&app, deed, reason).await;
        let job = job(&app, "nightly").await;
        assert_eq!((&job["status"], &job["attempts"]), (&json!("queued"), &json!(1)), "{job}");
    }
}

#[tokio::test]
async fn in_a_block() {
    let app = site().await;
    for (deed, reason) in DEEDS {
        let block = Block { name: "mask".into(), props: json!({"deed": deed}), locale: Locale::En };
        let drawn = app.site.plugins.draw_block(BlockRequest { plugin: "villain".into(), block }).await;
        assert_eq!(drawn.expect_err("a failure").code().name(), "PLUGIN_FAILED");
        has_failed_alone(&app, deed, reason).await;
    }
}

#[tokio::test]
async fn in_a_step_of_life() {
    for (deed, reason) in DEEDS {
        let app = site().await;
        let admin = app.sign_in("super_admin").await;
        plot(&admin, &format!("enable:{deed}")).await.expect(201);
        admin.post_json("/api/v1/plugins/villain/disable", &json!({})).await.expect(200);
        assert_eq!(
            admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(502).code(),
            "PLUGIN_FAILED"
        );
        let plugin = admin.get("/api/v1/plugins/villain").await.expect(200).data();
        assert_eq!(plugin["state"], "disabled", "{plugin}");
        let fault = plugin["usage"]["last_fault"].to_string();
        assert!(fault.contains(reason) || fault.contains(HELD), "{deed}: {fault}");
        app.get("/api/v1/hello/greetings").await.expect(200);
    }
}
