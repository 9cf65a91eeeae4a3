//! `Idempotency-Key` on every POST of the API: what is sent twice is done once and answered alike.

use magnetiq::clock::Clock;
use magnetiq::error::Result;
use magnetiq::jobs::{self, NewJob};
use magnetiq::store::{Connection, Owner};
use magnetiq_tests::{Answer, Client, Guest, TestApp};
use serde_json::{Value, json};

/// A site with a user who is hidden, a plugin in its second version, and a job and a message that are dead.
async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let admin = app.sign_in("super_admin").await;
    app.site.plugins.offer(&Guest::Hello.version("0.2.0")).unwrap();
    let _ = admin.post_json("/api/v1/plugins/hello/upgrade", &json!({})).await.expect(200);
    let _ = admin.post_json("/api/v1/users", &user("hidden@example.org")).await.expect(201);
    let _ = admin.post_json("/api/v1/users", &user("ada@example.org")).await.expect(201);
    let _ = admin.delete("/api/v1/users/2").await.expect(204);
    let _ = admin.post_json("/api/v1/mail/test", &json!({"to": "ada@example.org"})).await.expect(201);
    app.settle().await;
    let clock = app.clock.clone();
    app.site.store.write(Owner::Core, move |unit| bury(unit, &clock)).await.unwrap();
    (app, admin)
}

fn bury(unit: &Connection, clock: &Clock) -> Result<()> {
    let job = NewJob { owner: "elsewhere".into(), name: "count".into(), ..NewJob::default() };
    let job = jobs::enqueue(unit, clock, job)?;
    unit.execute("UPDATE jobs SET id = 700, status = 'dead' WHERE id = ?1", [job])?;
    unit.execute("UPDATE mails SET status = 'dead' WHERE id = 1", [])?;
    Ok(())
}

fn user(email: &str) -> Value {
    json!({"email": email, "name": "Ada", "role": "editor"})
}

/// Every POST of the host's API that signs nobody in or out, and what is sent to it.
fn posts() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("/api/v1/jobs/{id}/retry", "/api/v1/jobs/700/retry", json!({})),
        ("/api/v1/mail/test", "/api/v1/mail/test", json!({"to": "eve@example.org"})),
        ("/api/v1/mail/{id}/retry", "/api/v1/mail/1/retry", json!({})),
        ("/api/v1/plugins/{plugin}/disable", "/api/v1/plugins/hello/disable", json!({})),
        ("/api/v1/plugins/{plugin}/enable", "/api/v1/plugins/hello/enable", json!({})),
        ("/api/v1/plugins/{plugin}/reset", "/api/v1/plugins/hello/reset", json!({})),
        ("/api/v1/plugins/{plugin}/rollback", "/api/v1/plugins/hello/rollback", json!({})),
        ("/api/v1/plugins/{plugin}/upgrade", "/api/v1/plugins/hello/upgrade", json!({})),
        ("/api/v1/plugins/{plugin}/uninstall", "/api/v1/plugins/hello/uninstall", json!({"data": "delete"})),
        ("/api/v1/users", "/api/v1/users", user("eve@example.org")),
        ("/api/v1/users/{id}/invite", "/api/v1/users/3/invite", json!({})),
        ("/api/v1/users/{id}/lock", "/api/v1/users/3/lock", json!({})),
        ("/api/v1/users/{id}/mfa/reset", "/api/v1/users/3/mfa/reset", json!({})),
        ("/api/v1/users/{id}/restore", "/api/v1/users/2/restore", json!({})),
        ("/api/v1/users/{id}/unlock", "/api/v1/users/3/unlock", json!({})),
    ]
}

async fn send(caller: &Client, path: &str, key: &str, body: &Value) -> Answer {
    caller.call("POST", path).header("idempotency-key", key).json(body).send().await
}

async fn deeds(admin: &Client) -> Value {
    admin.get("/api/v1/audit").await.expect(200).json()["pagination"]["total"].clone()
}

#[tokio::test]
async fn every_post_of_the_api_takes_the_key_and_says_so() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let document = app.get("/api/v1/openapi.json").await.expect(200).json();
    let mut of_the_host = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let is_upload = methods["post"]["requestBody"]["content"]["application/zip"].is_object();
        let is_one = path.starts_with("/api/") && methods["post"].is_object();
        // Answers that hold a secret are kept nowhere.
        let tells_secrets = path.starts_with("/api/v1/auth/") || path.starts_with("/api/v1/api-keys");
        let takes_key = is_one && !is_upload && !tells_secrets;
        let says_so = methods["post"]["parameters"].as_array().into_iter().flatten();
        let says_so = says_so.filter(|parameter| parameter["name"] == "Idempotency-Key").count();
        assert_eq!(says_so, usize::from(takes_key), "{path}");
        if takes_key && !path.starts_with("/api/v1/webinars/") {
            of_the_host.push(path.as_str());
        }
    }
    let mut known: Vec<_> = posts().iter().map(|(path, ..)| *path).collect();
    of_the_host.sort_unstable();
    known.sort_unstable();
    assert_eq!(of_the_host, known);
}

#[tokio::test]
async fn what_is_sent_twice_under_one_key_is_done_once_and_answered_alike() {
    let (_app, admin) = start().await;
    for (_, path, body) in posts() {
        let first = send(&admin, path, "once", &body).await;
        assert!(first.status.is_success(), "{path}: {} {}", first.status, first.text());
        let done = deeds(&admin).await;
        let second = send(&admin, path, "once", &body).await;
        assert_eq!((second.status, second.text()), (first.status, first.text()), "{path}");
        assert_eq!(deeds(&admin).await, done, "{path}");
    }
}

#[tokio::test]
async fn a_key_answers_what_was_done_although_things_have_changed_since() {
    let (_app, admin) = start().await;
    let (lock, unlock) = ("/api/v1/users/3/lock", "/api/v1/users/3/unlock");
    let (enable, disable) = ("/api/v1/plugins/hello/enable", "/api/v1/plugins/hello/disable");
    let locked = send(&admin, lock, "k", &json!({})).await.expect(200).data();
    let disabled = send(&admin, disable, "k", &json!({})).await.expect(200).data();
    let _ = send(&admin, unlock, "k", &json!({})).await.expect(200);
    let _ = send(&admin, enable, "k", &json!({})).await.expect(200);
    assert_eq!(send(&admin, lock, "k", &json!({})).await.expect(200).data(), locked);
    assert_eq!(send(&admin, disable, "k", &json!({})).await.expect(200).data(), disabled);
    assert_eq!((&locked["status"], &disabled["state"]), (&json!("locked"), &json!("disabled")));
    assert_eq!(admin.get("/api/v1/users/3").await.expect(200).data()["status"], "invited");
    assert_eq!(admin.get("/api/v1/plugins/hello").await.expect(200).data()["state"], "enabled");
}

#[tokio::test]
async fn a_key_of_another_request_is_refused_by_its_name() {
    let (_app, admin) = start().await;
    for (path, body, other) in [
        ("/api/v1/plugins/hello/enable", json!({}), json!({"grants": {"db": 1}})),
        ("/api/v1/mail/test", json!({"to": "eve@example.org"}), json!({"to": "ada@example.org"})),
        ("/api/v1/users", user("eve@example.org"), user("bob@example.org")),
    ] {
        assert!(send(&admin, path, "k", &body).await.status.is_success(), "{path}");
        let refused = send(&admin, path, "k", &other).await.expect(422);
        assert_eq!(refused.fields(), ["idempotency-key"], "{path}");
        assert_eq!(send(&admin, path, "", &body).await.expect(422).fields(), ["idempotency-key"], "{path}");
    }
}
