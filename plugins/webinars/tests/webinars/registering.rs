//! Who registers is confirmed, once, and told what is wrong.

use magnetiq_sdk::contract::mail::Method;
use magnetiq_sdk::prelude::*;

use crate::support::{START, host, register, statuses, token};

#[test]
fn a_registration_is_confirmed_with_an_invitation() {
    let host = host(Some(10));
    let reply = register(&host, "ada@example.com");
    assert_eq!((reply.status, reply.data()["status"].as_str()), (201, Some("confirmed")));
    let mails = host.mails();
    let calendar = mails[0].calendar.clone().unwrap();
    assert_eq!(
        (mails[0].template.as_str(), calendar.method, calendar.event.sequence),
        ("confirmation", Method::Request, 0)
    );
    let link = format!("https://example.com/en/webinars/r/{}", token(&host, 1));
    assert_eq!(mails[0].data["link"], json!(link));
}

#[test]
fn a_repeated_registration_is_the_same_record_and_is_mailed_again_once_an_hour() {
    let host = host(None);
    let first = register(&host, "ada@example.com").data();
    host.advance(59.minutes());
    assert_eq!(register(&host, "ADA@example.com").data(), first);
    assert_eq!(host.mails().len(), 1);
    host.advance(1.minutes());
    assert_eq!(register(&host, "ada@example.com").data(), first);
    let _ = register(&host, "ada@example.com");
    assert_eq!((host.mails().len(), statuses(&host).len()), (2, 1));
}

#[test]
fn a_closed_session_takes_nobody() {
    let host = host(None);
    host.set_time(START);
    assert_eq!(register(&host, "a@example.com").status, 409);
    assert_eq!(
        host.post(
            "/sessions/9/registrations",
            json!({ "email": "a@example.com", "name": "A", "consent": { "marketing": false } })
        )
        .status,
        404
    );
    host.set_time("2026-03-03T14:00:00Z");
    host.save("sessions", Some(1), json!({ "status": "draft" })).unwrap();
    assert_eq!(register(&host, "a@example.com").status, 404);
    assert_eq!((host.people().len(), host.mails().len()), (0, 0));
}

#[test]
fn the_form_names_its_faults_and_the_trap_catches_machines() {
    let host = host(None);
    let sent = [("session", "1"), ("email", "ada@"), ("name", "")];
    let faults = host.submit("/heat-pumps", &sent).faults();
    assert_eq!(faults, ["name", "email"]);
    let sent = [("session", "7"), ("email", "ada@example.com"), ("name", "Ada")];
    assert_eq!(host.submit("/heat-pumps", &sent).faults(), ["session"]);
    let sent = [("session", "1"), ("email", "ada@example.com"), ("name", "Ada"), ("website", "https://spam.example")];
    assert_eq!(host.submit("/heat-pumps", &sent).status, 303);
    assert_eq!((statuses(&host).len(), host.mails().len()), (0, 0));
    let sent =
        [("session", "1"), ("email", "ada@example.com"), ("name", "Ada"), ("marketing", "true"), ("website", "")];
    let reply = host.submit("/heat-pumps", &sent);
    assert_eq!((reply.status, reply.head.as_str()), (303, "/en/webinars/heat-pumps?done=1"));
    assert_eq!((host.consents().len(), host.consents()[0].1.source.as_str()), (1, "/en/webinars/heat-pumps"));
}

#[test]
fn consent_must_be_answered_and_an_empty_version_of_its_text_breaks_nothing() {
    let host = host(None);
    let send = |body| host.post("/sessions/1/registrations", body);
    assert_eq!(send(json!({ "email": "a@example.com", "name": "A" })).faults(), ["consent"]);
    assert_eq!(send(json!({ "email": "a@example.com", "name": "A", "consent": {} })).faults(), ["consent.marketing"]);
    for (email, version) in [("a@example.com", ""), ("b@example.com", "  "), ("c@example.com", "2026-03")] {
        host.set_setting("consent_version", version);
        assert_eq!(send(json!({ "email": email, "name": "A", "consent": { "marketing": true } })).status, 201);
    }
    let versions: Vec<_> = host.consents().into_iter().map(|(_, consent)| consent.text_version).collect();
    assert_eq!(versions, ["1", "1", "2026-03"]);
}

#[test]
fn the_form_of_one_topic_registers_for_no_other() {
    let host = host(None);
    let title = json!({ "en": "Boilers", "de": "Kessel" });
    let topic = json!({ "title": title, "slug": "boilers", "summary": title, "status": "published" });
    host.save("topics", None, topic).unwrap();
    let sent = [("session", "1"), ("email", "ada@example.com"), ("name", "Ada")];
    assert_eq!(host.submit("/boilers", &sent).faults(), ["session"]);
    assert_eq!(statuses(&host).len(), 0);
}

#[test]
fn reading_a_personal_link_changes_nothing() {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    let page = host.page(&format!("/r/{}", token(&host, 1))).page();
    assert!(page.meta.private);
    assert_eq!(
        (&page.data["can_cancel"], &page.data["join_url"]),
        (&json!(true), &json!("https://meet.example.com/1"))
    );
    assert_eq!(statuses(&host), ["confirmed"]);
    assert_eq!(host.page("/r/unknown").status, 404);
}
