//! A plugin that fails ten times in a minute is left alone for a while; everybody else goes on, and an admin sees why.

use jiff::SignedDuration;
use magnetiq::site::BlockRequest;
use magnetiq_contract::block::Block;
use magnetiq_contract::text::Locale;
use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::{Value, json};

async fn site() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app.enable(Guest::Hello).await;
    app
}

async fn fail(app: &TestApp, times: usize) {
    for _ in 0..times {
        app.get("/api/v1/villain/read/panic").await.expect(502);
    }
}

/// A site whose villain has just failed once too often.
async fn quarantined() -> TestApp {
    let app = site().await;
    fail(&app, 10).await;
    app
}

async fn count(app: &TestApp) -> Answer {
    app.get("/api/v1/villain/count").await
}

async fn plugin(admin: &Client) -> Value {
    admin.get("/api/v1/plugins/villain").await.expect(200).data()
}

async fn block(app: &TestApp, deed: &str) -> Option<String> {
    let block = Block { name: "mask".into(), props: json!({"deed": deed}), locale: Locale::En };
    let drawn = app.site.public.blocks.render(BlockRequest { plugin: "villain".into(), block }).await;
    drawn.map(|block| block.html)
}

#[tokio::test]
async fn ten_failures_in_a_minute_close_its_routes_and_no_others() {
    let app = site().await;
    fail(&app, 9).await;
    count(&app).await.expect(200);
    fail(&app, 1).await;
    let refused = count(&app).await.expect(503);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("UNAVAILABLE", "30"));
    assert!(refused.text().contains("The plugin villain"), "{}", refused.text());
    app.clock.advance(SignedDuration::from_secs(20));
    let page = app.call("GET", "/de/schurke/lair").header("accept", "text/html").send().await.expect(503);
    assert_eq!(page.header("retry-after"), "10");
    assert!(page.text().contains("<html lang=\"de\"") && page.text().contains("ruht"), "{}", page.text());
    app.get("/api/v1/hello/greetings").await.expect(200);
}

#[tokio::test]
async fn refusals_and_failures_of_more_than_a_minute_do_not_count() {
    let app = site().await;
    for _ in 0..20 {
        app.get("/api/v1/villain/nowhere").await.expect(404);
        app.get("/api/v1/villain/select?sql=SELECT+1+FROM+users").await.expect(403);
    }
    for _ in 0..3 {
        fail(&app, 9).await;
        app.clock.advance(SignedDuration::from_mins(1));
    }
    count(&app).await.expect(200);
}

#[tokio::test]
async fn a_page_that_still_holds_is_shown_all_the_same() {
    let app = site().await;
    app.get("/en/villain/lair").await.expect(200);
    fail(&app, 10).await;
    app.get("/en/villain/lair").await.expect(200);
}

#[tokio::test]
async fn after_the_pause_one_good_call_ends_it() {
    let app = quarantined().await;
    app.clock.advance(SignedDuration::from_secs(30));
    count(&app).await.expect(200);
    fail(&app, 9).await;
    count(&app).await.expect(200);
}

#[tokio::test]
async fn a_call_that_fails_after_the_pause_makes_the_next_one_twice_as_long() {
    let app = quarantined().await;
    app.clock.advance(SignedDuration::from_secs(30));
    fail(&app, 1).await;
    assert_eq!(count(&app).await.expect(503).header("retry-after"), "60");
    app.clock.advance(SignedDuration::from_secs(59));
    count(&app).await.expect(503);
    app.clock.advance(SignedDuration::from_secs(1));
    count(&app).await.expect(200);
}

#[tokio::test]
async fn a_page_that_cannot_be_drawn_is_a_failed_trial_although_its_guest_answered() {
    let app = quarantined().await;
    app.clock.advance(SignedDuration::from_secs(30));
    let answered = app.post_form("/en/villain/lair", "answer=page-without-template").await.expect(502);
    assert_eq!(answered.header("retry-after"), "");
    count(&app).await.expect(503);
}

#[tokio::test]
async fn its_blocks_show_what_they_showed_last() {
    let app = site().await;
    let good = block(&app, "nothing").await.unwrap();
    assert!(!good.is_empty());
    fail(&app, 10).await;
    assert_eq!(block(&app, "nothing").await.unwrap(), good);
    assert_eq!(block(&app, "never seen").await.unwrap(), "");
    app.clock.advance(SignedDuration::from_hours(24) + SignedDuration::from_secs(1));
    fail(&app, 1).await;
    assert_eq!(block(&app, "nothing").await.unwrap(), "", "for a day and no longer");
}

#[tokio::test]
async fn its_blocks_show_nothing_of_before_a_person_was_erased() {
    let app = site().await;
    let person =
        app.post_json("/api/v1/villain/people", &json!({"answer": "ada@example.org"})).await.expect(200).data();
    block(&app, "nothing").await.unwrap();
    fail(&app, 10).await;
    let admin = app.sign_in("super_admin").await;
    admin.delete(&format!("/api/v1/people/{person}")).await.expect(204);
    assert_eq!(block(&app, "nothing").await.unwrap(), "");
}

#[tokio::test]
async fn its_jobs_wait_and_lose_no_attempt() {
    let app = site().await;
    app.call("POST", "/api/v1/villain/schemes/nothing").send().await.expect(204);
    app.call("POST", "/api/v1/villain/laughs/nothing").send().await.expect(204);
    fail(&app, 10).await;
    app.settle().await;
    let admin = app.sign_in("super_admin").await;
    let jobs = admin.get("/api/v1/jobs?owner=villain").await.expect(200).data();
    for job in jobs.as_array().unwrap() {
        assert_eq!((&job["status"], &job["attempts"]), (&json!("queued"), &json!(0)), "{job}");
        assert!(job["last_error"].as_str().unwrap().contains("resting"), "{job}");
    }
    assert_eq!(jobs.as_array().unwrap().len(), 2);
    // One of them is the trial; the other may meet it and wait once more.
    app.advance(SignedDuration::from_mins(1)).await;
    app.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(count(&app).await.expect(200).data(), 2, "both are done");
}

#[tokio::test]
async fn a_change_that_needs_its_hook_is_refused_by_its_name_and_reading_goes_on() {
    let app = quarantined().await;
    let admin = app.sign_in("super_admin").await;
    let refused = admin.post_json("/api/v1/villain/plots", &json!({"deed": "nothing"})).await.expect(503);
    assert!(refused.text().contains("The plugin villain"), "{}", refused.text());
    assert_eq!(admin.get("/api/v1/villain/plots").await.expect(200).data(), json!([]));
}

#[tokio::test]
async fn an_admin_reads_why_since_when_and_until_when() {
    let app = quarantined().await;
    let admin = app.sign_in("super_admin").await;
    let list = admin.get("/api/v1/plugins").await.expect(200).data();
    let villain = list.as_array().unwrap().iter().find(|plugin| plugin["id"] == "villain").unwrap();
    for plugin in [villain, &plugin(&admin).await] {
        let quarantine = &plugin["quarantine"];
        assert!(quarantine["reason"].as_str().unwrap().contains("the villain laughs"), "{plugin}");
        assert_eq!(quarantine["since"], "2026-03-01T09:00:00.000000Z");
        assert_eq!(quarantine["until"], "2026-03-01T09:00:30.000000Z");
        assert_eq!(plugin["state"], "enabled");
    }
    let hello = list.as_array().unwrap().iter().find(|plugin| plugin["id"] == "hello").unwrap();
    assert_eq!(hello["quarantine"], Value::Null);
}

#[tokio::test]
async fn an_admin_ends_it_once_and_that_is_audited() {
    let app = quarantined().await;
    let reset = |client: &Client| client.call("POST", "/api/v1/plugins/villain/reset").header("idempotency-key", "a");
    reset(&app.sign_in("editor").await).send().await.expect(403);
    let admin = app.sign_in("super_admin").await;
    let answer = reset(&admin).send().await.expect(200).data();
    assert_eq!((&answer["id"], &answer["quarantine"]), (&json!("villain"), &Value::Null));
    count(&app).await.expect(200);

    fail(&app, 10).await;
    assert_eq!(reset(&admin).send().await.expect(200).data(), answer, "the same request is not done again");
    count(&app).await.expect(503);
    let audit = admin.get("/api/v1/audit?resource=plugins&action=reset").await.expect(200).data();
    assert_eq!(audit.as_array().unwrap().len(), 1, "{audit}");
    assert!(audit[0]["before"].to_string().contains("the villain laughs"), "{audit}");
    admin.post_json("/api/v1/plugins/nobody/reset", &json!({})).await.expect(404);
}

#[tokio::test]
async fn a_plugin_that_is_disabled_and_enabled_begins_anew() {
    let app = quarantined().await;
    let admin = app.sign_in("super_admin").await;
    let disabled = admin.post_json("/api/v1/plugins/villain/disable", &json!({})).await.expect(200).data();
    assert_eq!(disabled["quarantine"], Value::Null);
    assert_eq!(block(&app, "nothing").await, None);
    admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(200);
    count(&app).await.expect(200);
}
