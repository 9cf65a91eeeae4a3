//! What one guest call takes inside the sandbox, as the host counts it: a fresh instance, the call, and its end. And what a
//! call from there to the host takes.

use axum::Router;
use magnetiq::router;
use magnetiq_tests::{Client, Guest, TestApp};

use crate::Table;
use crate::turns::{self, Side};

const CALLS: u32 = 50_000;
/// How often the guest asks the host for the time.
const HOST_CALLS: u32 = 1_000;

/// Counts over many calls of routes that do nothing, then over many calls to the host.
pub async fn run(table: &mut Table) {
    let app = TestApp::start().await;
    for guest in [Guest::Plain, Guest::Villain] {
        app.enable(guest).await;
    }
    let (router, admin) = (router::build(&app.site).expect("a router"), app.sign_in("super_admin").await);
    for (what, plugin, address) in [
        ("Instantiate, call, drop", "plain", "/api/v1/plain/hello"),
        ("Instantiate, call, drop, all imports", "villain", "/api/v1/villain/read/nothing"),
    ] {
        let each = each_call(&router, &admin, plugin, address).await;
        table.add(what, format!("{each:.1} µs"), "the thread's time in the guest's future, mean");
    }
    host_call(table, &router).await;
}

/// Microseconds of one call.
async fn each_call(router: &Router, admin: &Client, plugin: &str, address: &str) -> f64 {
    let before = computed(admin, plugin).await;
    for _ in 0..CALLS {
        Side::new(router, address).ask().await;
    }
    (computed(admin, plugin).await - before) * 1000.0 / f64::from(CALLS)
}

/// The same request with one call to the host and with many.
async fn host_call(table: &mut Table, router: &Router) {
    let [once, often] = ["/api/v1/plain/clock/1".to_owned(), format!("/api/v1/plain/clock/{}", HOST_CALLS + 1)];
    let sides = [Side::new(router, &once), Side::new(router, &often)];
    let [once, often] = turns::medians(sides, turns::json).await;
    let each = often.saturating_sub(once) / HOST_CALLS;
    table.add("Typed host call", format!("{each:.2?}"), format!("the clock's; {often:.0?} less {once:.0?}, p50"));
}

/// Milliseconds that a plugin has computed so far.
async fn computed(admin: &Client, plugin: &str) -> f64 {
    let usage = admin.get(&format!("/api/v1/plugins/{plugin}/usage")).await.expect(200).data();
    usage["cpu_ms"].as_f64().expect("a number")
}
