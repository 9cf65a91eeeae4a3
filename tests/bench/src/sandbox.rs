//! What one guest call takes inside the sandbox, as the host counts it: a fresh instance, the call, and its end.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use magnetiq::router;
use magnetiq_tests::{Client, Guest, TestApp};
use tower::ServiceExt;

use crate::Table;

const CALLS: u32 = 50_000;

/// Counts over many calls of a route that does nothing.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let (router, admin) = (router::build(&app.site).expect("a router"), app.sign_in("super_admin").await);
    let before = computed(&admin).await;
    for _ in 0..CALLS {
        ask(&router).await;
    }
    let each = (computed(&admin).await - before) * 1000.0 / f64::from(CALLS);
    table.add("Instantiate, call, drop", format!("{each:.1} µs"), "the thread's time in the guest's future, mean");
}

async fn ask(router: &Router) {
    let request = Request::get("/api/v1/villain/read/nothing").header("host", "localhost");
    let answer = router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.status());
    drop(answer.into_body().collect().await);
}

/// Milliseconds that the plugin has computed so far.
async fn computed(admin: &Client) -> f64 {
    let usage = admin.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    usage["cpu_ms"].as_f64().expect("a number")
}
