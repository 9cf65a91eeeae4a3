//! Requests as they come from outside, against the whole store.

use axum::body::Body;
use axum::response::Response;
use http::{Method, StatusCode};
use http_body_util::BodyExt;
use std::time::Duration;

use super::*;
use crate::error::Code;
use crate::http::body::BodyLimits;
use crate::store::Store;

const LIMITS: BodyLimits = BodyLimits { bytes: 10_000, time: Duration::from_secs(5) };

/// The host's contacts, described as a table that editors run.
struct Site {
    store: Store,
    clock: Clock,
    table: Arc<Table>,
    _folder: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed("2026-03-01T09:00:00Z".parse().unwrap());
        let store = Store::open(&folder.path().join("test.db"), &clock).unwrap();
        let text = |name: &str| Field { default: json!(""), ..field(name, FieldKind::Text) };
        let description = Resource {
            name: "contacts".into(),
            table: "contacts".into(),
            fields: vec![
                Field { required: true, unique: true, filter: true, ..field("email", FieldKind::Email) },
                text("name"),
                text("company"),
                Field { default: json!("en"), ..field("locale", FieldKind::Locale) },
                text("time_zone"),
            ],
            ..events_description()
        };
        let description =
            Resource { title_field: "email".into(), sort: String::new(), public_rows: None, ..description };
        let table = Arc::new(Table::new(Owner::Core, description, &[]).unwrap());
        Self { store, clock, table, _folder: folder }
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Response> {
        let mut request = http::Request::builder().method(&method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("content-type", "application/json").body(Body::from(body.to_owned())).unwrap();
        let tail = request.uri().path().trim_start_matches("/contacts").to_owned();
        let operation = Operation::of(&self.table, &method, &tail)?;
        let request = Request::read(operation, editor(), request, LIMITS).await?;
        answer(&self.store, &self.clock, self.table.clone(), request).await
    }
}

async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

#[tokio::test]
async fn a_row_lives_from_post_to_restore() {
    let site = Site::new();
    let created = site.send(Method::POST, "/contacts", &[], r#"{"email": "Ada@Example.org"}"#).await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.headers()["location"], "/api/v1/contacts/1");
    let etag = created.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(json_of(created).await["data"]["email"], "ada@example.org");

    let read = site.send(Method::GET, "/contacts/1", &[], "").await.unwrap();
    assert_eq!(read.headers()["etag"], etag.as_str());
    let changed = site.send(Method::PATCH, "/contacts/1", &[("if-match", &etag)], r#"{"name": "Ada"}"#).await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    let late = site.send(Method::DELETE, "/contacts/1", &[("if-match", &etag)], "").await.unwrap_err();
    assert_eq!(late.code(), Code::PreconditionFailed);
    let deleted = site.send(Method::DELETE, "/contacts/1", &[], "").await.unwrap();
    assert_eq!((deleted.status(), deleted.headers().get("content-type")), (StatusCode::NO_CONTENT, None));

    let listed = json_of(site.send(Method::GET, "/contacts?trash=true", &[], "").await.unwrap()).await;
    assert_eq!(listed["pagination"], json!({"page": 1, "per_page": 20, "total": 1}));
    assert_eq!(
        (&listed["success"], &listed["message"], &listed["data"][0]["name"]),
        (&json!(true), &json!("OK"), &json!("Ada"))
    );
    let restored = site.send(Method::POST, "/contacts/1/restore", &[], "").await.unwrap();
    assert_eq!(json_of(restored).await["data"]["deleted_at"], Value::Null);
}

#[tokio::test]
async fn a_repeated_post_is_done_once_and_answered_alike() {
    let site = Site::new();
    let key = [("idempotency-key", "k1")];
    let body = r#"{"email": "ada@example.org"}"#;
    let first = site.send(Method::POST, "/contacts", &key, body).await.unwrap();
    let again = site.send(Method::POST, "/contacts", &key, body).await.unwrap();
    assert_eq!((again.status(), &again.headers()["location"]), (first.status(), &first.headers()["location"]));
    assert_eq!(json_of(again).await, json_of(first).await);
    let other = site.send(Method::POST, "/contacts", &key, r#"{"email": "b@example.org"}"#).await.unwrap_err();
    assert_eq!((other.code(), other.field_errors()[0].field.as_str()), (Code::Validation, "idempotency-key"));
}

#[tokio::test]
async fn paths_methods_and_parameters_that_are_not_known_are_refused() {
    let site = Site::new();
    for (method, path, code) in [
        (Method::GET, "/contacts/0", Code::NotFound),
        (Method::GET, "/contacts/x", Code::NotFound),
        (Method::GET, "/contacts/1/2/3", Code::NotFound),
        (Method::GET, "/contacts/99", Code::NotFound),
        (Method::GET, "/contacts/1/restore", Code::MethodNotAllowed),
        (Method::DELETE, "/contacts", Code::MethodNotAllowed),
        (Method::POST, "/contacts.csv", Code::MethodNotAllowed),
        (Method::GET, "/contacts/1?a=b", Code::Validation),
        (Method::GET, "/contacts?a=b", Code::Validation),
        (Method::GET, "/contacts.csv?page=1", Code::Validation),
    ] {
        assert_eq!(site.send(method, path, &[], "").await.unwrap_err().code(), code, "{path}");
    }
    for (body, code) in [
        ("[]", Code::Validation),
        ("{", Code::BadRequest),
        (r#"{"email":"a@b.de","email":"c@d.de"}"#, Code::Validation),
    ] {
        assert_eq!(site.send(Method::POST, "/contacts", &[], body).await.unwrap_err().code(), code, "{body}");
    }
}

#[tokio::test]
async fn a_csv_is_a_file_to_save() {
    let site = Site::new();
    site.send(Method::POST, "/contacts", &[], r#"{"email": "ada@example.org", "name": "=HYPERLINK()"}"#).await.unwrap();
    let file = site.send(Method::GET, "/contacts.csv", &[], "").await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    assert_eq!(file.headers()["content-disposition"], "attachment; filename=\"contacts.csv\"");
    let text = file.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&text).contains("1,ada@example.org,'=HYPERLINK(),,en,,2026"));
}

#[tokio::test]
async fn the_audit_agrees_with_its_migrated_table_and_is_read_only() {
    let site = Site::new();
    let table = audit::table();
    let findings = site.store.read(|snapshot| table.check(snapshot)).await.unwrap();
    assert_eq!(findings.faults, Vec::<String>::new());
    let refusal = Operation::of(&table, &Method::POST, "").unwrap_err();
    assert_eq!(refusal.code(), Code::MethodNotAllowed);
}

#[test]
fn the_document_names_what_is_open_and_every_filter() {
    let paths = openapi::paths(&events());
    let methods = |path: &str| paths[path].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(methods("/api/v1/demo/events"), ["get", "post"].map(str::to_owned).into());
    assert_eq!(methods("/api/v1/demo/events/{id}"), ["delete", "get", "patch", "put"].map(str::to_owned).into());
    assert_eq!(methods("/api/v1/demo/events/{id}/restore"), ["post".to_owned()].into());
    assert_eq!(methods("/api/v1/demo/events.csv"), ["get".to_owned()].into());
    let list = &paths["/api/v1/demo/events"]["get"];
    assert_eq!(list["security"], json!([]), "public rows need no sign-in");
    let (base, table) = (Base::new(), events());
    for name in list["parameters"].as_array().unwrap().iter().map(|parameter| parameter["name"].as_str().unwrap()) {
        let error = base.list(&table, &editor(), &format!("{name}=")).err();
        let unknown = error.iter().flat_map(faults).any(|fault| fault.contains("no such field"));
        assert!(!unknown, "{name}");
    }
    let post = &paths["/api/v1/demo/events"]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(post["required"], json!(["code", "title", "seats", "status", "starts_at"]));
    assert_eq!(post["properties"].get("token"), None, "callers do not set it");
}
