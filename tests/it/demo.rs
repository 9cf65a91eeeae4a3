//! What `--demo` fills a site with.

use magnetiq::error::{Code, Error};
use magnetiq::site::HomePage;
use magnetiq_tests::{Client, Guest, Process, TestApp};
use serde_json::{Value, json};

/// A plugin of a single table, without code.
const MANIFEST: &str = r#"
id = "shelf"
version = "1.0.0"
api = "^0.1"
name = { en = "Shelf", de = "Regal" }
description = { en = "Keeps books.", de = "Hält Bücher." }

[capabilities.db]
quantity = 1
reason = { en = "Keeps books.", de = "Hält Bücher." }
"#;

async fn demo() -> TestApp {
    let app = TestApp::start().await;
    app.site.public.set_home(HomePage::Demo);
    app.enable(Guest::Webinars).await;
    app.site.plugins.fill_with_demo().await.unwrap();
    app
}

async fn total(client: &Client, resource: &str) -> Value {
    client.get(&format!("/api/v1/{resource}")).await.expect(200).json()["pagination"]["total"].clone()
}

#[tokio::test]
async fn the_start_page_announces_webinars_in_both_languages() {
    let app = demo().await;
    let english = app.get("/en/").await.expect(200).text();
    assert!(english.contains("Waste heat: the energy you have already paid for"), "{english}");
    let german = app.get("/de/").await.expect(200).text();
    assert!(german.contains("Abwärme: Energie, die Sie schon bezahlt haben"), "{german}");
    assert!(german.contains("Noch 3 frei") && german.contains("Warteliste"), "{german}");
}

#[tokio::test]
async fn the_demo_has_registrations_a_waiting_list_and_their_mails() {
    let app = demo().await;
    let admin = app.sign_in("admin").await;
    assert_eq!(total(&admin, "webinars/registrations?status=confirmed").await, 24);
    assert_eq!(total(&admin, "webinars/registrations?status=waitlisted").await, 2);
    assert_eq!(total(&admin, "webinars/sessions?status=cancelled").await, 1);
    assert_eq!(app.mails().await.len(), 26);
}

#[tokio::test]
async fn rows_that_are_there_already_are_left_alone_even_in_the_trash() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("admin").await;
    let title = json!({"en": "Our own", "de": "Unser eigenes"});
    let topic = json!({"title": title, "slug": "own", "summary": title, "status": "published"});
    let topic = admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201).data();
    let _ = admin.delete(&format!("/api/v1/webinars/topics/{}", topic["id"])).await.expect(204);
    app.site.plugins.fill_with_demo().await.unwrap();
    assert_eq!(total(&admin, "webinars/topics").await, 0);
}

/// Fills a site with one plugin of a single table and these demo steps.
async fn filled_with(steps: &Value) -> (TestApp, Result<(), Error>) {
    let app = TestApp::start().await;
    let folder = app.folder().join("plugins/shelf");
    let text = |en: &str| json!({"en": en, "de": en});
    let described = json!({"resources": [{
        "name": "books", "table": "p_shelf__books", "label": text("Book"), "label_plural": text("Books"),
        "title_field": "title", "sort": "title", "read": "public",
        "public_rows": [], "fields": [
            {"name": "title", "kind": "text", "label": text("Title"), "required": true, "max": 20.0, "public": true, "sort": true},
            {"name": "read_on", "kind": "date_time", "label": text("Read on"), "public": true},
            {"name": "sequel_of", "kind": "reference", "label": text("Sequel of"), "references": "books", "public": true},
        ],
    }]});
    let migration = "CREATE TABLE p_shelf__books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, read_on TEXT,
        sequel_of INTEGER REFERENCES p_shelf__books (id), created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
        deleted_at TEXT) STRICT; CREATE INDEX p_shelf__books_title ON p_shelf__books (title);";
    for (name, content) in [
        ("plugin.toml", MANIFEST.to_owned()),
        ("describe.json", described.to_string()),
        ("migrations/0001_books.sql", migration.to_owned()),
        ("demo/0001_books.json", steps.to_string()),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    app.site.plugins.offer_folder(&app.folder().join("plugins"));
    app.site.plugins.enable_all(&magnetiq::resources::Actor::system()).await.unwrap();
    let filled = app.site.plugins.fill_with_demo().await;
    (app, filled)
}

fn book(title: &str, more: &Value) -> Value {
    let mut fields = json!({"title": title});
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({"create": {"in": "books", "as": title, "fields": fields}})
}

#[tokio::test]
async fn a_row_points_to_an_earlier_one_by_its_name_and_counts_its_time_from_today() {
    let monday = json!({"read_on": {"workdays": 1, "at": "10:00", "zone": "Europe/Berlin"}});
    let (app, filled) =
        filled_with(&json!([book("First", &monday), book("Second", &json!({"sequel_of": "First"}))])).await;
    filled.unwrap();
    let books = app.get("/api/v1/shelf/books").await.expect(200).data();
    assert_eq!(books[0]["read_on"], "2026-03-02T09:00:00.000000Z");
    assert_eq!(books[1]["sequel_of"], books[0]["id"]);
}

#[tokio::test]
async fn a_refused_row_is_named_with_its_field_and_nothing_of_the_demo_stays() {
    let refusals = [
        (book("A title that is much too long", &json!({})), "title: At most 20 characters."),
        (book("Second", &json!({"sequel_of": "Third"})), "sequel_of: The record it points to does not exist."),
        (book("Second", &json!({"read_on": {"workdays": 1, "at": "noon"}})), "read_on: Expected a time such as 10:00."),
        (book("Second", &json!({"pages": 3})), "pages: There is no such field."),
        (json!({"create": {"in": "films", "fields": {}}}), "There is no resource films."),
        (json!({"post": {"to": "/lend", "body": {}}}), "There is nothing at this address."),
    ];
    for (step, reason) in refusals {
        let (app, filled) = filled_with(&json!([book("First", &json!({})), step])).await;
        let refusal = filled.unwrap_err();
        assert!(refusal.message().starts_with("demo/0001_books.json, step 2: "), "{refusal}");
        assert!(refusal.message().contains(reason), "{refusal}");
        assert_eq!(total(&app, "shelf/books").await, 0);
    }
}

#[tokio::test]
async fn a_demo_of_another_shape_is_refused_with_the_package() {
    let app = TestApp::start().await;
    let folder = app.folder().join("plugins/hello");
    std::fs::create_dir_all(folder.join("demo")).unwrap();
    std::fs::write(folder.join("plugin.toml"), MANIFEST).unwrap();
    std::fs::write(folder.join("demo/0001_books.json"), r#"[{"remove": {"in": "books"}}]"#).unwrap();
    let refusal = magnetiq::plugins::package::Package::from_folder(&folder).unwrap_err();
    assert_eq!(refusal.code(), Code::Validation);
    assert!(refusal.message().contains("demo/0001_books.json is not an array of steps"), "{refusal}");
}

#[tokio::test]
async fn a_restart_with_and_without_the_demo_finds_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = folder.path().join("plugins");
    std::fs::create_dir_all(&plugins).unwrap();
    std::fs::copy(Guest::Webinars.path(), plugins.join("webinars.mqp")).unwrap();
    for arguments in [&["--demo"][..], &["--demo"], &[]] {
        let process = Process::serve_with(folder.path(), arguments, &[]);
        let visitor = Client::visitor(format!("http://{}", process.address));
        assert_eq!(total(&visitor, "webinars/topics").await, 7, "{arguments:?}");
        let home = visitor.get("/en/").await.expect(200).text();
        assert_eq!(home.contains("Nordfeld Advisory"), !arguments.is_empty(), "{home}");
    }
}
