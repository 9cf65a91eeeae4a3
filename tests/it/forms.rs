//! Forms without JavaScript that cannot be taken: the visitor reads why, and what they typed is still there.

use magnetiq_tests::{Answer, Guest, TestApp};
use serde_json::json;

use crate::webinar::{SESSIONS, announced};

const ADA: &str = "email=ada%40example.org&name=Ada+Lovelace";

/// The topic's page in both languages.
const PAGES: [&str; 2] = ["/en/webinars/heat-pumps", "/de/webinare/heat-pumps"];

fn assert_says(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part}: {page}");
    }
}

async fn grant(app: &TestApp, grants: serde_json::Value) {
    let admin = app.sign_in("super_admin").await;
    admin.put_json("/api/v1/plugins/webinars/grants", &grants).await.expect(200);
}

#[tokio::test]
async fn what_a_plugin_was_not_granted_is_not_available_and_no_fault_of_the_visitor() {
    let app = TestApp::start().await;
    announced(&app).await;
    grant(&app, json!({"db": 10, "people": true, "jobs": true})).await;
    for (path, sentence) in PAGES.into_iter().zip(["does not work at the moment", "Das geht im Moment nicht"]) {
        let answer = app.post_form(path, &format!("session=1&{ADA}")).await.expect(503);
        assert_eq!(answer.header("retry-after"), "60");
        assert_says(&answer.text(), &["role=\"alert\"", sentence, "value=\"Ada Lovelace\""]);
        assert!(!answer.text().contains("granted"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_page_whose_plugin_has_no_tables_is_not_available() {
    let app = TestApp::start().await;
    announced(&app).await;
    grant(&app, json!({"people": true, "mail": 10})).await;
    for (path, title) in PAGES.into_iter().zip(["Not available at the moment", "Im Moment nicht verfügbar"]) {
        assert_says(&app.get(path).await.expect(503).text(), &[title, "site-header"]);
        assert_says(&app.post_form(path, &format!("session=1&{ADA}")).await.expect(503).text(), &[title]);
    }
}

#[tokio::test]
async fn a_plugins_own_limit_is_said_in_its_words_on_the_form() {
    let app = TestApp::start().await;
    let (admin, first) = announced(&app).await;
    let session = admin.get(&first).await.expect(200).data();
    let body = json!({"email": "ada@example.org", "name": "Ada", "consent": {"marketing": false}});
    for day in 10..20 {
        let (starts, ends) = (format!("2026-04-{day}T09:00:00Z"), format!("2026-04-{day}T10:00:00Z"));
        let session = json!({
            "topic_id": session["topic_id"], "starts_at": starts, "ends_at": ends, "time_zone": "Europe/Berlin",
            "language": "en", "status": "published", "capacity": 5,
        });
        let id = admin.post_json(SESSIONS, &session).await.expect(201).data()["id"].clone();
        app.post_json(&format!("{SESSIONS}/{id}/registrations"), &body).await.expect(201);
    }
    for (path, sentence) in PAGES.into_iter().zip(["Please try again tomorrow.", "versuchen Sie es morgen wieder."]) {
        let answer = app.post_form(path, &format!("session=1&{ADA}")).await.expect(429);
        assert_says(&answer.text(), &["role=\"alert\"", sentence, "value=\"Ada Lovelace\""]);
    }
}

#[tokio::test]
async fn a_routes_limit_leaves_the_form_filled_in() {
    let app = TestApp::start().await;
    announced(&app).await;
    for _ in 0..30 {
        app.post_form(PAGES[1], "session=1").await.expect(422);
    }
    let answer = app.post_form(PAGES[1], &format!("session=1&{ADA}")).await.expect(429);
    assert!(!answer.header("retry-after").is_empty());
    assert_says(&answer.text(), &["role=\"alert\"", "Zu viele Anfragen", "value=\"Ada Lovelace\""]);
}

#[tokio::test]
async fn a_field_that_stands_twice_or_is_no_text_is_named_on_the_form() {
    let app = TestApp::start().await;
    announced(&app).await;
    for (body, field, sentence) in [
        ("session=1&email=ada%40example.org&email=b%40example.org&name=Ada", "email", "mehrfach angegeben"),
        ("session=1&email=ada%40example.org&name=Ad%FF", "name", "kein lesbarer Text"),
        ("session=1&email=ada%40example.org&name=Ada&name=%FF&nonsense=%FF", "name", "mehrfach angegeben"),
        ("session=1&email=ada%40example.org&name=Ada&zzz=1", "zzz", "zzz: Dieses Feld gibt es nicht."),
    ] {
        let page = app.post_form(PAGES[1], body).await.expect(422).text();
        let link = format!("href=\"#field-{field}\"");
        assert_says(&page, &["role=\"alert\"", &link, sentence, "value=\"ada@example.org\""]);
    }
    let raw = app.call("POST", PAGES[1]).body("application/x-www-form-urlencoded", b"name=\xff&session=1".to_vec());
    assert_says(&raw.send().await.expect(422).text(), &["href=\"#field-name\"", "kein lesbarer Text"]);
    app.settle().await;
    assert!(app.mails().await.is_empty());
}

#[tokio::test]
async fn what_is_refused_before_the_site_is_a_page_of_the_site_in_the_languages_of_the_path() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1"), ("RATE_BURST", "1")]).await;
    app.enable(Guest::Webinars).await;
    let send = |path: &'static str| {
        let call = app.call("POST", path).header("x-forwarded-for", "192.0.2.1").header("accept-language", "fr");
        call.header("accept", "text/html").body("application/x-www-form-urlencoded", ADA.to_owned()).send()
    };
    let _: Answer = send(PAGES[0]).await.expect(404);
    for (path, sentence) in PAGES.into_iter().zip(["Too many requests", "Zu viele Anfragen"]) {
        let answer = send(path).await.expect(429);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_says(&answer.text(), &["site-header", sentence, &format!("href=\"{path}\"")]);
    }
}
