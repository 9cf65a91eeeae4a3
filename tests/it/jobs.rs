//! Jobs over HTTP: the list, and another chance for a dead one.

use magnetiq::jobs::{self, NewJob};
use magnetiq::store::{Connection, Owner};
use magnetiq_tests::TestApp;
use serde_json::json;

#[tokio::test]
async fn jobs_are_listed_and_a_dead_one_gets_another_chance() {
    let app = TestApp::start().await;
    let admin = app.sign_in("admin").await;
    let clock = app.clock.clone();
    let job =
        NewJob { owner: "elsewhere".into(), name: "count".into(), payload: json!({"secret": 1}), ..NewJob::default() };
    let queued = app.site.store.write(Owner::Core, move |unit| jobs::enqueue(unit, &clock, job));
    let id = queued.await.unwrap();
    app.settle().await;

    let list = admin.get("/api/v1/jobs?owner=elsewhere").await.expect(200).json();
    let row = &list["data"][0];
    assert_eq!((&row["id"], &row["name"], &row["status"]), (&json!(id), &json!("count"), &json!("queued")));
    assert_eq!(row["attempts"], 0, "a plugin that is not there costs no try");
    assert!(row.get("payload").is_none(), "{row}");

    let retry = format!("/api/v1/jobs/{id}/retry");
    assert_eq!(admin.post_json(&retry, &json!({})).await.code(), "CONFLICT");
    let dead = |unit: &Connection| Ok(unit.execute("UPDATE jobs SET status = 'dead', attempts = 5", [])?);
    app.site.store.write(Owner::Core, move |unit| dead(unit)).await.unwrap();
    app.clock.advance(jiff::SignedDuration::from_secs(2));
    let health = app.get("/health").await.expect(200).data();
    assert_eq!((&health["status"], &health["checks"]["jobs"]), (&json!("degraded"), &json!("degraded")));
    assert_eq!(admin.post_json(&retry, &json!({})).await.expect(200).data(), json!({"id": id, "status": "queued"}));
    let row = admin.get(&format!("/api/v1/jobs/{id}")).await.expect(200).data();
    assert_eq!((&row["status"], &row["attempts"]), (&json!("queued"), &json!(0)));
    assert_eq!(app.sign_in("editor").await.get("/api/v1/jobs").await.code(), "FORBIDDEN");
}
