//! Replays: behind a gate for visitors, open to who has a personal link, on no page.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::{FakeHost, Reply};
use webinars::Webinars;

use crate::support::{START, act, host, register, token};

const REPLAY: &str = "https://video.example.com/watch/1";
const AFTER: &str = "2026-03-10T15:00:00Z";

/// A session that is over and has a replay; somebody had registered for it.
fn recorded() -> FakeHost<Webinars> {
    let host = host(None);
    let _ = register(&host, "ada@example.com");
    host.save("sessions", Some(1), json!({ "replay_url": REPLAY, "replay_shown": true })).unwrap();
    host.set_time(AFTER);
    host
}

fn watch(host: &FakeHost<Webinars>, email: &str) -> Reply {
    host.submit("/replays/1", &[("name", "Bob"), ("email", email), ("company", "Engines")])
}

/// Who watched: the person, their company, and whether they agreed to further mail.
fn views(host: &FakeHost<Webinars>) -> Vec<(i64, Option<String>, Option<bool>)> {
    host.rows("SELECT person, company, marketing FROM p_webinars__views ORDER BY id", ())
}

fn watched(host: &FakeHost<Webinars>) -> usize {
    host.activities().iter().filter(|(_, kind, _)| kind == "webinars.watched").count()
}

#[test]
fn the_gate_leads_whoever_says_who_they_are_to_the_replay_and_counts_them_once() {
    let host = recorded();
    for _ in 0..2 {
        let reply = watch(&host, "bob@example.com");
        assert_eq!((reply.status, reply.kind.as_str(), reply.head.as_str()), (303, "away", REPLAY));
    }
    assert_eq!(views(&host), [(2, Some("Engines".to_owned()), Some(false))]);
    assert_eq!(watched(&host), 1);
    assert_eq!(watch(&host, "nobody").faults(), ["email"]);
    assert_eq!(views(&host).len(), 1);
}

#[test]
fn no_page_says_where_the_replay_is() {
    let host = recorded();
    for path in ["/", "/heat-pumps", "/replays/1", &format!("/r/{}", token(&host, 1))] {
        let page = host.page(path).page();
        let said = format!("{}{}{}", page.data, page.json_ld, page.meta.description);
        assert!(!said.contains("video.example.com"), "{path}: {said}");
    }
    assert_eq!(views(&host), [], "looking is not watching");
}

#[test]
fn a_machine_that_fills_in_everything_is_led_nowhere() {
    let host = recorded();
    let filled = [("name", "Bob"), ("email", "bob@example.com"), ("website", "https://spam.example")];
    let reply = host.submit("/replays/1", &filled);
    assert_eq!((reply.status, reply.kind.as_str()), (303, "redirect"));
    assert_eq!((views(&host).len(), host.people().len()), (0, 1));
}

#[test]
fn a_personal_link_opens_the_replay_without_the_gate() {
    let host = recorded();
    assert_eq!(host.page(&format!("/r/{}", token(&host, 1))).page().data["can_watch"], true);
    for _ in 0..2 {
        let reply = act(&host, 1, "watch");
        assert_eq!((reply.status, reply.head.as_str()), (303, REPLAY));
    }
    assert_eq!((views(&host), watched(&host)), (vec![(1, None, None)], 1));
    host.save("sessions", Some(1), json!({ "replay_shown": false })).unwrap();
    assert_eq!(act(&host, 1, "watch").status, 409);
}

#[test]
fn a_replay_is_shown_from_the_end_of_its_session_until_its_own_end() {
    let host = recorded();
    let until: Timestamp = "2026-03-20T12:00:00Z".parse().unwrap();
    host.save("sessions", Some(1), json!({ "replay_until": until })).unwrap();
    for (time, status) in [
        (START, 404),
        ("2026-03-10T14:59:59Z", 404),
        (AFTER, 200),
        ("2026-03-20T11:59:59Z", 200),
        ("2026-03-20T12:00:00Z", 404),
    ] {
        host.set_time(time);
        assert_eq!(host.page("/replays/1").status, status, "{time}");
        let shown = host.page("/heat-pumps").page().data["replays"].as_array().unwrap().len();
        assert_eq!(shown, usize::from(status == 200), "{time}");
        assert_eq!(watch(&host, "bob@example.com").status, if status == 200 { 303 } else { 404 }, "{time}");
    }
    host.set_time(AFTER);
    assert_eq!(host.page("/heat-pumps").page().fresh_until, Some(until.as_micros()));
    assert_eq!(host.page("/replays/1").page().fresh_until, Some(until.as_micros()));
}

#[test]
fn what_is_not_to_be_seen_has_no_replay() {
    for hidden in [json!({ "replay_shown": false }), json!({ "status": "cancelled" })] {
        let host = recorded();
        host.save("sessions", Some(1), hidden).unwrap();
        assert_eq!(host.page("/replays/1").status, 404);
    }
    let host = recorded();
    host.save("topics", Some(1), json!({ "status": "archived" })).unwrap();
    assert_eq!(host.page("/replays/1").status, 404);
    let nothing = host.save("sessions", Some(1), json!({ "replay_url": null })).unwrap_err();
    assert_eq!(nothing.fields[0].field, "replay_url");
}

#[test]
fn the_topics_page_shows_the_replay_in_place_of_the_form() {
    let host = recorded();
    let page = host.page("/heat-pumps").page();
    assert_eq!((&page.data["open"], &page.data["replays"][0]["key"]), (&json!(false), &json!("1")));
}

#[test]
fn consent_before_a_replay_is_kept_with_its_source_and_taken_back_by_a_personal_link() {
    let host = recorded();
    let sent = [("name", "Ada"), ("email", "ada@example.com"), ("marketing", "true")];
    assert_eq!(host.submit("/replays/1", &sent).status, 303);
    let consents = host.consents();
    assert_eq!((consents[0].0, consents[0].1.source.as_str()), (1, "/en/webinars/replays/1"));
    host.set_time("2026-03-10T16:00:00Z");
    assert_eq!(host.page(&format!("/r/{}", token(&host, 1))).page().data["can_unsubscribe"], true);
    assert_eq!(act(&host, 1, "unsubscribe").status, 303);
    assert_eq!(views(&host), [(1, None, Some(false))]);
    assert!(!host.consents().last().unwrap().1.given);
}
