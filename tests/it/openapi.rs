//! The document names every route.

use magnetiq::router;
use magnetiq_contract::describe::Access;
use magnetiq_tests::TestApp;

#[tokio::test]
async fn every_route_is_in_the_document() {
    let app = TestApp::start().await;
    let document = app.get("/api/v1/openapi.json").await.expect(200).json();
    assert_eq!(document["openapi"], "3.0.3");
    for route in router::routes().list() {
        let operation = &document["paths"][&route.path][route.method.as_str().to_ascii_lowercase()];
        assert!(operation["summary"].is_string(), "{} {} is not in the document", route.method, route.path);
        assert!(!route.summary.is_empty(), "{} {} says nothing of itself", route.method, route.path);
    }
}

#[tokio::test]
async fn every_route_of_the_document_asks_who_calls_before_it_answers() {
    let app = TestApp::start().await;
    for route in router::routes().list().iter().filter(|route| route.access != Access::Public) {
        let path = route.path.replace("{id}", "1");
        let answer = app.call(route.method.as_str(), &path).send().await;
        assert_eq!(answer.status, 401, "{} {} lets a visitor in", route.method, route.path);
    }
}

#[tokio::test]
async fn the_document_can_be_read_on_a_page_without_another_server() {
    let app = TestApp::start().await;
    let page = app.get("/api/docs").await.expect(200).text();
    assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "start.js"] {
        assert!(page.contains(file), "{page}");
        assert!(!app.get(&format!("/api/docs/{file}")).await.expect(200).body.is_empty());
    }
    let _ = app.get("/api/docs/nothing.js").await.expect(404);
}
