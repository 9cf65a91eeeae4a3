//! What visitors see: start page, languages, errors.

use http::HeaderMap;
use magnetiq::site::HomePage;
use magnetiq_tests::{Answer, TestApp};

async fn demo() -> TestApp {
    let app = TestApp::start().await;
    app.site.public.set_home(HomePage::Demo);
    app
}

async fn browse(app: &TestApp, path: &str, language: &str) -> Answer {
    let call = app.call("GET", path).header("accept", "text/html,*/*;q=0.8");
    call.header("accept-language", language).send().await
}

fn path_of(headers: &HeaderMap) -> &str {
    headers["location"].to_str().unwrap()
}

#[tokio::test]
async fn the_root_leads_to_the_visitors_language() {
    let app = TestApp::start().await;
    let german = browse(&app, "/", "de-AT,de;q=0.9").await.expect(302);
    assert_eq!((path_of(&german.headers), german.header("vary")), ("/de/", "Accept-Language"));
    let other = browse(&app, "/", "fr").await.expect(302);
    assert_eq!(path_of(&other.headers), "/en/");
    assert_eq!(path_of(&browse(&app, "/de", "").await.expect(308).headers), "/de/");
}

#[tokio::test]
async fn the_start_page_is_in_its_language_and_is_not_sent_twice() {
    let app = demo().await;
    let page = browse(&app, "/de/", "en").await.expect(200);
    let html = page.text();
    assert!(html.contains("<html lang=\"de\">") && html.contains("Nordfeld Advisory"), "{html}");
    assert!(html.contains("hreflang=\"en\"") && html.contains("hreflang=\"x-default\""), "{html}");
    let again = app.call("GET", "/de/").header("if-none-match", page.header("etag")).send().await.expect(304);
    assert!(again.body.is_empty());
}

#[tokio::test]
async fn an_empty_site_says_how_to_go_on() {
    let app = TestApp::start().await;
    assert!(browse(&app, "/en/", "").await.expect(200).text().contains("Create the first account"));
}

#[tokio::test]
async fn an_error_is_a_page_in_the_layout_for_people_and_an_envelope_for_programs() {
    let app = TestApp::start().await;
    let page = browse(&app, "/de/nirgends", "en").await.expect(404).text();
    assert!(page.contains("Hier ist keine Seite") && page.contains("site-header"), "{page}");
    assert!(browse(&app, "/nowhere", "de").await.expect(404).text().contains("Hier ist keine Seite"));
    assert_eq!(browse(&app, "/api/v1/nowhere", "de").await.expect(404).code(), "NOT_FOUND");
}

#[tokio::test]
async fn styles_and_scripts_stay_for_good_under_their_name() {
    let app = TestApp::start().await;
    let html = browse(&app, "/en/", "").await.expect(200).text();
    let assets: Vec<_> = html.split('"').filter(|part| part.starts_with("/assets/")).collect();
    assert_eq!(assets.len(), 3);
    for path in assets {
        let asset = app.get(path).await.expect(200);
        assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
    }
    let _ = app.get("/assets/site.css").await.expect(404);
}
