//! Further mail is agreed to by a tick, and taken back by the link in a person's mails.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::{FakeHost, Reply};
use webinars::Webinars;

use crate::support::{act, add_session, host, token};

fn register(host: &FakeHost<Webinars>, session: i64, marketing: bool) -> Reply {
    let body = json!({ "email": "ada@example.com", "name": "Ada", "consent": { "marketing": marketing } });
    host.post(&format!("/sessions/{session}/registrations"), body)
}

fn agreed(host: &FakeHost<Webinars>) -> Vec<Option<bool>> {
    host.rows("SELECT marketing FROM p_webinars__registrations ORDER BY id", ())
}

fn may_unsubscribe(host: &FakeHost<Webinars>, id: i64) -> bool {
    host.page(&format!("/r/{}", token(host, id))).page().data["can_unsubscribe"] == true
}

#[test]
fn whoever_agreed_takes_it_back_by_any_of_their_links_and_it_is_kept_with_its_source() {
    let host = host(None);
    add_session(&host, "2026-04-10T14:00:00Z", None);
    let _ = (register(&host, 1, true), register(&host, 2, false));
    assert_eq!(agreed(&host), [Some(true), Some(false)]);
    assert!(may_unsubscribe(&host, 2), "the person agreed, whatever they ticked the second time");

    assert_eq!(act(&host, 2, "unsubscribe").status, 303);
    assert_eq!(agreed(&host), [Some(false), Some(false)]);
    assert!(!may_unsubscribe(&host, 1));
    let consents = host.consents();
    let [(given_by, given), (taken_by, taken)] = consents.as_slice() else { panic!("{consents:?}") };
    assert_eq!((given_by, given.given), (taken_by, true));
    assert_eq!((taken.purpose.as_str(), taken.given, taken.source.as_str()), ("marketing", false, "/en/webinars/r"));

    assert_eq!(act(&host, 1, "unsubscribe").status, 303, "people press a button twice");
    assert_eq!(host.consents().len(), 2);
    assert_eq!(host.rows::<String>("SELECT status FROM p_webinars__registrations", ()), ["confirmed", "confirmed"]);
}

#[test]
fn looking_at_the_page_takes_nothing_back_and_who_never_agreed_is_not_asked() {
    let host = host(None);
    let _ = register(&host, 1, true);
    for _ in 0..2 {
        assert!(may_unsubscribe(&host, 1));
    }
    assert_eq!(host.consents().len(), 1);
    let other = json!({ "email": "bob@example.com", "name": "Bob", "consent": { "marketing": false } });
    let _ = host.post("/sessions/1/registrations", other);
    assert!(!may_unsubscribe(&host, 2));
    assert_eq!(act(&host, 2, "unsubscribe").status, 303);
    assert_eq!(host.consents().len(), 1);
}

#[test]
fn whoever_registers_again_may_agree_again() {
    let host = host(None);
    let _ = register(&host, 1, true);
    let _ = act(&host, 1, "unsubscribe");
    let _ = register(&host, 1, true);
    assert_eq!(agreed(&host), [Some(true)]);
    let _ = act(&host, 1, "cancel");
    let _ = register(&host, 1, false);
    assert_eq!(agreed(&host), [Some(true)], "a box that is not ticked takes nothing back");
    assert!(may_unsubscribe(&host, 1));
}

#[test]
fn a_registration_keeps_company_and_the_day_of_the_last_one() {
    let host = host(None);
    let body = |company: &str| {
        json!({ "email": "a@example.com", "name": "Ada", "company": company,
        "consent": { "marketing": false } })
    };
    let _ = host.post("/sessions/1/registrations", body("Analytical Engines"));
    let kept = |column: &str| -> Vec<Option<String>> {
        host.rows(&format!("SELECT {column} FROM p_webinars__registrations"), ())
    };
    let first = kept("registered_at");
    assert_eq!(kept("company"), [Some("Analytical Engines".to_owned())]);
    let _ = act(&host, 1, "cancel");
    host.advance(1.hours());
    let _ = host.post(
        "/sessions/1/registrations",
        json!({ "email": "a@example.com", "name": "Ada",
        "consent": { "marketing": false } }),
    );
    assert_eq!(kept("company"), [Some("Analytical Engines".to_owned())], "what is not said again stays");
    assert!(kept("registered_at") > first);
}
