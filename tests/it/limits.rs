//! How often somebody may ask: by address, by account, by route, and less often after many refusals.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, TestApp};
use serde_json::{Value, json};

const PROXIED: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");

async fn ask(client: &Client, method: &str, path: &str, from: &str) -> Answer {
    client.call(method, path).header("x-forwarded-for", from).send().await
}

/// How many of `times` requests are let through.
async fn passed(client: &Client, times: usize, method: &str, path: &str, from: &str) -> usize {
    let mut passed = 0;
    for _ in 0..times {
        passed += usize::from(ask(client, method, path, from).await.status != 429);
    }
    passed
}

/// The rows that tell of limits, the oldest first.
async fn limited(app: &TestApp) -> Vec<Value> {
    app.site.auth.events.flush().await;
    let sql = "SELECT json_group_array(json_object('address', ip_address, 'details', json(details)) ORDER BY id)
               FROM security_events WHERE event_type = 'rate_limited'";
    let rows = app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get::<_, String>(0))?));
    serde_json::from_str(&rows.await.unwrap()).unwrap()
}

#[tokio::test]
async fn an_address_asks_for_three_hundred_pages_at_once_and_twenty_a_second_after() {
    let app = TestApp::start_with(&[PROXIED]).await;
    assert_eq!(passed(&app, 310, "GET", "/robots.txt", "192.0.2.1").await, 300);
    let refused = ask(&app, "GET", "/robots.txt", "192.0.2.1").await;
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(passed(&app, 1, "GET", "/robots.txt", "192.0.2.2").await, 1);
    app.advance(SignedDuration::from_secs(1)).await;
    // Eleven refusals are no pattern: the rate is what it was.
    assert_eq!(passed(&app, 25, "GET", "/robots.txt", "192.0.2.1").await, 20);
}

#[tokio::test]
async fn an_address_signs_in_twenty_times_at_once_and_sixty_times_a_minute() {
    let app = TestApp::start_with(&[PROXIED]).await;
    let sign_in = async || {
        let call = app.call("POST", "/api/v1/auth/login").header("x-forwarded-for", "192.0.2.1");
        call.json(&json!({"email": "a"})).send().await
    };
    for _ in 0..20 {
        sign_in().await.expect(422);
    }
    let refused = sign_in().await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "1"));
    app.advance(SignedDuration::from_secs(1)).await;
    sign_in().await.expect(422);
    sign_in().await.expect(429);
}

#[tokio::test]
async fn a_user_writes_so_often_from_wherever_they_ask_and_reads_on() {
    let app = TestApp::start_with(&[PROXIED, ("RATE_BURST_ACCOUNT", "3"), ("RATE_LIMIT_ACCOUNT", "60")]).await;
    let (editor, viewer) = (app.sign_in("editor").await, app.sign_in("viewer").await);
    for number in 0..3 {
        ask(&editor, "POST", "/api/v1/nothing", &format!("192.0.2.{number}")).await.expect(404);
    }
    ask(&editor, "POST", "/api/v1/nothing", "192.0.2.9").await.expect(429);
    ask(&editor, "GET", "/api/v1/auth/me", "192.0.2.9").await.expect(200);
    ask(&viewer, "POST", "/api/v1/nothing", "192.0.2.9").await.expect(404);
}

#[tokio::test]
async fn many_refusals_halve_what_an_address_may_do_then_quarter_it_until_ten_quiet_minutes_have_passed() {
    let app = TestApp::start_with(&[PROXIED, ("RATE_BURST", "8")]).await;
    let from = "192.0.2.1";
    let refused = async |times: usize| {
        for _ in 0..times {
            ask(&app, "GET", "/api/v1/users", from).await.expect(401);
        }
    };
    let writes = async |from: &'static str| passed(&app, 10, "PUT", "/en/", from).await;
    refused(19).await;
    assert_eq!(writes("192.0.2.2").await, 8);
    refused(1).await;
    assert_eq!(writes(from).await, 4);
    app.advance(SignedDuration::from_mins(1)).await;
    // Six of those ten were refused; fourteen more make twenty.
    refused(14).await;
    assert_eq!(writes(from).await, 2);
    app.advance(SignedDuration::from_mins(11)).await;
    assert_eq!(writes(from).await, 8);
}

#[tokio::test]
async fn an_account_that_is_refused_often_is_limited_wherever_it_asks_and_its_neighbours_are_not() {
    let app = TestApp::start_with(&[PROXIED, ("RATE_BURST_ACCOUNT", "8")]).await;
    let (viewer, editor) = (app.sign_in("viewer").await, app.sign_in("editor").await);
    for _ in 0..20 {
        ask(&viewer, "GET", "/api/v1/users", "192.0.2.1").await.expect(403);
    }
    assert_eq!(passed(&viewer, 10, "POST", "/api/v1/auth/nothing", "192.0.2.7").await, 4);
    assert_eq!(passed(&editor, 10, "POST", "/api/v1/auth/nothing", "192.0.2.1").await, 8);
}

#[tokio::test]
async fn whoever_is_limited_stands_in_one_row_an_hour() {
    let app = TestApp::start_with(&[PROXIED, ("RATE_BURST", "1"), ("RATE_BURST_ACCOUNT", "1")]).await;
    let viewer = app.sign_in("viewer").await;
    for client in [&*app, &viewer] {
        for _ in 0..5 {
            ask(client, "POST", "/api/v1/nothing", "192.0.2.1").await;
        }
    }
    let rows = limited(&app).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|row| row["address"] == "192.0.2.1" && row["details"]["count"] == 1), "{rows:?}");
    assert!(rows[0]["details"]["user"].is_null() && rows[1]["details"]["user"].is_i64(), "{rows:?}");
    app.advance(SignedDuration::from_mins(2)).await;
    for _ in 0..5 {
        ask(&app, "POST", "/api/v1/nothing", "192.0.2.1").await;
    }
    let rows = limited(&app).await;
    assert_eq!((rows.len(), &rows[0]["details"]["count"]), (2, &json!(2)), "the minutes are counted: {rows:?}");
}

#[tokio::test]
async fn a_developers_own_machine_is_not_limited() {
    let app = TestApp::start_with(&[("RATE_BURST", "1"), ("RATE_BURST_REQUESTS", "1")]).await;
    for _ in 0..30 {
        app.call("POST", "/api/v1/nothing").send().await.expect(404);
    }
}
