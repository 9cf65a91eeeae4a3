//! Replays and what follows a session, seen from outside.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Mail, TestApp};
use serde_json::{Value, json};

use crate::webinar::{SESSIONS, announced, personal_page, reach, register, rows};

const REPLAY: &str = "https://video.example.org/watch?v=secret";
const GATE: &str = "name=Bob&email=bob%40example.org&company=Engines";

/// A session on the 20th at 9:00 UTC that is over; one of two people came, and there is a replay.
async fn held() -> TestApp {
    let app = TestApp::start().await;
    app.install(magnetiq_tests::Guest::Webinars);
    let (admin, session) = announced(&app).await;
    let room = json!({"capacity": null, "join_url": "https://meet.example.org/1"});
    admin.patch_json(&session, &room).await.expect(200);
    for email in ["ada@example.org", "ben@example.org"] {
        register(&app, &session, email).await;
    }
    let page = personal_page(&app, "ada@example.org").await;
    reach(&app, "2026-03-20T09:00:00Z").await;
    app.post_form(&page, "step=join").await.expect(303);
    reach(&app, "2026-03-20T10:00:00Z").await;
    let replay = json!({"replay_url": REPLAY, "replay_shown": true});
    app.sign_in("super_admin").await.patch_json(&session, &replay).await.expect(200);
    app
}

fn may_lead_to_the_replay(answer: &Answer) -> bool {
    answer.header("content-security-policy").contains("form-action 'self' https://video.example.org;")
}

async fn follow_ups(app: &TestApp) -> Vec<(String, String)> {
    let is_one = |mail: &Mail| ["Thank you", "We are sorry that"].iter().any(|start| mail.subject.starts_with(start));
    let mails = app.mails().await.into_iter().filter(is_one);
    mails.map(|mail| (mail.to.clone(), mail.subject.split(':').next().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn the_gate_stands_on_a_page_that_is_kept_and_leads_to_the_replay_by_its_form_alone() {
    let app = held().await;
    for _ in 0..2 {
        let page = app.get("/en/webinars/replays/1").await.expect(200);
        assert!(may_lead_to_the_replay(&page), "{}", page.header("content-security-policy"));
        assert!(page.text().contains("Watch now") && !page.text().contains("secret"), "{}", page.text());
    }
    let refused = app.post_form("/en/webinars/replays/1", "name=Bob&email=bob").await.expect(422);
    assert!(may_lead_to_the_replay(&refused) && !refused.text().contains("secret"), "{}", refused.text());
    let led = app.post_form("/en/webinars/replays/1", GATE).await.expect(303);
    assert_eq!(led.header("location"), REPLAY);
    for (path, said) in [("/en/webinars/heat-pumps", "Watch the replay"), ("/de/webinare", "Zum Nachsehen")] {
        let page = app.get(path).await.expect(200).text();
        assert!(page.contains(said) && !page.contains("secret"), "{path}: {page}");
    }
    let public = app.get(&format!("{SESSIONS}/1")).await;
    assert!(!public.text().contains("secret"), "{}", public.text());
}

#[tokio::test]
async fn who_came_is_thanked_and_who_did_not_is_missed_once_over_restarts() {
    let app = held().await;
    reach(&app, "2026-03-21T10:15:00Z").await;
    let expected = [
        ("ada@example.org".to_owned(), "Thank you for coming".to_owned()),
        ("ben@example.org".to_owned(), "We are sorry that we missed you".to_owned()),
    ];
    let told = |mut found: Vec<(String, String)>| {
        found.sort();
        found.iter().zip(&expected).all(|(found, wanted)| found.0.contains(&wanted.0) && found.1 == wanted.1)
            && found.len() == expected.len()
    };
    assert!(told(follow_ups(&app).await), "{:?}", follow_ups(&app).await);
    let app = app.restart(SignedDuration::from_hours(1)).await;
    app.advance(SignedDuration::from_mins(15)).await;
    assert!(told(follow_ups(&app).await), "{:?}", follow_ups(&app).await);

    let missed = app.mails().await.into_iter().find(|mail| mail.subject.starts_with("We are sorry")).unwrap();
    for text in [missed.text(), missed.html()] {
        assert!(text.contains("Watch the replay") && text.contains("/en/webinars/r/"), "{text}");
        assert!(text.contains("You get this one mail because"), "{text}");
        assert!(!text.contains("video.example.org"), "{text}");
    }
    let page = personal_page(&app, "ben@example.org").await;
    assert!(may_lead_to_the_replay(&app.get(&page).await.expect(200)));
    assert_eq!(app.post_form(&page, "step=watch").await.expect(303).header("location"), REPLAY);
}

#[tokio::test]
async fn an_export_holds_attendance_and_replays_and_an_erased_person_leaves_counts_alone() {
    let app = held().await;
    app.post_form("/en/webinars/replays/1", "name=Ada&email=ada%40example.org&company=Engines").await.expect(303);
    let admin = app.sign_in("super_admin").await;
    let ada = rows(&admin, "/api/v1/people?q=ada@").await[0]["id"].clone();
    let export = admin.get(&format!("/api/v1/people/{ada}/export")).await.expect(200).data();
    let registration = &export["tables"]["webinars/registrations"][0];
    assert_eq!(
        (&registration["attended"], &registration["joined_at"]),
        (&json!(true), &json!("2026-03-20T09:00:00.000000Z"))
    );
    let view = &export["tables"]["webinars/views"][0];
    assert_eq!((&view["company"], &view["session"]["topic"]["title"]["en"]), (&json!("Engines"), &json!("Heat pumps")));
    assert_eq!(view["watched_at"], "2026-03-20T10:00:00.000000Z");
    let kinds: Vec<_> = export["activities"].as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
    assert!(kinds.contains(&json!("webinars.attended")) && kinds.contains(&json!("webinars.watched")), "{kinds:?}");

    let page = personal_page(&app, "ada@example.org").await;
    admin.delete(&format!("/api/v1/people/{ada}")).await.expect(204);
    app.settle().await;
    app.get(&page).await.expect(404);
    let views = rows(&admin, "/api/v1/webinars/views").await;
    assert_eq!((views.len(), &views[0]["company"]), (1, &Value::Null));
    let seats = rows(&admin, "/api/v1/webinars/registrations?attended=true").await;
    assert_eq!((seats.len(), &seats[0]["company"]), (1, &Value::Null), "a count");
    reach(&app, "2026-03-21T10:15:00Z").await;
    let told = follow_ups(&app).await;
    assert!(told.len() == 1 && told[0].0.contains("ben@"), "nobody writes to who was erased: {told:?}");
}

#[tokio::test]
async fn a_speakers_page_stands_in_both_languages_and_topics_lead_there() {
    let app = held().await;
    let admin = app.sign_in("super_admin").await;
    let speaker = json!({"name": "Jürgen Groß", "role": {"en": "Engineer", "de": "Ingenieur"}, "company": "Engines"});
    admin.post_json("/api/v1/webinars/speakers", &speaker).await.expect(201);
    let appearance = json!({"topic_id": 1, "speaker_id": 1, "position": 1});
    admin.post_json("/api/v1/webinars/appearances", &appearance).await.expect(201);
    for (mount, said) in [("/en/webinars", "Engineer, Engines"), ("/de/webinare", "Ingenieur, Engines")] {
        let path = format!("{mount}/speakers/juergen-gross");
        assert!(app.get(&format!("{mount}/heat-pumps")).await.expect(200).text().contains(&path));
        let page = app.get(&path).await.expect(200).text();
        assert!(page.contains(said) && page.contains(r#""@type":"Person""#), "{page}");
        assert!(page.contains(&format!("{mount}/replays/1")), "what is past and can be watched: {page}");
    }
    let twice = admin.post_json("/api/v1/webinars/speakers", &json!({"name": "Other", "slug": "juergen-gross"})).await;
    assert_eq!(twice.expect(422).fields(), ["slug"]);
    app.get("/en/webinars/speakers/nobody").await.expect(404);
}
