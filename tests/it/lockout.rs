//! Whoever guesses must wait, longer each time; the owner gets in all the same.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, PASSWORD, TestApp};
use serde_json::{Value, json};

const OWNER: &str = "editor@example.org";
const HOME: &str = "198.51.100.7";
const STRANGER: &str = "203.0.113.9";

/// A site behind a proxy, with a user who signed in once from home.
async fn site() -> TestApp {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let _ = app.sign_in("editor").await;
    let _ = login(&app, HOME, OWNER, PASSWORD).await.expect(200);
    app
}

async fn login(app: &TestApp, from: &str, email: &str, password: &str) -> Answer {
    let call = app.call("POST", "/api/v1/auth/login").header("x-forwarded-for", from);
    call.json(&json!({"email": email, "password": password})).send().await
}

async fn fail(app: &TestApp, from: &str, email: &str, times: usize) {
    for _ in 0..times {
        let _ = login(app, from, email, "not the password").await.expect(401);
    }
}

async fn number(app: &TestApp, sql: &'static str) -> i64 {
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

fn seconds(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count)
}

#[tokio::test]
async fn after_five_failures_a_network_waits_twice_as_long_each_time() {
    let app = site().await;
    fail(&app, STRANGER, OWNER, 4).await;
    let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(200);

    fail(&app, STRANGER, OWNER, 5).await;
    let locked = login(&app, STRANGER, OWNER, PASSWORD).await.expect(401);
    let unknown = login(&app, STRANGER, "nobody@example.org", PASSWORD).await.expect(401);
    assert_eq!(locked.json()["error"], unknown.json()["error"], "the answer does not tell");
    app.clock.advance(seconds(1));
    fail(&app, STRANGER, OWNER, 1).await;
    app.clock.advance(seconds(1));
    let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(401);
    app.clock.advance(seconds(1));
    let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(200);

    fail(&app, STRANGER, OWNER, 4).await;
    let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn what_is_tried_while_waiting_draws_the_wait_out_by_nothing() {
    let app = site().await;
    fail(&app, STRANGER, OWNER, 5).await;
    for _ in 0..3 {
        app.clock.advance(SignedDuration::from_millis(300));
        let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(401);
    }
    app.clock.advance(SignedDuration::from_millis(100));
    let _ = login(&app, STRANGER, OWNER, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn many_networks_lock_strangers_out_but_not_the_owner_at_home() {
    let app = site().await;
    for host in 1..=5 {
        fail(&app, &format!("203.0.113.{host}"), OWNER, 4).await;
    }
    let _ = login(&app, "192.0.2.200", OWNER, PASSWORD).await.expect(401);
    let _ = login(&app, HOME, OWNER, PASSWORD).await.expect(200);

    // However long it goes on, a strange network waits no longer than a quarter of an hour.
    app.clock.advance(SignedDuration::from_mins(15));
    let _ = login(&app, "192.0.2.200", OWNER, PASSWORD).await.expect(200);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM security_events WHERE event_type = 'locked_out'").await, 1);
}

#[tokio::test]
async fn of_a_hundred_guesses_at_once_only_the_free_ones_can_be_right() {
    let app = site().await;
    fail(&app, STRANGER, OWNER, 5).await;
    app.clock.advance(seconds(1));
    // All are looked at together, and the right one is the last to arrive.
    let body = |password: &str| json!({"email": OWNER, "password": password});
    let mut guesses: Vec<Value> = (0..19).map(|number| body(&format!("guess {number}"))).collect();
    guesses.push(body(PASSWORD));
    let tries = guesses.into_iter().map(|body| {
        let client = (*app).clone();
        tokio::spawn(async move {
            client.call("POST", "/api/v1/auth/login").header("x-forwarded-for", STRANGER).json(&body).send().await
        })
    });
    let mut counted = Vec::new();
    for answer in tries.collect::<Vec<_>>() {
        counted.push(answer.await.unwrap().status.as_u16());
    }
    let failures = "SELECT attempt_count FROM login_attempts WHERE email = 'editor@example.org'";
    let right = counted.iter().filter(|status| **status == 200).count();
    // Either the right one came first, and then it forgot what was counted before, or a wrong one, and then all waited.
    match right {
        0 => assert_eq!(number(&app, failures).await, 6, "one was counted, and the others waited"),
        1 => assert!(number(&app, "SELECT COUNT(*) FROM login_attempts").await <= 1),
        _ => panic!("one password was right {right} times"),
    }
}

#[tokio::test]
async fn an_unknown_address_is_counted_and_locked_like_any_other() {
    let app = site().await;
    fail(&app, STRANGER, "nobody@example.org", 6).await;
    let sql = "SELECT attempt_count FROM login_attempts WHERE email = 'nobody@example.org'";
    assert_eq!(number(&app, sql).await, 5);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM account_lockouts WHERE email = 'nobody@example.org'").await, 1);
}

#[tokio::test]
async fn an_admin_opens_the_door_again_and_the_record_says_what_happened() {
    let app = site().await;
    let admin = app.sign_in("super_admin").await;
    for host in 1..=5 {
        fail(&app, &format!("203.0.113.{host}"), OWNER, 4).await;
    }
    let user = admin.get("/api/v1/users/1").await.expect(200).data();
    assert_eq!(user["failed_login_attempts"], 20);
    assert_eq!(user["locked_until"], "2026-03-01T09:00:01.000000Z");
    let user = admin.call("POST", "/api/v1/users/1/unlock").send().await.expect(200).data();
    assert_eq!((&user["failed_login_attempts"], &user["locked_until"]), (&json!(0), &Value::Null));
    let _ = login(&app, "203.0.113.1", OWNER, PASSWORD).await.expect(200);
    let user = admin.get("/api/v1/users/1").await.expect(200).data();
    assert_eq!((&user["login_count"], &user["last_login_at"]), (&json!(3), &json!("2026-03-01T09:00:00.000000Z")));
}

#[tokio::test]
async fn ipv6_neighbours_are_one_network() {
    let app = site().await;
    for host in 1..=5 {
        fail(&app, &format!("2001:db8::{host}"), OWNER, 1).await;
    }
    let _ = login(&app, "2001:db8::99", OWNER, PASSWORD).await.expect(401);
    let _ = login(&app, "2001:db8:0:1::1", OWNER, PASSWORD).await.expect(200);
}
