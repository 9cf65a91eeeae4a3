//! What registered people and organisers read of where a registration stands.

use jiff::SignedDuration;
use magnetiq_tests::{Client, Mail, TestApp};
use serde_json::{Value, json};

use crate::webinar::{announced, rows};

async fn register(app: &TestApp, session: &str, email: &str, locale: &str) {
    let body = json!({
        "email": email, "name": "Ada", "company": "Engines", "locale": locale, "consent": {"marketing": true},
    });
    app.post_json(&format!("{session}/registrations"), &body).await.expect(201);
}

async fn mails_to(app: &TestApp, email: &str) -> Vec<Mail> {
    app.mails().await.into_iter().filter(|mail| mail.to.contains(email)).collect()
}

/// The path of the personal page that a mail leads to.
fn personal_page(mail: &Mail) -> String {
    let link = mail.text().split_whitespace().find(|word| word.contains("/r/")).expect("a link");
    link[link.find("/en/").or_else(|| link.find("/de/")).expect("a path")..].to_owned()
}

async fn registrations(admin: &Client) -> Vec<Value> {
    rows(admin, "/api/v1/webinars/registrations?sort=id").await
}

#[tokio::test]
async fn a_session_that_was_cancelled_and_takes_place_after_all_is_told_in_words_of_its_own() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org", "en").await;
    register(&app, &session, "bob@example.org", "de").await;
    admin.call("POST", &format!("{session}/cancel")).send().await.expect(204);
    app.settle().await;
    admin.patch_json(&session, &json!({"status": "published"})).await.expect(200);
    app.advance(SignedDuration::from_mins(5)).await;

    let english = mails_to(&app, "ada@").await.pop().unwrap();
    assert_eq!(english.subject, "This webinar takes place after all: Heat pumps");
    assert!(english.text().contains("your registration stands. The attached invitation"), "{}", english.text());
    assert!(english.parts.iter().any(|part| part.text.contains("METHOD:REQUEST")));
    let german = mails_to(&app, "bob@").await.pop().unwrap();
    assert_eq!(german.subject, "Dieses Webinar findet doch statt: Wärmepumpen");
    for text in [german.text(), german.html()] {
        assert!(text.contains("Sie stehen weiterhin auf der Warteliste.") && text.contains("/r/"), "{text}");
    }
}

#[tokio::test]
async fn whoever_is_offered_a_seat_reads_of_a_change_until_when_and_where_to_take_it() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for (email, locale) in [("ada@example.org", "en"), ("bob@example.org", "de"), ("eve@example.org", "en")] {
        register(&app, &session, email, locale).await;
    }
    let page = personal_page(&mails_to(&app, "ada@").await[0]);
    app.post_form(&page, "step=cancel").await.expect(303);
    admin.patch_json(&session, &json!({"ends_at": "2026-03-20T10:30:00Z"})).await.expect(200);
    app.advance(SignedDuration::from_mins(5)).await;

    let offered = mails_to(&app, "bob@").await.pop().unwrap();
    assert!(offered.subject.starts_with("Dieses Webinar hat sich geändert"), "{}", offered.subject);
    let until =
        mails_to(&app, "bob@").await[1].text().lines().find(|line| line.starts_with("Für Sie")).map(str::to_owned);
    assert!(offered.text().contains(&until.expect("the end of the offer")), "{}", offered.text());
    for text in [offered.text(), offered.html()] {
        assert!(text.contains("Platz annehmen oder ablehnen") && text.contains("/de/webinare/r/"), "{text}");
        assert!(text.contains("Für Sie ist weiterhin ein Platz reserviert."), "{text}");
    }
    let waiting = mails_to(&app, "eve@").await.pop().unwrap();
    assert!(waiting.text().contains("You are still on the waiting list."), "{}", waiting.text());
    assert!(waiting.text().contains("See or cancel your registration: "), "{}", waiting.text());
}

#[tokio::test]
async fn organisers_read_queue_offer_company_consent_and_day_of_each_registration() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for email in ["ada@example.org", "bob@example.org", "eve@example.org"] {
        register(&app, &session, email, "en").await;
    }
    let list = registrations(&admin).await;
    let told = |row: &Value| (row["waiting_since"].clone(), row["company"].clone(), row["marketing"].clone());
    assert_eq!(told(&list[0]), (Value::Null, json!("Engines"), json!(true)));
    assert_eq!(told(&list[2]), (list[2]["registered_at"].clone(), json!("Engines"), json!(true)));
    assert_eq!(list[2]["registered_at"], list[2]["created_at"]);

    let page = personal_page(&mails_to(&app, "ada@").await[0]);
    app.post_form(&page, "step=cancel").await.expect(303);
    let list = registrations(&admin).await;
    assert!(list[1]["offered_until"].is_string(), "{}", list[1]);
    assert!(list[1]["waiting_since"].is_null() && list[2]["waiting_since"].is_string(), "{list:?}");
    let waiting = rows(&admin, "/api/v1/webinars/registrations?status=waitlisted&sort=waiting_since").await;
    assert_eq!(waiting.len(), 1);
    let csv = admin.get("/api/v1/webinars/registrations.csv").await.expect(200).text();
    let head = csv.lines().next().unwrap();
    for name in ["waiting_since", "offered_until", "registered_at", "company", "marketing"] {
        assert!(head.split(',').any(|column| column == name), "{name} in {head}");
    }
    assert!(csv.lines().nth(1).unwrap().contains("Engines"), "{csv}");
    for field in ["waiting_since", "marketing", "company", "offered_until", "registered_at"] {
        let change = admin.patch_json("/api/v1/webinars/registrations/1", &json!({ field: null })).await.expect(422);
        assert_eq!(change.fields(), [field]);
    }
}

#[tokio::test]
async fn further_mail_is_stopped_by_a_button_on_the_personal_page_and_not_by_looking_at_it() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org", "de").await;
    let page = personal_page(&mails_to(&app, "ada@").await[0]);
    for (path, button) in [
        (page.clone(), "Von Neuigkeiten abmelden"),
        (page.replace("/de/webinare", "/en/webinars"), "Unsubscribe from news"),
        (page.clone(), "Von Neuigkeiten abmelden"),
    ] {
        let shown = app.get(&path).await.expect(200).text();
        assert!(shown.contains(button), "{shown}");
    }
    app.post_form(&page, "step=unsubscribe").await.expect(303);
    let shown = app.get(&page).await.expect(200).text();
    assert!(!shown.contains("Von Neuigkeiten abmelden") && shown.contains("Sie haben einen Platz."), "{shown}");

    let ada = rows(&admin, "/api/v1/people?q=ada@").await[0]["id"].clone();
    let export = admin.get(&format!("/api/v1/people/{ada}/export")).await.expect(200).data();
    let decisions: Vec<_> =
        export["consents"].as_array().unwrap().iter().map(|consent| consent["given"].clone()).collect();
    assert_eq!(decisions, [json!(false), json!(true)], "the newest first");
    let taken_back = &export["consents"][0];
    assert_eq!((&taken_back["purpose"], &taken_back["source"]), (&json!("marketing"), &json!("/de/webinare/r")));
    assert!(!taken_back.to_string().contains(page.rsplit('/').next().unwrap()), "no token: {taken_back}");
    assert_eq!(registrations(&admin).await[0]["marketing"], false);
}
