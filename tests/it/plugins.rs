//! Plugins over HTTP: from an unknown address to an answer and back.

use magnetiq::plugins::package::Package;
use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::json;

#[tokio::test]
async fn hello_answers_on_the_api_and_on_its_page_in_both_languages() {
    let app = TestApp::start().await;
    app.enable(Guest::Hello).await;
    let answer = app.get("/api/v1/hello/greetings").await.expect(200);
    assert_eq!(answer.json(), json!({"success": true, "data": ["Hello, world!"], "message": "OK"}));
    for (address, heading, language) in [("/en/hello", "<h1>Hello</h1>", "en"), ("/de/hallo", "<h1>Hallo</h1>", "de")] {
        let page = app.get(address).await.expect(200);
        assert!(page.header("content-type").starts_with("text/html"), "{:?}", page.headers);
        assert!(page.text().contains(heading), "{}", page.text());
        assert!(page.text().contains("<li>Hello, world!</li>"), "{}", page.text());
        assert!(page.text().contains(&format!("lang=\"{language}\"")), "{}", page.text());
    }
}

#[tokio::test]
async fn nothing_of_a_plugin_answers_before_it_is_enabled_or_after_it_is_disabled() {
    let app = TestApp::start().await;
    app.site.plugins.offer(Guest::Hello.package()).unwrap();
    let addresses = ["/api/v1/hello/greetings", "/en/hello", "/de/hallo"];
    let admin = app.sign_in("super_admin").await;
    assert_eq!(statuses(&app, &addresses).await, [404; 3]);
    admin.post_json("/api/v1/plugins/hello/enable", &json!({})).await.expect(200);
    assert_eq!(statuses(&app, &addresses).await, [200; 3]);
    admin.post_json("/api/v1/plugins/hello/disable", &json!({})).await.expect(200);
    assert_eq!(statuses(&app, &addresses).await, [404; 3]);
}

#[tokio::test]
async fn a_plugin_keeps_its_rows_while_it_is_disabled() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let insert = "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES ('kept', '', '')";
    app.post_json("/api/v1/villain/sql", &json!({"sql": insert})).await.expect(200);
    let admin = app.sign_in("super_admin").await;
    admin.post_json("/api/v1/plugins/villain/disable", &json!({})).await.expect(200);
    admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(200);
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
}

#[tokio::test]
async fn what_was_not_granted_is_refused_by_its_name() {
    let app = TestApp::start().await;
    app.enable_with(Guest::Villain, &json!({"people": true})).await;
    let refused = |answer: Answer, capability: &str| {
        assert_eq!(answer.code(), "FORBIDDEN", "{}", answer.text());
        assert!(answer.text().contains(&format!("the capability {capability}.")), "{}", answer.text());
    };
    refused(app.get("/api/v1/villain/count").await, "db");
    refused(app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await, "mail");
    refused(app.post_json("/api/v1/villain/fetch", &json!({"url": "https://api.example.com/"})).await, "http");
    let usage = app.sign_in("admin").await.get("/api/v1/plugins/villain/usage").await.expect(200).data();
    assert_eq!((&usage["faults"], &usage["last_fault"]), (&json!(0), &json!(null)), "a refusal is no fault: {usage}");
    assert!(usage["refusals"].as_u64() >= Some(3), "{usage}");
    assert!(usage["last_refusal"]["message"].as_str().unwrap().contains("the capability http."), "{usage}");
}

#[tokio::test]
async fn a_grant_that_is_taken_back_is_gone_at_once() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app.get("/api/v1/villain/count").await.expect(200);
    let admin = app.sign_in("super_admin").await;
    admin.put_json("/api/v1/plugins/villain/grants", &json!({"db": false})).await.expect(200);
    app.get("/api/v1/villain/count").await.expect(403);
}

#[tokio::test]
async fn a_plugin_that_may_send_two_mails_an_hour_sends_two() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let mail = || async { app.post_json("/api/v1/villain/mail", &json!({"url": "ada@example.org"})).await };
    mail().await.expect(204);
    mail().await.expect(204);
    let third = mail().await.expect(429);
    assert_eq!((third.code().as_str(), third.header("retry-after")), ("RATE_LIMITED", "3600"));
    app.clock.advance(jiff::SignedDuration::from_mins(61));
    mail().await.expect(204);
}

#[tokio::test]
async fn an_event_is_published_by_its_own_name_and_heard_under_the_plugins() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let publish = |name: &'static str| app.call("POST", &format!("/api/v1/villain/events/{name}")).send();
    assert_eq!(publish("villain.laughed").await.expect(400).code(), "BAD_REQUEST");
    assert!(publish("cried").await.expect(403).text().contains("was not granted cried"));
    publish("laughed").await.expect(204);
    app.settle().await;
    assert_eq!(app.get("/api/v1/villain/count").await.expect(200).data(), 1);
}

#[tokio::test]
async fn a_plugin_is_told_once_when_it_is_enabled_and_when_it_is_disabled() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    let step = |step: &'static str| {
        let admin = admin.clone();
        async move { admin.post_json(&format!("/api/v1/plugins/villain/{step}"), &json!({})).await }
    };
    step("enable").await.expect(200);
    step("disable").await.expect(200);
    step("enable").await.expect(200);
    let steps = || async { app.get("/api/v1/villain/steps").await.expect(200).data() };
    assert_eq!(steps().await, json!(["enable", "disable", "enable"]), "it was enabled already");

    let insert = "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES ('sleep', '', '')";
    app.post_json("/api/v1/villain/sql", &json!({"sql": insert})).await.expect(200);
    step("disable").await.expect(200);
    let refusal = step("enable").await.expect(409);
    assert!(refusal.text().contains("The villain sleeps."), "{}", refusal.text());
    assert_eq!(admin.get("/api/v1/plugins/villain").await.expect(200).data()["state"], "disabled");
    app.get("/api/v1/villain/steps").await.expect(404);
}

#[tokio::test]
async fn a_plugin_that_refuses_its_last_step_is_disabled_and_leaves_no_trace_of_it() {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    let admin = app.sign_in("super_admin").await;
    let insert = "INSERT INTO p_villain__loot (text, created_at, updated_at) VALUES ('cling', '', '')";
    app.post_json("/api/v1/villain/sql", &json!({"sql": insert})).await.expect(200);
    let plugin = admin.post_json("/api/v1/plugins/villain/disable", &json!({})).await.expect(200).data();
    assert_eq!(plugin["state"], "disabled");
    let audit = admin.get("/api/v1/audit?resource=plugins&action=disable").await.expect(200).data();
    assert_eq!(audit.as_array().map(Vec::len), Some(1), "{audit}");
    admin.post_json("/api/v1/plugins/villain/enable", &json!({})).await.expect(200);
    assert_eq!(app.get("/api/v1/villain/steps").await.expect(200).data(), json!(["enable", "enable"]));
}

#[tokio::test]
async fn a_panic_while_a_plugin_describes_itself_is_told_in_its_own_words() {
    let package = Package::from_zip(Guest::Villain.package()).unwrap();
    let mut component = package.component.clone().unwrap();
    let (limit, mistake) = (b"9999/min per address", b"9999/min per nobody.");
    let place = component.windows(limit.len()).position(|bytes| bytes == limit).unwrap();
    component[place..place + limit.len()].copy_from_slice(mistake);
    let refusal = magnetiq::plugins::describe_component(&component).unwrap_err();
    assert!(refusal.message().contains("9999/min per nobody.\" is no limit such as"), "{refusal}");
}

async fn statuses(app: &TestApp, addresses: &[&str]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for address in addresses {
        statuses.push(app.get(address).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn a_contract_names_every_address_and_says_which_rows_are_public() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let plugin = app.sign_in("admin").await.get("/api/v1/plugins/webinars").await.expect(200).data();
    let routes = plugin["contract"]["routes"].as_array().unwrap();
    for path in ["/en/webinars/{slug}", "/de/webinare/{slug}", "/api/v1/webinars/sessions/{id}/registrations"] {
        assert!(routes.iter().any(|route| route["path"] == path && route["method"] == "POST"), "{path}: {routes:?}");
    }
    let tables = plugin["contract"]["resources"].as_array().unwrap();
    let topics = tables.iter().find(|table| table["name"] == "topics").unwrap();
    let condition = &topics["public_rows"][0];
    assert_eq!(condition["label"]["de"], "Status", "{topics}");
    assert_eq!(condition["value_label"], json!({"en": "Published", "de": "Veröffentlicht"}), "{topics}");
}
