//! Webinars in the real host, where other parts of it have a say.

use std::ops::Deref;

use jiff::SignedDuration;
use magnetiq_tests::{Client, Guest, TestApp};
use serde_json::{Value, json};

use crate::webinar::{announced, personal_page, register, rows};

#[tokio::test]
async fn forms_sent_to_made_up_addresses_are_not_found_and_no_fault_of_the_plugin() {
    let app = TestApp::start().await;
    let (admin, _) = announced(&app).await;
    for (address, body) in [
        ("/en/webinars/nonexistent", "session=2"),
        ("/de/webinare/nonexistent", "session=1&email=ada%40example.org&name=Ada"),
        ("/en/webinars/r/nonexistent", "step=bogus"),
    ] {
        app.post_form(address, body).await.expect(404);
    }
    let usage = admin.get("/api/v1/plugins/webinars/usage").await.expect(200).data();
    assert_eq!(usage["faults"], 0, "{usage}");
}

#[tokio::test]
async fn an_erased_person_holds_up_nobody_else() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    for email in ["first@example.org", "second@example.org", "third@example.org"] {
        register(&app, &session, email).await;
    }
    let second = rows(&admin, "/api/v1/people?q=second").await[0]["id"].clone();
    admin.delete(&format!("/api/v1/people/{second}")).await.expect(204);
    admin.call("POST", &format!("{session}/cancel")).send().await.expect(204);
    app.settle().await;
    let told = rows(&admin, "/api/v1/mail?per_page=50").await;
    let told: Vec<_> =
        told.iter().filter(|mail| mail["template"] == "cancelled").map(|mail| &mail["to_email"]).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(["first@example.org", "third@example.org"].iter().all(|email| told.contains(&&json!(email))), "{told:?}");
}

#[tokio::test]
async fn who_enables_a_plugin_again_gives_it_no_more_than_it_had() {
    let app = TestApp::start().await;
    app.enable(Guest::Webinars).await;
    let admin = app.sign_in("super_admin").await;
    let grants = json!({"db": 200, "jobs": true, "mail": 10, "people": true});
    admin.put_json("/api/v1/plugins/webinars/grants", &grants).await.expect(200);
    admin.post_json("/api/v1/plugins/webinars/disable", &json!({})).await.expect(200);
    admin.post_json("/api/v1/plugins/webinars/enable", &json!({})).await.expect(200);
    assert_eq!(admin.get("/api/v1/plugins/webinars/grants").await.expect(200).data(), grants);
}

#[tokio::test]
async fn a_registration_tells_where_it_is_found_again() {
    let app = TestApp::start().await;
    let (_, session) = announced(&app).await;
    let registered = register(&app, &session, "ada@example.org").await;
    let location = registered.header("location");
    assert!(location.starts_with("/api/v1/webinars/receipts/"), "{location}");
    assert_eq!(app.get(location).await.expect(200).data(), registered.data());
}

#[tokio::test]
async fn a_registration_leaves_an_audit_row_that_names_the_session() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org").await;
    let audit = rows(&admin, "/api/v1/audit?actor_kind=visitor").await;
    assert_eq!(audit.len(), 1, "{audit:?}");
    let row = &audit[0];
    assert_eq!(
        (&row["action"], &row["resource"], &row["record_id"]),
        (&json!("POST /sessions/{id}/registrations"), &json!("webinars/sessions"), &json!(1))
    );
}

/// Registers somebody from an address of their own; who is told that the machine is busy asks again.
async fn seat(visitor: &Client, path: &str, person: u32) -> Value {
    let body = json!({"email": format!("p{person}@example.org"), "name": "Ada", "consent": {"marketing": false}});
    loop {
        let call = visitor.call("POST", path).header("x-forwarded-for", &format!("198.18.0.{person}"));
        let answer = call.json(&body).send().await;
        if !matches!(answer.status.as_u16(), 502 | 503) {
            return answer.expect(201).data();
        }
    }
}

#[tokio::test]
async fn forty_people_who_register_at_once_for_ten_seats_get_ten() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let (admin, session) = announced(&app).await;
    admin.patch_json(&session, &json!({"capacity": 10})).await.expect(200);
    let mut calls = tokio::task::JoinSet::new();
    for person in 0..40 {
        let (visitor, path) = (app.deref().clone(), format!("{session}/registrations"));
        calls.spawn(async move { seat(&visitor, &path, person).await });
    }
    let statuses = calls.join_all().await;
    let told = |status: &str| statuses.iter().filter(|answer| answer["status"] == status).count();
    assert_eq!((told("confirmed"), told("waitlisted")), (10, 30));
    let seated = rows(&admin, "/api/v1/webinars/registrations?status=confirmed&per_page=100").await;
    let waiting = rows(&admin, "/api/v1/webinars/registrations?status=waitlisted&per_page=100").await;
    assert_eq!((seated.len(), waiting.len()), (10, 30));
}

#[tokio::test]
async fn who_comes_too_late_for_a_seat_reads_why_in_their_language_on_the_page_as_it_stands() {
    let app = TestApp::start().await;
    let (_, session) = announced(&app).await;
    for email in ["first@example.org", "second@example.org"] {
        register(&app, &session, email).await;
    }
    let first = personal_page(&app, "first@example.org").await;
    let second = personal_page(&app, "second@example.org").await;
    app.post_form(&first, "step=cancel").await.expect(303);
    app.advance(SignedDuration::from_hours(25)).await;
    for (mount, reason, state) in [
        ("/en/webinars", "This offer has ended.", "You can register again"),
        ("/de/webinare", "Dieses Angebot ist abgelaufen.", "können Sie sich wieder anmelden"),
    ] {
        let second = second.replace("/en/webinars", mount);
        let page = app.post_form(&second, "step=accept").await.expect(409).text();
        let alert = page.find("role=\"alert\"").expect("an alert");
        assert!(page[alert..].contains(reason) && page.contains(state), "{page}");
        assert!(page.contains(&format!("href=\"{mount}/heat-pumps\"")), "a way on: {page}");
    }
}

#[tokio::test]
async fn who_presses_the_button_twice_keeps_the_seat_and_reads_no_refusal() {
    let app = TestApp::start().await;
    let (_, session) = announced(&app).await;
    for email in ["first@example.org", "second@example.org"] {
        register(&app, &session, email).await;
    }
    let first = personal_page(&app, "first@example.org").await;
    let second = personal_page(&app, "second@example.org").await;
    app.post_form(&first, "step=cancel").await.expect(303);
    for _ in 0..2 {
        app.post_form(&second, "step=accept").await.expect(303);
    }
}

#[tokio::test]
async fn a_conflict_is_said_in_the_language_of_whoever_calls() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    admin.call("POST", &format!("{session}/cancel")).send().await.expect(204);
    let body = json!({"email": "a@example.org", "name": "Ada", "consent": {"marketing": false}});
    for (language, sentence) in [("de", "Dieser Termin wurde abgesagt."), ("en", "This session has been cancelled.")] {
        let call = app.call("POST", &format!("{session}/registrations")).header("accept-language", language);
        assert_eq!(call.json(&body).send().await.expect(409).json()["error"]["message"], sentence);
    }
}

#[tokio::test]
async fn who_registers_when_all_dates_are_gone_reads_that_on_the_topics_page() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    admin.call("POST", &format!("{session}/cancel")).send().await.expect(204);
    let form = format!("session={}&email=a%40example.org&name=Ada", session.rsplit('/').next().unwrap());
    let page = app.post_form("/de/webinare/heat-pumps", &form).await.expect(422).text();
    assert!(page.contains("role=\"alert\"") && page.contains("Dieser Termin wurde abgesagt."), "{page}");
}

#[tokio::test]
async fn a_registration_names_its_session_by_topic_and_time_also_in_a_file() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org").await;
    let row = &rows(&admin, "/api/v1/webinars/registrations").await[0];
    assert_eq!(row["session_id_topic_id_title"], json!({"en": "Heat pumps", "de": "Wärmepumpen"}), "{row}");
    assert_eq!(row["session_id_title"], "2026-03-20T09:00:00.000000Z", "{row}");
    let file = admin.get("/api/v1/webinars/registrations.csv").await.expect(200).text();
    let (names, line) = file.split_once("\r\n").unwrap();
    assert!(names.contains("session_id_title,session_id_topic_id_title_en,session_id_topic_id_title_de"), "{names}");
    assert!(line.contains("2026-03-20T09:00:00.000000Z,Heat pumps,Wärmepumpen"), "{line}");
}

#[tokio::test]
async fn a_status_that_the_waiting_list_gives_is_named_as_such_and_not_set_by_hand() {
    let app = TestApp::start().await;
    let (admin, session) = announced(&app).await;
    register(&app, &session, "ada@example.org").await;
    let panel = admin.get("/api/v1/panel").await.expect(200).data();
    let fields = panel["resources"]["webinars/registrations"]["fields"].as_array().unwrap();
    let status = fields.iter().find(|field| field["name"] == "status").unwrap();
    let choices = status["choices"].as_array().unwrap().iter().filter(|choice| choice["read_only"] == true);
    let left: Vec<_> = choices.map(|choice| &choice["value"]).collect();
    assert_eq!(left, ["offered", "expired"]);
    for status in left {
        let answer = admin.patch_json("/api/v1/webinars/registrations/1", &json!({"status": status})).await.expect(422);
        assert_eq!(answer.fields(), ["status"]);
    }
    admin.patch_json("/api/v1/webinars/registrations/1", &json!({"status": "cancelled"})).await.expect(200);
}

#[tokio::test]
async fn the_panel_learns_what_jobs_are_called_whom_a_cancellation_tells_and_how_mail_leaves() {
    let app = TestApp::start().await;
    let (admin, _) = announced(&app).await;
    let panel = admin.get("/api/v1/panel").await.expect(200).data();
    assert_eq!(panel["site"]["mail"], "files");
    for name in ["remind", "announce", "expire", "morning"] {
        let label = &panel["work"][format!("webinars/{name}")];
        assert!(["en", "de"].iter().all(|language| label[language] != ""), "{name}: {label}");
    }
    let tells = &panel["resources"]["webinars/sessions"]["actions"][0]["tells"];
    assert_eq!((&tells["resource"], &tells["reference"]), (&json!("registrations"), &json!("session_id")), "{panel}");
    let files = TestApp::start_with(&[("SMTP_URL", "smtp://127.0.0.1:9"), ("MAIL_FROM", "a@example.org")]).await;
    let panel = files.sign_in("admin").await.get("/api/v1/panel").await.expect(200).data();
    assert_eq!(panel["site"]["mail"], "smtp");
}
