//! The SDK through its public door: a plugin in the fake host.

#![expect(clippy::needless_pass_by_value, reason = "handlers and jobs own what they are given")]

mod guestbook;

use guestbook::Guestbook;
use magnetiq_sdk::Code;
use magnetiq_sdk::contract::describe::{Access, Comparison, FieldKind, RateLimit};
use magnetiq_sdk::prelude::*;
use magnetiq_sdk::testing::FakeHost;

fn host() -> FakeHost<Guestbook> {
    FakeHost::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guestbook"))
}

fn sign(slug: &str) -> serde_json::Value {
    json!({ "title": "Nice", "slug": slug, "stars": 4, "email": "ada@example.com", "consent": { "marketing": true } })
}

#[test]
fn a_registered_route_is_described_with_its_guard() {
    let host = host();
    let routes = &host.description().routes;
    let lines: Vec<_> =
        routes.iter().map(|route| format!("{:?} {} {}", route.kind, route.method, route.path)).collect();
    assert_eq!(
        lines,
        [
            "Page GET /",
            "Page GET /entries/{slug}",
            "Page POST /entries/{slug}",
            "Api GET /entries/{slug}",
            "Api POST /entries",
            "Api PUT /import",
            "Api DELETE /entries/{slug}"
        ]
    );
    assert_eq!(routes[0].query, ["mood"]);
    assert_eq!((&routes[1].access, routes[1].query.as_slice()), (&Access::Public, &["done".to_owned()][..]));
    assert_eq!(routes[4].limit, Some(RateLimit { times: 10, seconds: 60 }));
    assert_eq!(routes[4].body.as_ref().unwrap()["required"], json!(["title", "slug"]));
    assert_eq!((&routes[5].access, routes[5].detached), (&Access::Permission("guestbook:write".into()), true));
    assert_eq!((&routes[6].access, routes[6].detached), (&Access::SignedIn, false));
}

#[test]
fn a_resource_is_described_by_its_struct() {
    let host = host();
    let entry = &host.description().resources[0];
    let names: Vec<_> = entry.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["title", "slug", "mood", "stars", "read_at"]);
    let kinds: Vec<_> = entry.fields.iter().map(|field| field.kind).collect();
    assert_eq!(kinds, [FieldKind::Text, FieldKind::Slug, FieldKind::Choice, FieldKind::Integer, FieldKind::DateTime]);
    let required: Vec<_> = entry.fields.iter().map(|field| field.required).collect();
    assert_eq!(required, [true, true, false, false, false]);
    assert_eq!(entry.fields[2].default, json!("glad"));
    assert_eq!(entry.fields[2].choices[0].label, Text::new("Glad", "Froh"));
    assert_eq!(entry.delete, Access::Permission("guestbook:manage".into()));
    let rows = entry.public_rows.as_ref().unwrap();
    assert_eq!((rows[1].field.as_str(), rows[1].is, &rows[1].value), ("read_at", Comparison::After, &json!("now")));
    assert_eq!((entry.hooks.len(), entry.actions[0].confirm.de.as_str()), (3, "Wirklich?"));
}

#[test]
fn a_post_stores_data_mail_job_and_consent_together() {
    let host = host();
    let reply = host.post("/entries", sign("first"));
    assert_eq!((reply.status, reply.data()), (201, json!(1)));
    assert_eq!((host.mails().len(), host.jobs().len(), host.people().len()), (1, 1, 1));
    assert!(host.consents()[0].1.given);
    assert_eq!(host.mails()[0].attachments[0].content, "YQ==");

    assert_eq!(host.get("/entries/first").data()["stars"], 4);
    assert_eq!(host.get("/entries/other").status, 404);
}

#[test]
fn a_refusal_leaves_nothing() {
    let host = host();
    let mut spam = sign("spam");
    spam["title"] = json!("spam");
    let reply = host.post("/entries", spam);
    assert_eq!((reply.status, reply.problem().code), (409, "CONFLICT".into()));
    assert_eq!((host.mails().len(), host.jobs().len(), host.people().len(), host.consents().len()), (0, 0, 0, 0));

    assert_eq!(host.post("/entries", sign("twice")).status, 201);
    assert_eq!(host.post("/entries", sign("twice")).status, 409);
    assert_eq!(host.mails().len(), 1);
}

#[test]
fn every_fault_of_every_field_is_named_at_once() {
    let host = host();
    let body = json!({ "slug": "Not A Slug", "stars": 9, "mood": "sad", "email": "ada@", "consent": { "marketing": "yes", "x": 1 }, "tags": [1], "y": 2 });
    let reply = host.post("/entries", body);
    assert_eq!(reply.status, 422);
    let mut faults = reply.faults();
    faults.sort();
    assert_eq!(faults, ["consent.marketing", "consent.x", "email", "mood", "slug", "stars", "tags.0", "title", "y"]);
    let reply = host.call(
        magnetiq_sdk::contract::describe::RouteKind::Api,
        "POST",
        "/entries",
        "application/json",
        b"{".to_vec(),
    );
    assert_eq!((reply.status, reply.problem().code), (400, "BAD_REQUEST".into()));
}

#[test]
fn a_form_redirects_when_accepted_and_names_its_faults_when_refused() {
    let host = host();
    host.set_locale(Locale::De);
    let reply = host.submit(
        "/entries/x",
        &[
            ("title", "Schön & gut"),
            ("slug", "x"),
            ("stars", ""),
            ("consent[marketing]", "on"),
            ("email", "ada@example.com"),
        ],
    );
    assert_eq!((reply.status, reply.head.as_str()), (303, "/de/plugin/entries/x?done=1"));
    assert_eq!(host.rows::<String>("SELECT title FROM p_guestbook__entries", ()), ["Schön & gut"]);

    let reply = host.submit("/entries/x", &[("title", ""), ("slug", "Falsch")]);
    assert_eq!((reply.status, reply.faults()), (422, vec!["title".to_owned(), "slug".to_owned()]));
}

#[test]
fn a_page_carries_its_title_in_the_language_of_the_call() {
    let host = host();
    assert_eq!(host.page("/?mood=glad").page().data, json!({ "entries": [] }));
    assert_eq!(host.page("/").page().meta.title, "Guest book");
    host.set_locale(Locale::De);
    assert_eq!(host.page("/").page().meta.title, "Gästebuch");
}

#[test]
fn detached_routes_fetch_first_and_write_in_a_transaction() {
    let host = host();
    host.answer_outbound("https://api.example.com/", 200, r#"["A", "B"]"#);
    assert_eq!(host.send("PUT", "/import", ()).status, 422);
    assert_eq!(host.rows::<i64>("SELECT count(*) FROM p_guestbook__entries", ()), [2]);
}

#[test]
fn hooks_change_and_refuse_rows() {
    let host = host();
    let id = host.save("entries", None, json!({ "title": "loud", "slug": "loud", "stars": 5 })).unwrap();
    assert_eq!(host.rows::<String>("SELECT title FROM p_guestbook__entries", ()), ["LOUD"]);
    assert_eq!(host.events(), [("guestbook.saved".to_owned(), json!({ "new": true, "moved": true }))]);
    host.save("entries", Some(id), json!({ "stars": 5 })).unwrap();
    assert_eq!(host.events()[1].1, json!({ "new": false, "moved": false }));
    assert_eq!(host.delete("entries", id).unwrap_err().message.en, "The best entries stay.");
    assert!(host.save("entries", Some(id), json!({ "title": "" })).is_err());
}

#[test]
fn jobs_wait_run_and_are_tried_again() {
    let host = host();
    let _ = host.post("/entries", sign("a"));
    assert_eq!(host.run_due_jobs(), 0);
    host.advance(1.hours());
    assert_eq!(host.run_due_jobs(), 1);
    assert_eq!(host.rows::<Timestamp>("SELECT read_at FROM p_guestbook__entries", ()), [host.now()]);
}

#[test]
fn blocks_schedules_and_life_reach_their_handlers() {
    let host = host();
    let _ = host.post("/entries", sign("a"));
    assert_eq!(host.block("latest", json!({})).data, json!({ "entries": [{ "title": "Nice", "slug": "a" }] }));
    assert_eq!(host.block("latest", json!({ "count": 99 })).template, "");
    host.run_schedule("daily").unwrap();
    assert_eq!(host.mails()[1].to.as_deref(), Some("owner@example.com"));
    host.live("enable").unwrap();
    assert_eq!(host.events()[0].0, "guestbook.enabled", "published as enabled");
    assert_eq!(host.live("disable").unwrap_err().code, Code::BadRequest, "an event's name has no dot");
    assert_eq!(host.events().len(), 1);
    assert!(host.run_schedule("nightly").is_err());
}
