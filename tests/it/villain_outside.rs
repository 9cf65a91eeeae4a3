//! The villain and other servers: one that never answers, and the site itself by the names that it has outside.

use std::time::{Duration, Instant};

use magnetiq::resources::Actor;
use magnetiq_tests::{Answer, Guest, Silent, TestApp, edit};
use serde_json::{Value, json};

/// What a call may last that waits for another server.
const TIME: Duration = Duration::from_millis(500);

/// A site with hello and with the villain, who may call `origin` too, for so long.
async fn site(settings: &[(&'static str, &str)], origin: &str, time: Duration) -> TestApp {
    let app = TestApp::start_with(settings).await;
    app.enable(Guest::Hello).await;
    let package = Guest::Villain.altered(|parts| {
        edit(parts, "plugin.toml", |contract| {
            contract
                .replace("\"http://localhost:9\"", &format!("{origin:?}, \"http://localhost:9\""))
                .replace("[limits]", &format!("[limits]\ndetached_wall_ms = {}", time.as_millis()))
        });
    });
    app.site.plugins.offer(&package).unwrap();
    app.site.plugins.enable("villain", None, &Actor::system(), None).await.unwrap();
    app
}

/// A site whose operator trusts that server.
async fn site_beside(server: &Silent, time: Duration) -> TestApp {
    let address = server.address.to_string();
    site(&[("PRIVATE_SERVERS", &address)], &format!("http://{address}"), time).await
}

async fn linger(app: &TestApp, server: &Silent) -> Answer {
    app.post_json("/api/v1/villain/linger/1", &json!({"url": format!("http://{}/", server.address)})).await
}

async fn usage(app: &TestApp) -> Value {
    app.sign_in("super_admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data()
}

#[tokio::test]
async fn who_sleeps_in_a_call_of_a_server_that_never_answers_is_ended_within_twenty_milliseconds_of_its_time() {
    let server = Silent::listen().await;
    let app = site_beside(&server, TIME).await;
    let mut shortest = Duration::MAX;
    // One of five: the others may have waited for the machine.
    for _ in 0..5 {
        let asked = Instant::now();
        assert_eq!(linger(&app, &server).await.expect(502).code(), "PLUGIN_FAILED");
        shortest = shortest.min(asked.elapsed());
    }
    assert!((TIME..=TIME + Duration::from_millis(20)).contains(&shortest), "{shortest:?}");
    let usage = usage(&app).await;
    assert_eq!(usage["faults"], 5, "{usage}");
    assert_eq!(usage["last_fault"]["message"], "it took longer than 500 ms");
}

#[tokio::test]
async fn while_it_sleeps_there_the_writer_is_free_and_others_are_served() {
    let server = Silent::listen().await;
    let app = site_beside(&server, Duration::from_secs(20)).await;
    let mut asleep = Box::pin(linger(&app, &server));
    tokio::select! {
        woken = &mut asleep => panic!("{}", woken.text()),
        () = server.heard(1) => {}
    }
    app.call("POST", "/api/v1/villain/write/nothing").send().await.expect(200);
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
    app.get("/api/v1/hello/greetings").await.expect(200);
    app.get("/en/hello").await.expect(200);
}

#[tokio::test]
async fn a_site_is_not_called_by_itself_whatever_it_is_called_outside() {
    let settings =
        [("PUBLIC_URL", "http://shop.example.com"), ("ALLOWED_HOSTS", "shop.example.com,www.shop.example.com")];
    for origin in ["http://shop.example.com", "http://www.shop.example.com", "http://shop.example.com:8036"] {
        let app = site(&settings, origin, TIME).await;
        let refused = app.post_json("/api/v1/villain/fetch", &json!({"url": format!("{origin}/api/v1/hello")})).await;
        assert!(refused.expect(403).text().contains("is this site itself"), "{origin}");
        app.get("/api/v1/hello/greetings").await.expect(200);
        let refusal = usage(&app).await["last_refusal"]["message"].to_string();
        assert!(refusal.contains("is this site itself"), "{refusal}");
    }
}
