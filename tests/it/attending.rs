//! Who joins a webinar: by the button on the personal page, seen from outside.

use magnetiq_tests::{Answer, TestApp};
use serde_json::{Value, json};

use crate::webinar::{announced, personal_page, reach, register, rows};

const ROOM: &str = "https://meet.example.org/a-room?with=parameters";

/// Somebody has registered for a session that has a room; the path of the personal page.
async fn expected(app: &TestApp) -> String {
    let (admin, session) = announced(app).await;
    admin.patch_json(&session, &json!({"join_url": ROOM, "capacity": 10})).await.expect(200);
    register(app, &session, "ada@example.org").await;
    personal_page(app, "ada@example.org").await
}

/// Asked by an admin who signs in anew: the days that tests let pass end every session.
async fn attended(app: &TestApp) -> Vec<Value> {
    let list = rows(&app.sign_in("super_admin").await, "/api/v1/webinars/registrations?sort=id").await;
    list.into_iter().map(|row| row["attended"].clone()).collect()
}

fn form_action(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    policy.split("; ").find(|part| part.starts_with("form-action")).expect("a directive").to_owned()
}

#[tokio::test]
async fn the_button_leads_to_the_room_and_what_scans_mails_counts_nothing() {
    let app = TestApp::start().await;
    let page = expected(&app).await;
    let early = app.get(&page).await.expect(200);
    assert_eq!(form_action(&early), "form-action 'self'");
    assert!(early.text().contains("You can join here from:"), "{}", early.text());
    reach(&app, "2026-03-20T08:45:00Z").await;
    for _ in 0..3 {
        let open = app.get(&page).await.expect(200);
        assert_eq!(form_action(&open), "form-action 'self' https://meet.example.org");
        assert_eq!(open.header("referrer-policy"), "no-referrer");
        assert!(open.text().contains("Join now") && !open.text().contains("a-room"), "{}", open.text());
    }
    assert_eq!(attended(&app).await, [false]);
    for _ in 0..2 {
        assert_eq!(app.post_form(&page, "step=join").await.expect(303).header("location"), ROOM);
    }
    assert_eq!(attended(&app).await, [true]);
    let joins = rows(&app.sign_in("super_admin").await, "/api/v1/activities").await;
    assert_eq!(joins.iter().filter(|row| row["kind"] == "webinars.attended").count(), 1);
}

#[tokio::test]
async fn who_may_not_join_reads_why_in_their_language() {
    let app = TestApp::start().await;
    let page = expected(&app).await;
    let german = page.replace("/en/webinars", "/de/webinare");
    let said = app.post_form(&german, "step=join").await.expect(409).text();
    assert!(said.contains("Für die Teilnahme ist es noch zu früh."), "{said}");
    reach(&app, "2026-03-20T08:50:00Z").await;
    let admin = app.sign_in("super_admin").await;
    admin.call("POST", "/api/v1/webinars/sessions/1/cancel").send().await.expect(204);
    let said = app.post_form(&page, "step=join").await.expect(409).text();
    assert!(said.contains("This session has been cancelled."), "{said}");
    assert_eq!(attended(&app).await, [false]);
}

#[tokio::test]
async fn organisers_filter_by_attendance_correct_it_and_take_it_along_as_a_file() {
    let app = TestApp::start().await;
    let page = expected(&app).await;
    register(&app, "/api/v1/webinars/sessions/1", "bob@example.org").await;
    reach(&app, "2026-03-20T09:00:00Z").await;
    app.post_form(&page, "step=join").await.expect(303);
    let admin = app.sign_in("super_admin").await;
    let list =
        async |attended: bool| rows(&admin, &format!("/api/v1/webinars/registrations?attended={attended}")).await.len();
    assert_eq!((list(true).await, list(false).await), (1, 1));
    admin.patch_json("/api/v1/webinars/registrations/2", &json!({"attended": true})).await.expect(200);
    assert_eq!((list(true).await, list(false).await), (2, 0));
    let csv = admin.get("/api/v1/webinars/registrations.csv").await.expect(200).text();
    let names: Vec<_> = csv.lines().next().unwrap().split(',').collect();
    assert!(["attended", "joined_at"].iter().all(|name| names.contains(name)), "{names:?}");
    let refused = admin.patch_json("/api/v1/webinars/registrations/2", &json!({"joined_at": null})).await.expect(422);
    assert_eq!(refused.fields(), ["joined_at"]);
}

#[tokio::test]
async fn no_mail_says_where_the_meeting_is() {
    let app = TestApp::start().await;
    let page = expected(&app).await;
    reach(&app, "2026-03-20T08:00:00Z").await;
    let mails = app.mails().await;
    assert!(mails.len() >= 2, "the confirmation and a reminder");
    for mail in mails {
        assert!(mail.parts.iter().all(|part| !part.text.contains("meet.example.org")), "{mail:?}");
        for text in [mail.text(), mail.html()] {
            assert!(text.contains(&page) && text.contains("15 minutes before the start"), "{text}");
        }
    }
}
