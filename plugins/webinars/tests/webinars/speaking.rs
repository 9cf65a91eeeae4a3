//! Speakers have pages, and topics lead to others.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;
use webinars::Webinars;

use crate::support::{START, add_session, host};

fn add_topic(host: &FakeHost<Webinars>, slug: &str, status: &str) -> i64 {
    let title = json!({ "en": slug, "de": slug });
    host.save("topics", None, json!({ "title": title, "slug": slug, "summary": title, "status": status })).unwrap()
}

fn add_speaker(host: &FakeHost<Webinars>, name: &str, topics: &[i64]) -> i64 {
    let speaker = host.save("speakers", None, json!({ "name": name })).unwrap();
    for topic in topics {
        let appearance = json!({ "topic_id": topic, "speaker_id": speaker, "position": 1 });
        host.save("appearances", None, appearance).unwrap();
    }
    speaker
}

fn starts(host: &FakeHost<Webinars>, topic: i64, start: &str) -> i64 {
    let session = add_session(host, start, None);
    host.save("sessions", Some(session), json!({ "topic_id": topic })).unwrap();
    session
}

/// Addresses of the topics that the first one's page proposes.
fn related(host: &FakeHost<Webinars>) -> Vec<String> {
    let page = host.page("/heat-pumps").page();
    let related = page.data["related"].as_array().unwrap().clone();
    related.into_iter().map(|topic| topic["slug"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_speakers_page_shows_who_they_are_what_is_to_come_and_what_was() {
    let host = host(None);
    let ada = add_speaker(&host, "Ada Lovelace", &[1]);
    let bio = json!({ "en": "Wrote the first program.", "de": "Schrieb das erste Programm." });
    let role = json!({ "en": "Mathematician", "de": "Mathematikerin" });
    host.save("speakers", Some(ada), json!({ "role": role, "bio": bio, "company": "Engines" })).unwrap();
    add_session(&host, "2026-04-10T14:00:00Z", None);
    host.set_time("2026-03-10T15:00:00Z");
    host.set_locale(Locale::De);
    let page = host.page("/speakers/ada-lovelace").page();
    assert_eq!(
        (page.meta.title.as_str(), page.meta.description.as_str()),
        ("Ada Lovelace", "Schrieb das erste Programm.")
    );
    let of = |list: &str| page.data[list].as_array().unwrap().iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
    assert_eq!((of("upcoming"), of("past")), (vec![json!(2)], vec![json!(1)]));
    let person = &page.json_ld;
    assert_eq!((&person["@type"], &person["jobTitle"]), (&json!("Person"), &json!("Mathematikerin")));
    assert_eq!(person["worksFor"]["name"], "Engines");
    assert_eq!(person["url"], "https://example.com/de/webinare/speakers/ada-lovelace");
    let event = host.page("/heat-pumps").page();
    assert_eq!(event.json_ld[0]["performer"][0]["url"], person["url"]);
    assert_eq!(event.data["speakers"][0]["slug"], "ada-lovelace");
    assert_eq!(host.page("/speakers/nobody").status, 404);
    host.delete("speakers", ada).unwrap();
    assert_eq!(host.page("/speakers/ada-lovelace").status, 404);
}

#[test]
fn a_speakers_page_tells_nothing_that_visitors_may_not_know() {
    let host = host(None);
    let draft = add_topic(&host, "secret", "draft");
    add_speaker(&host, "Ada", &[1, draft]);
    starts(&host, draft, "2026-04-10T14:00:00Z");
    let unpublished = add_session(&host, "2026-04-11T14:00:00Z", None);
    host.save("sessions", Some(unpublished), json!({ "status": "draft" })).unwrap();
    let page = host.page("/speakers/ada").page();
    assert_eq!(page.data["upcoming"].as_array().unwrap().len(), 1);
    assert_eq!(page.fresh_until, Some(START.parse::<Timestamp>().unwrap().as_micros()));
}

#[test]
fn an_address_is_made_from_the_name_and_belongs_to_one_speaker() {
    let host = host(None);
    for name in ["Jürgen Groß", "Jürgen Groß", "李小龍"] {
        host.save("speakers", None, json!({ "name": name })).unwrap();
    }
    let kept = host.save("speakers", None, json!({ "name": "Ada", "slug": "the-countess" })).unwrap();
    host.save("speakers", Some(kept), json!({ "name": "Ada King" })).unwrap();
    let slugs: Vec<String> = host.rows("SELECT slug FROM p_webinars__speakers ORDER BY id", ());
    assert_eq!(slugs, ["juergen-gross", "juergen-gross-2", "speaker", "the-countess"]);
    host.save("speakers", Some(kept), json!({ "slug": null })).unwrap();
    let slugs: Vec<String> = host.rows("SELECT slug FROM p_webinars__speakers WHERE id = 4", ());
    assert_eq!(slugs, ["ada-king"]);
}

#[test]
fn who_shares_a_speaker_is_proposed_first_then_what_starts_next_and_three_at_most() {
    let host = host(None);
    let topics = ["far", "near", "shared", "draft", "silent", "third"];
    let [far, near, shared, draft, _, third] =
        topics.map(|slug| add_topic(&host, slug, if slug == "draft" { "draft" } else { "published" }));
    for (topic, start) in [
        (far, "2026-06-01T10:00:00Z"),
        (near, "2026-04-01T10:00:00Z"),
        (draft, "2026-03-20T10:00:00Z"),
        (third, "2026-05-01T10:00:00Z"),
    ] {
        starts(&host, topic, start);
    }
    assert_eq!(related(&host), ["near", "third", "far"], "neither itself, nor a draft, nor what has no date");
    let speaker = add_speaker(&host, "Ada", &[1, shared, draft]);
    assert_eq!(related(&host), ["shared", "near", "third"]);
    let page = host.page("/heat-pumps").page();
    assert_eq!(page.data["related"][0]["starts_at"], json!(null));
    host.delete("speakers", speaker).unwrap();
    assert_eq!(related(&host), ["near", "third", "far"]);
}

#[test]
fn a_page_holds_no_longer_than_what_it_proposes() {
    let host = host(None);
    let soon = add_topic(&host, "soon", "published");
    starts(&host, soon, "2026-03-05T10:00:00Z");
    let start: Timestamp = "2026-03-05T10:00:00Z".parse().unwrap();
    assert_eq!(host.page("/heat-pumps").page().fresh_until, Some(start.as_micros()));
    host.set_time("2026-03-05T10:00:00Z");
    assert_eq!(related(&host), Vec::<String>::new());
}
