//! What is granted by number is counted, shown while it is used, and refused beyond with the time to come back.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::{Value, json};

async fn site() -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    (app, admin)
}

/// All that the villain asks for, and these seconds an hour.
async fn grant(admin: &Client, cpu: u64, writer: u64) {
    let grants = json!({
        "db": 1, "people": true, "mail": 2, "jobs": true, "events": true, "http": 100, "crypto": true,
        "cpu": cpu, "writer": writer,
    });
    admin.put_json("/api/v1/plugins/villain/grants", &grants).await.expect(200);
}

async fn usage(admin: &Client) -> Value {
    admin.get("/api/v1/plugins/villain/usage").await.expect(200).data()
}

async fn quantity(admin: &Client, id: &str) -> Value {
    let usage = usage(admin).await;
    usage["quantities"].as_array().unwrap().iter().find(|quantity| quantity["id"] == id).cloned().unwrap()
}

async fn calls_to(admin: &Client, host: &str) -> Value {
    let usage = usage(admin).await;
    usage["quantities"].as_array().unwrap().iter().find(|quantity| quantity["host"] == host).cloned().unwrap()
}

async fn fetch(app: &TestApp, url: &str) -> Answer {
    app.post_json("/api/v1/villain/fetch", &json!({"url": url})).await
}

async fn mail(app: &TestApp) -> Answer {
    app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await
}

async fn count(app: &TestApp) -> Answer {
    app.get("/api/v1/villain/count").await
}

async fn job(admin: &Client) -> Value {
    admin.get("/api/v1/jobs?owner=villain").await.expect(200).data()[0].clone()
}

#[tokio::test]
async fn every_quantity_is_shown_with_what_is_used_of_it_and_when_it_begins_anew() {
    let (app, admin) = site().await;
    app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await.expect(204);
    app.post_json("/api/v1/villain/fetch", &json!({"url": "http://10.0.0.1/"})).await.expect(403);
    app.get("/api/v1/villain/read/loop").await.expect(502);
    let row = "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES (hex(zeroblob(9000)), '', '')";
    app.post_json("/api/v1/villain/sql", &json!({"sql": row})).await.expect(200);
    for (id, unit, granted, resets) in [
        ("cpu", "s_per_hour", 3600, json!("2026-03-01T10:00:00.000000Z")),
        ("writer", "s_per_hour", 1800, json!("2026-03-01T10:00:00.000000Z")),
        ("db", "MB", 1, Value::Null),
        ("mail", "per_hour", 2, json!("2026-03-01T10:00:00.000000Z")),
        ("http", "per_minute", 100, json!("2026-03-01T09:01:00.000000Z")),
    ] {
        let told = match id {
            "http" => calls_to(&admin, "http://10.0.0.1").await,
            id => quantity(&admin, id).await,
        };
        assert_eq!((&told["unit"], &told["granted"], &told["resets_at"]), (&json!(unit), &json!(granted), &resets));
        assert!(told["used"].as_f64() > Some(0.0), "{told}");
    }
    assert_eq!(quantity(&admin, "mail").await["used"], 1.0);
    app.clock.advance(SignedDuration::from_hours(1));
    let admin = app.sign_in("super_admin").await;
    for id in ["cpu", "writer", "mail", "http"] {
        assert_eq!(quantity(&admin, id).await["used"], 0.0, "{id}");
    }
}

#[tokio::test]
async fn a_plugin_that_has_computed_its_seconds_rests_until_the_next_hour() {
    let (app, admin) = site().await;
    grant(&admin, 0, 1800).await;
    app.clock.advance(SignedDuration::from_mins(10));
    let refused = count(&app).await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "3000"));
    assert!(refused.text().contains("used up its 0 seconds of computing an hour"), "{}", refused.text());
    let page = app.call("GET", "/de/schurke/lair").header("accept", "text/html").send().await.expect(503);
    assert_eq!(page.header("retry-after"), "3000");
    assert!(page.text().contains("Das geht im Moment nicht"), "{}", page.text());
    assert!(!page.text().contains("Rechenzeit"), "visitors read nothing of it");
    let usage = usage(&admin).await;
    assert!(usage["last_refusal"]["message"].as_str().unwrap().contains("seconds of computing"), "{usage}");
    assert_eq!(usage["faults"], 0);

    grant(&admin, 60, 1800).await;
    count(&app).await.expect(200);
    let contract = admin.get("/api/v1/plugins/villain").await.expect(200).data()["contract"].clone();
    let times = json!([
        {"id": "cpu", "quantity": {"unit": "s_per_hour", "asked": 3600, "granted": 60}},
        {"id": "writer", "quantity": {"unit": "s_per_hour", "asked": 1800, "granted": 1800}},
    ]);
    assert_eq!(contract["times"], times);
    admin.put_json("/api/v1/plugins/villain/grants", &json!({"db": 1})).await.expect(200);
    assert_eq!(quantity(&admin, "cpu").await["granted"], 60, "what is not named stays");
}

#[tokio::test]
async fn a_plugin_that_has_held_the_writer_for_its_seconds_rests_and_its_jobs_wait() {
    let (app, admin) = site().await;
    app.call("POST", "/api/v1/villain/schemes/nothing").send().await.expect(204);
    grant(&admin, 3600, 0).await;
    app.settle().await;
    let waiting = job(&admin).await;
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("queued"), &json!(0)), "{waiting}");
    let refused = count(&app).await.expect(429);
    assert!(refused.text().contains("0 seconds of the database's writer"), "{}", refused.text());
    grant(&admin, 3600, 60).await;
    app.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(job(&admin).await["status"], "done");
}

#[tokio::test]
async fn a_job_that_may_write_no_more_mail_waits_for_the_next_hour_and_loses_no_try() {
    let (app, admin) = site().await;
    for name in ["ada", "bob"] {
        app.post_json("/api/v1/villain/mail", &json!({"url": format!("{name}@example.org")})).await.expect(204);
    }
    app.call("POST", "/api/v1/villain/schemes/mail").send().await.expect(204);
    app.settle().await;
    let waiting = job(&admin).await;
    assert_eq!((&waiting["status"], &waiting["attempts"]), (&json!("queued"), &json!(0)), "{waiting}");
    assert!(waiting["last_error"].as_str().unwrap().contains("2 messages an hour"), "{waiting}");
    app.advance(SignedDuration::from_hours(1)).await;
    assert_eq!(job(&app.sign_in("super_admin").await).await["status"], "done");
}

#[tokio::test]
async fn a_job_that_wants_more_mail_than_an_hour_has_fails_and_says_so() {
    let (app, admin) = site().await;
    app.call("POST", "/api/v1/villain/schemes/mails").send().await.expect(204);
    app.settle().await;
    let failed = job(&admin).await;
    assert_eq!(
        (&failed["status"], &failed["attempts"]),
        (&json!("queued"), &json!(1)),
        "tried again, and not for ever"
    );
    let reason = failed["last_error"].as_str().unwrap();
    assert!(reason.contains("more than the 2 messages that this plugin may send in an hour"), "{reason}");
    let usage = usage(&admin).await;
    assert!(usage["last_refusal"]["message"].as_str().unwrap().contains("more than the 2 messages"), "{usage}");
    assert_eq!(quantity(&admin, "mail").await["used"], 0.0);
}

#[tokio::test]
async fn who_is_told_that_the_hours_mail_is_used_up_is_told_when_the_next_one_begins() {
    let (app, _) = site().await;
    mail(&app).await.expect(204);
    app.clock.advance(SignedDuration::from_mins(10));
    mail(&app).await.expect(204);
    let refused = mail(&app).await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "3000"));
    let page = app.post_form("/en/villain/lair", "answer=mail").await.expect(503);
    assert_eq!(page.header("retry-after"), "3000");
    assert!(
        page.text().contains("does not work at the moment") && !page.text().contains("messages"),
        "{}",
        page.text()
    );
}

#[tokio::test]
async fn each_server_has_its_own_calls_a_minute() {
    let (app, admin) = site().await;
    admin.put_json("/api/v1/plugins/villain/grants", &json!({"db": 1, "http": 2})).await.expect(200);
    for _ in 0..2 {
        fetch(&app, "http://10.0.0.1/").await.expect(403);
    }
    let refused = fetch(&app, "http://10.0.0.1/").await.expect(429);
    assert_eq!(refused.header("retry-after"), "60");
    assert!(refused.text().contains("2 calls a minute to http://10.0.0.1."), "{}", refused.text());
    fetch(&app, "http://192.168.0.1/").await.expect(403);
    for (host, used) in [("http://10.0.0.1", 2.0), ("http://192.168.0.1", 1.0), ("http://172.16.0.1", 0.0)] {
        let told = calls_to(&admin, host).await;
        assert_eq!((&told["id"], &told["used"], &told["granted"]), (&json!("http"), &json!(used), &json!(2)), "{told}");
    }
}

#[tokio::test]
async fn messages_of_a_call_that_leaves_nothing_count_as_none() {
    let (app, admin) = site().await;
    app.call("POST", "/api/v1/villain/schemes/mail-and-panic").send().await.expect(204);
    app.settle().await;
    assert_eq!(job(&admin).await["attempts"], 1);
    assert_eq!(quantity(&admin, "mail").await["used"], 0.0);
    app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await.expect(204);
    assert_eq!(quantity(&admin, "mail").await["used"], 1.0);
}

#[tokio::test]
async fn seconds_are_granted_as_whole_numbers() {
    let (_app, admin) = site().await;
    for wrong in [json!(true), json!("much"), json!(-1)] {
        let refusal = admin.put_json("/api/v1/plugins/villain/grants", &json!({"cpu": wrong})).await.expect(422);
        assert!(refusal.text().contains("\"cpu\""), "{}", refusal.text());
    }
}

#[tokio::test]
async fn an_admin_alone_reads_what_an_answer_has_cost() {
    let (app, admin) = site().await;
    let calls = [
        ("GET", "/api/v1/villain/count", 200),
        ("POST", "/api/v1/villain/hoard/1", 204),
        ("GET", "/en/villain/lair", 200),
    ];
    for (method, path, status) in calls {
        let answer = admin.call(method, path).send().await.expect(status);
        let told = answer.header("server-timing").to_owned();
        for part in ["plugin;dur=", ";desc=\"villain\"", "sql;dur=", "writer;dur=", "queue;dur="] {
            assert!(told.contains(part), "{path}: {told:?}");
        }
        assert_eq!(told.contains("writer;dur=0.000"), method == "GET", "{told}");
        for other in [&*app, &app.sign_in("editor").await] {
            assert_eq!(other.call(method, path).send().await.expect(status).header("server-timing"), "", "{path}");
        }
    }
}
