//! Contacts over HTTP: the list, all that is stored about one, and its end.

use magnetiq::people::{self, Trust};
use magnetiq::store::Owner;
use magnetiq_contract::people::Person;
use magnetiq_tests::TestApp;
use serde_json::json;

const PEOPLE: &str = "/api/v1/people";

pub async fn contact(app: &TestApp, email: &str) -> i64 {
    let person = Person { email: email.into(), name: "Ada".into(), company: "Engines".into(), ..Person::default() };
    let clock = app.clock.clone();
    let work = app.site.store.write(Owner::Core, move |unit| people::upsert(unit, &clock, &person, Trust::Anonymous));
    work.await.unwrap()
}

#[tokio::test]
async fn contacts_are_listed_searched_and_exported() {
    let app = TestApp::start().await;
    let id = contact(&app, "ada@example.org").await;
    contact(&app, "bob@example.com").await;
    let editor = app.sign_in("editor").await;
    let found = editor.get(&format!("{PEOPLE}?q=example.org")).await.expect(200).json();
    assert_eq!(found["pagination"]["total"], 1);
    assert_eq!(found["data"][0]["email"], "ada@example.org");
    let export = editor.get(&format!("{PEOPLE}/{id}/export")).await.expect(200).data();
    assert_eq!(export["contact"]["company"], "Engines");
    assert_eq!((&export["consents"], &export["activities"]), (&json!([]), &json!([])));
    assert_eq!(app.sign_in("viewer").await.get(PEOPLE).await.code(), "FORBIDDEN");
}

#[tokio::test]
async fn an_erased_contact_is_gone_for_everyone() {
    let app = TestApp::start().await;
    let path = format!("{PEOPLE}/{}", contact(&app, "ada@example.org").await);
    assert_eq!(app.sign_in("editor").await.delete(&path).await.code(), "FORBIDDEN");
    let admin = app.sign_in("admin").await;
    assert_eq!(admin.delete(&path).await.expect(204).text(), "");
    assert_eq!(admin.delete(&path).await.code(), "NOT_FOUND");
    assert_eq!(admin.get(&format!("{path}/export")).await.code(), "NOT_FOUND");
    assert_eq!(admin.get(PEOPLE).await.expect(200).json()["pagination"]["total"], 0);
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=people").await.expect(200).json();
    assert_eq!(audit["data"][0]["action"], "erase");
    assert!(!audit.to_string().contains("ada@"), "{audit}");
}
