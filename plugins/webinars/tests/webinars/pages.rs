//! What visitors see: pages, the feed, the block.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::serde_json::Value;

use crate::support::{START, add_session, host, register};

#[test]
fn pages_hold_until_the_next_start_or_end() {
    let host = host(Some(1));
    let start: Timestamp = START.parse().unwrap();
    let page = host.page("/").page();
    assert_eq!(page.fresh_until, Some(start.as_micros()));
    assert_eq!(page.data["sessions"][0]["open"], true);
    let _ = register(&host, "a@example.com");
    assert_eq!(host.page("/heat-pumps").page().json_ld[0]["offers"]["availability"], "https://schema.org/SoldOut");
    host.set_time(START);
    let page = host.page("/heat-pumps").page();
    assert_eq!(page.fresh_until, Some((start + 1.hours()).as_micros()));
    assert_eq!((&page.data["open"], &page.data["sessions"][0]["running"]), (&json!(false), &json!(true)));
    host.advance(1.hours());
    assert_eq!(host.page("/").page().data["sessions"], json!([]));
    assert_eq!(host.page("/unknown").status, 404);
}

#[test]
fn the_feed_carries_the_same_uid_as_the_invitations_and_keeps_it_when_the_site_moves() {
    let host = host(None);
    host.set_locale(Locale::De);
    add_session(&host, "2026-04-10T14:00:00Z", None);
    let _ = register(&host, "a@example.com");
    let uid = host.mails()[0].calendar.clone().unwrap().event.uid;
    assert!(uid.starts_with("webinar-") && uid.len() > 30, "{uid}");
    host.set_public_url("https://moved.example.org");
    host.save("sessions", Some(1), json!({ "status": "cancelled" })).unwrap();
    host.run_due_jobs();
    assert_eq!(host.mails()[1].calendar.clone().unwrap().event.uid, uid);
    let feed = host.page("/calendar.ics").text().replace("\r\n ", "");
    for line in [
        "METHOD:PUBLISH",
        &format!("UID:{uid}"),
        "SEQUENCE:1",
        "SUMMARY:Wärmepumpen",
        "DTSTART:20260310T140000Z",
        "STATUS:CANCELLED",
    ] {
        assert!(feed.contains(&format!("{line}\r\n")), "{line} in {feed}");
    }
    assert_eq!(feed.matches("UID:").count(), 2);
    assert_eq!(feed.matches(&uid).count(), 1, "each session has its own");
}

#[test]
fn the_block_shows_what_is_open() {
    let host = host(None);
    add_session(&host, "2026-04-10T14:00:00Z", None);
    let shown = host.block("upcoming-webinars", json!({ "count": 1 }));
    assert_eq!((shown.template.as_str(), shown.data["sessions"].as_array().unwrap().len()), ("upcoming_block.html", 1));
}

#[test]
fn every_text_stands_in_both_languages() {
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(format!("{}/locales/{name}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
        magnetiq_sdk::serde_json::from_str(&text).unwrap()
    };
    let (mut english, mut german) = (Vec::new(), Vec::new());
    keys(&read("en"), "", &mut english);
    keys(&read("de"), "", &mut german);
    assert_eq!(english, german);
}

fn keys(value: &Value, path: &str, found: &mut Vec<String>) {
    match value.as_object() {
        Some(map) => map.iter().for_each(|(name, value)| keys(value, &format!("{path}.{name}"), found)),
        None => found.push(path.to_owned()),
    }
}
