//! The document names every route of the host and of the plugins that are enabled, and keeps the rules of OpenAPI 3.0.

use std::collections::BTreeSet;

use magnetiq::router;
use magnetiq_contract::describe::Access;
use magnetiq_contract::names;
use magnetiq_tests::{Guest, Process, TestApp};
use serde_json::Value;
use tokio::sync::OnceCell;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
const PLUGINS: [Guest; 2] = [Guest::Webinars, Guest::Hello];

/// The document of a site with plugins, and what their contracts say of their routes.
async fn documented() -> &'static (Value, Vec<Value>) {
    static DOCUMENTED: OnceCell<(Value, Vec<Value>)> = OnceCell::const_new();
    let make = async || {
        let app = TestApp::start().await;
        let (admin, mut routes) = (app.sign_in("admin").await, Vec::new());
        for guest in PLUGINS {
            app.enable(guest).await;
            let plugin = admin.get(&format!("/api/v1/plugins/{}", guest.id())).await.expect(200).data();
            routes.extend(plugin["contract"]["routes"].as_array().unwrap().clone());
        }
        (app.get("/api/v1/openapi.json").await.expect(200).json(), routes)
    };
    DOCUMENTED.get_or_init(make).await
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    methods.collect()
}

#[tokio::test]
async fn every_route_of_the_host_is_in_the_document() {
    let (document, _) = documented().await;
    assert_eq!(document["openapi"], "3.0.3");
    for route in router::routes().list() {
        let operation = &document["paths"][&route.path][route.method.as_str().to_ascii_lowercase()];
        assert!(operation["summary"].is_string(), "{} {} is not in the document", route.method, route.path);
        assert!(!route.summary.is_empty(), "{} {} says nothing of itself", route.method, route.path);
    }
}

#[test]
fn no_plugin_can_be_called_like_a_path_of_the_host() {
    let routes = router::routes();
    let below = routes.list().iter().filter_map(|route| route.path.strip_prefix("/api/v1/"));
    let firsts: BTreeSet<&str> = below.filter_map(|path| path.split(['/', '.']).next()).collect();
    assert!(firsts.contains("people") && firsts.len() > 8, "{firsts:?}");
    for first in firsts {
        assert!(names::id_fault(first).is_some(), "{first}");
    }
}

#[tokio::test]
async fn every_page_form_and_route_of_an_enabled_plugin_is_in_the_document_in_every_language() {
    let (document, routes) = documented().await;
    assert!(routes.len() > PLUGINS.len(), "{routes:?}");
    for route in routes {
        let (method, path) = (route["method"].as_str().unwrap().to_lowercase(), route["path"].as_str().unwrap());
        assert!(document["paths"][path][&method].is_object(), "{method} {path} is not in the document");
    }
    for (path, method, media_type) in [
        ("/de/webinare", "get", "text/html"),
        ("/de/webinare/{slug}", "get", "text/html"),
        ("/de/hallo", "get", "text/html"),
        ("/en/webinars/calendar.ics", "get", "*/*"),
    ] {
        let content = &document["paths"][path][method]["responses"]["200"]["content"];
        assert!(content[media_type].is_object(), "{method} {path}: {content}");
    }
    let form = &document["paths"]["/de/webinare/{slug}"]["post"]["requestBody"]["content"];
    assert!(form["application/x-www-form-urlencoded"].is_object(), "{form}");
    // Its tables are there whole: `{id}` stands for what `topics` answers as `id`.
    for (path, method) in [("/api/v1/webinars/topics", "get"), ("/api/v1/webinars/topics/{id}/restore", "post")] {
        assert!(document["paths"][path][method].is_object(), "{method} {path} is not in the document");
    }
}

#[tokio::test]
async fn a_plugins_routes_say_with_which_status_they_answer() {
    let (document, _) = documented().await;
    for (path, method, status) in [
        ("/api/v1/webinars/sessions/{id}/registrations", "post", "201"),
        ("/api/v1/webinars/sessions/{id}/cancel", "post", "204"),
        ("/api/v1/webinars/receipts/{receipt}", "get", "200"),
    ] {
        let responses = &document["paths"][path][method]["responses"];
        assert!(responses[status].is_object() && responses["2XX"].is_null(), "{method} {path}: {responses}");
    }
}

#[tokio::test]
async fn a_parameter_in_a_path_has_the_type_that_the_route_reads() {
    let (document, _) = documented().await;
    for (path, method, name, kind) in [
        ("/api/v1/users/{id}", "get", "id", "integer"),
        ("/api/v1/jobs/{id}/retry", "post", "id", "integer"),
        ("/api/v1/plugins/{plugin}", "get", "plugin", "string"),
        ("/api/v1/plugins/{plugin}/enable", "post", "plugin", "string"),
        ("/api/v1/auth/setup/{token}", "get", "token", "string"),
        ("/api/v1/webinars/topics/{id}", "get", "id", "integer"),
        ("/api/v1/webinars/sessions/{id}/registrations", "post", "id", "integer"),
        ("/en/webinars/{slug}", "get", "slug", "string"),
    ] {
        let parameters = document["paths"][path][method]["parameters"].as_array().unwrap();
        let found = parameters.iter().find(|parameter| parameter["in"] == "path" && parameter["name"] == name).unwrap();
        assert_eq!(found["schema"]["type"], kind, "{method} {path}: {found}");
    }
}

#[tokio::test]
async fn the_document_keeps_the_rules_of_openapi() {
    let (document, _) = documented().await;
    if let Err(fault) = serde_json::from_value::<openapiv3::OpenAPI>(document.clone()) {
        panic!("the document does not fit the format: {fault}");
    }
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations(document) {
        let at = format!("{method} {path}");
        assert!(METHODS.contains(&method) && path.starts_with('/'), "{at}");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{at}: its operationId is another's");
        let parameters = operation["parameters"].as_array().unwrap();
        let named = |place: &'static str| {
            let those = parameters.iter().filter(move |parameter| parameter["in"] == place);
            those.map(|parameter| parameter["name"].as_str().unwrap())
        };
        let in_path: BTreeSet<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(named("path").collect::<BTreeSet<_>>(), in_path, "{at}");
        for place in ["path", "query", "header"] {
            assert_eq!(named(place).count(), named(place).collect::<BTreeSet<_>>().len(), "{at}: twice in {place}");
        }
        let required = |parameter: &Value| parameter["in"] != "path" || parameter["required"] == true;
        assert!(parameters.iter().all(|parameter| required(parameter) && parameter["schema"].is_object()), "{at}");
        let responses = operation["responses"].as_object().unwrap();
        let told = |response: &Value| response["description"].is_string() || response["$ref"].is_string();
        assert!(!responses.is_empty() && responses.values().all(told), "{at}");
        for security in operation["security"].as_array().unwrap().iter().flat_map(|one| one.as_object().unwrap().keys())
        {
            assert!(document["components"]["securitySchemes"][security].is_object(), "{at}: {security}");
        }
    }
    follow(document, document, "");
}

/// References lead somewhere, and no schema speaks the dialect of later versions.
fn follow(document: &Value, value: &Value, at: &str) {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{at}: {reference} leads nowhere");
    }
    for (name, below) in value.as_object().into_iter().flatten() {
        let is_schema_word = !at.ends_with("/properties");
        let is_type = below.as_str().is_some_and(|kind| TYPES.contains(&kind) || at.contains("/securitySchemes/"));
        assert!(!(is_schema_word && name == "type") || is_type, "{at}: {below} is no type");
        let later = ["$schema", "$defs", "const", "examples", "patternProperties", "if", "prefixItems"];
        assert!(!(is_schema_word && later.contains(&name.as_str())), "{at}: {name} came with version 3.1");
        follow(document, below, &format!("{at}/{name}"));
    }
    for (place, below) in value.as_array().into_iter().flatten().enumerate() {
        follow(document, below, &format!("{at}/{place}"));
    }
}

#[test]
fn the_printed_document_names_the_plugins_that_are_enabled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").display().to_string();
    let print = || {
        let output = Process::run(&["openapi", "--data-dir", &path], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert!(print()["paths"]["/api/v1/users"].is_object());
    assert!(!folder.path().join("data").exists(), "printing made a folder");
    let package = Guest::Hello.path().display().to_string();
    assert!(Process::run(&["plugin", "install", "--unsigned", "--data-dir", &path, &package], &[]).status.success());
    assert!(Process::run(&["plugin", "enable", "--data-dir", &path, "hello"], &[]).status.success());
    let document = print();
    for path in ["/api/v1/hello/greetings", "/en/hello", "/de/hallo"] {
        assert!(document["paths"][path]["get"].is_object(), "{path} is missing");
    }
}

#[tokio::test]
async fn every_route_of_the_document_asks_who_calls_before_it_answers() {
    let app = TestApp::start().await;
    for route in router::routes().list().iter().filter(|route| route.policy != Access::Public.into()) {
        let path = route.path.replace("{id}", "1").replace("{plugin}", "webinars");
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
