//! The villain wants too much of the host: each flood ends at its own limit, and everybody else goes on.

use magnetiq_tests::villain::{execute, select, site};
use magnetiq_tests::{Answer, TestApp};
use serde_json::{Value, json};

const NUMBERS: &str = "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 10000000)";

async fn usage(app: &TestApp) -> Value {
    app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data()
}

/// Its page says what happened; it wrote nothing, and can write again.
async fn fails_alone(app: &TestApp, answer: Answer, reasons: &[&str]) {
    assert_eq!(answer.expect(502).code(), "PLUGIN_FAILED");
    let usage = usage(app).await;
    let fault = usage["last_fault"]["message"].as_str().unwrap_or_default();
    assert!(reasons.iter().any(|reason| fault.contains(reason)), "{reasons:?}: {usage}");
    app.get("/api/v1/hello/greetings").await.expect(200);
    app.call("POST", "/api/v1/villain/write/nothing").send().await.expect(200);
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
}

#[tokio::test]
async fn who_reads_ten_million_rows_gets_none() {
    let app = site().await;
    let answer = select(&app, &format!("{NUMBERS} SELECT n FROM c")).await;
    fails_alone(&app, answer, &["no rows left", "no time left"]).await;
}

#[tokio::test]
async fn who_inserts_ten_million_rows_keeps_none() {
    let app = site().await;
    let insert = "INSERT INTO p_villain__loot (text, created_at, updated_at) SELECT n, '', '' FROM c";
    let answer = execute(&app, &format!("{NUMBERS} {insert}")).await;
    fails_alone(&app, answer, &["no time left", "held the database's writer"]).await;
}

#[tokio::test]
async fn who_joins_without_end_is_ended() {
    let app = site().await;
    let table = "json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30]')";
    let tables = ["a", "b", "c", "d", "e", "f", "g"].map(|name| format!("{table} {name}")).join(", ");
    let answer = select(&app, &format!("SELECT COUNT(*) FROM {tables}")).await;
    fails_alone(&app, answer, &["no time left"]).await;
}

#[tokio::test]
async fn who_calls_the_host_a_million_times_pays_for_it() {
    let app = site().await;
    let answer = app.get("/api/v1/villain/mutter/flood/1000000").await;
    fails_alone(&app, answer, &["it computed for"]).await;
}

#[tokio::test]
async fn a_line_of_megabytes_is_cut_and_one_beyond_four_is_refused() {
    let app = site().await;
    app.get("/api/v1/villain/shout/3").await.expect(204);
    let answer = app.get("/api/v1/villain/shout/5").await;
    fails_alone(&app, answer, &["too much data is being copied"]).await;
}

#[tokio::test]
async fn who_sends_more_than_a_hundred_headers_is_told_how_many_may_be() {
    let app = site().await;
    for times in [101, 40_000] {
        let target = json!({"url": "https://api.example.com/", "header": "x", "value": "", "times": times});
        let refusal = app.post_json("/api/v1/villain/fetch", &target).await.expect(400).text();
        assert!(refusal.contains(&format!("{times} headers, of which 100 may be")), "{refusal}");
    }
    let million = json!({"url": "https://api.example.com/", "header": "x", "value": "", "times": 1_000_000});
    let answer = app.post_json("/api/v1/villain/fetch", &million).await;
    fails_alone(&app, answer, &["more memory than it may have", "it computed for"]).await;
}

#[tokio::test]
async fn who_hears_itself_comes_to_an_end_after_three_events() {
    let app = site().await;
    app.call("POST", "/api/v1/villain/laughs/again").send().await.expect(204);
    app.settle().await;
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 3);
    let admin = app.sign_in("super_admin").await;
    let jobs = admin.get("/api/v1/jobs?owner=villain").await.expect(200).data();
    let ends: Vec<_> = jobs.as_array().unwrap().iter().map(|job| job["status"].as_str().unwrap()).collect();
    assert_eq!(ends, ["done"; 3]);
    let refusal = &usage(&app).await["last_refusal"]["message"];
    assert!(refusal.as_str().unwrap().contains("villain.laughed would be more than 3 events away"), "{refusal}");
}

#[tokio::test]
async fn a_loop_ends_within_twenty_milliseconds_of_its_time() {
    let app = site().await;
    app.get("/api/v1/villain/read/loop").await.expect(502);
    let usage = usage(&app).await;
    let fault = usage["last_fault"]["message"].as_str().unwrap();
    let spent: u64 = fault.split(' ').find_map(|word| word.parse().ok()).unwrap();
    assert!((100..=120).contains(&spent), "{fault}");
}
