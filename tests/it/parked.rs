//! Work that waits while a version knows nothing of it: an admin is told before, and sees it afterwards.

use jiff::SignedDuration;
use magnetiq_package::{Parts, archive};
use magnetiq_tests::{Client, Guest, TestApp, set_version};
use serde_json::{Value, json};

const ONE_JOB: &str = "Waiting jobs that it does not know: 1 of scheme.";

/// A villain that does what hello does, and nothing else.
fn reformed(parts: &mut Parts) {
    set_version(parts, "0.2.0");
    let mut hello = archive::read(Guest::Hello.package()).unwrap();
    for name in ["plugin.wasm", "describe.json", "templates/hello.html"] {
        parts.insert(name.into(), hello.remove(name).unwrap());
    }
}

async fn job(admin: &Client) -> Value {
    admin.get("/api/v1/jobs?owner=villain").await.expect(200).data()[0].clone()
}

#[tokio::test]
async fn jobs_that_a_new_version_does_not_know_are_told_before_and_wait_for_one_that_does() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    app.call("POST", "/api/v1/villain/schemes/nothing").send().await.expect(204);
    let package = Guest::Villain.altered(reformed);
    admin.call("POST", "/api/v1/plugins/packages").body("application/zip", package).send().await.expect(201);

    let preview = admin.get("/api/v1/plugins/villain/upgrade").await.expect(200).data();
    let changes = preview["changes"].as_array().unwrap();
    let told = changes.iter().find(|change| change["text"]["en"].as_str().unwrap().starts_with(ONE_JOB));
    assert_eq!(told.expect("the sentence")["grows"], false, "{preview}");
    let agreed = json!({"grants": preview["grants"]});
    admin.post_json("/api/v1/plugins/villain/upgrade", &agreed).await.expect(200);

    app.settle().await;
    let parked = job(&admin).await;
    assert_eq!((&parked["status"], &parked["attempts"]), (&json!("queued"), &json!(0)), "{parked}");
    let reason = parked["last_error"].as_str().unwrap();
    assert!(reason.contains("version 0.2.0") && reason.contains("does not know scheme"), "{reason}");

    admin.post_json("/api/v1/plugins/villain/rollback", &json!({})).await.expect(200);
    app.advance(SignedDuration::from_mins(1)).await;
    assert_eq!(job(&admin).await["status"], "done");
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
}
