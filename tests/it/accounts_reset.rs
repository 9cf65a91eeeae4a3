//! A forgotten password: asked for by anybody, chosen by whoever reads the mailbox, once.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Authenticator, Client, PASSWORD, Process, TestApp};
use serde_json::{Value, json};

use crate::letters::{
    OTHER, count, events, forget, invitation_token, invite, last_to, letters_to, login, reset, reset_token, token,
};

const ME: &str = "/api/v1/auth/me";
const EDITOR: &str = "editor@example.org";

async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    (app, editor)
}

#[tokio::test]
async fn a_link_by_mail_chooses_another_password_and_ends_all_sessions() {
    let (app, editor) = start().await;
    let _ = forget(&app, " Editor@Example.org ").await.expect(204);
    let mail = last_to(&app, EDITOR).await;
    assert_eq!(mail.subject, "A new password for Magnetiq");
    let text = mail.text();
    assert!(text.starts_with("Hello Test editor,"), "{text}");
    assert!(text.contains("works once, until 1 March 2026, 09:30 UTC") && text.contains("127.0.0.1"), "{text}");

    let answer = reset(&app, &token(&app, &mail, "reset-password"), OTHER).await.expect(204);
    assert!(answer.body.is_empty() && answer.header("set-cookie").is_empty(), "nobody is signed in by it");
    let _ = editor.get(ME).await.expect(401);
    let _ = login(&app, EDITOR, PASSWORD).await.expect(401);
    let _ = login(&app, EDITOR, OTHER).await.expect(200);

    let notice = last_to(&app, EDITOR).await;
    assert_eq!(notice.subject, "Your password was changed (Magnetiq)");
    let text = notice.text();
    for part in ["by a link from a mail", "When: 1 March 2026, 09:00 UTC", "From which address: 127.0.0.1"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains("/admin/forgot-password"), "{text}");
    let kinds = events(&app).await;
    assert!(kinds.contains(&"password_reset_asked".to_owned()) && kinds.contains(&"password_reset".to_owned()));
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=users&action=reset_password").await.expect(200).json();
    let row = &audit["data"][0];
    assert_eq!((&row["record_id"], &row["actor_kind"], &row["actor_id"]), (&json!(1), &json!("user"), &json!(1)));
}

#[tokio::test]
async fn whoever_speaks_german_is_written_to_in_german() {
    let app = TestApp::start().await;
    let root = app.sign_in("super_admin").await;
    let user = invite(&root, "ada@example.org", "de").await;
    let path = format!("/api/v1/auth/invitations/{}", invitation_token(&app, "ada@example.org").await);
    let _ = app.post_json(&path, &json!({"password": PASSWORD})).await.expect(201);
    let zone = json!({"timezone": "Europe/Berlin"});
    let _ = root.patch_json(&format!("/api/v1/users/{}", user["id"]), &zone).await.expect(200);

    let token = reset_token(&app, "ada@example.org").await;
    let mail = last_to(&app, "ada@example.org").await;
    assert_eq!(mail.subject, "Neues Passwort für Magnetiq");
    let text = mail.text();
    assert!(text.starts_with("Guten Tag Ada,") && text.contains("bis 1. März 2026, 10:30 Uhr MEZ"), "{text}");
    let _ = reset(&app, &token, OTHER).await.expect(204);
    let notice = last_to(&app, "ada@example.org").await;
    assert_eq!(notice.subject, "Ihr Passwort wurde geändert (Magnetiq)");
    assert!(notice.text().contains("Wann: 1. März 2026, 10:00 Uhr MEZ"), "{}", notice.text());
}

#[tokio::test]
async fn a_link_works_once_and_the_others_that_are_open_close_with_it() {
    let (app, _) = start().await;
    let (first, second) = (reset_token(&app, EDITOR).await, reset_token(&app, EDITOR).await);
    assert_ne!(first, second);
    let _ = reset(&app, &second, OTHER).await.expect(204);
    for token in [&first, &second] {
        assert_eq!(reset(&app, token, "yet another one of them").await.expect(410).code(), "GONE");
    }
    let _ = login(&app, EDITOR, OTHER).await.expect(200);
}

#[tokio::test]
async fn a_link_runs_out_after_half_an_hour() {
    let (app, _) = start().await;
    let token = reset_token(&app, EDITOR).await;
    app.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(reset(&app, &token, OTHER).await.expect(410).code(), "GONE");
    let token = reset_token(&app, EDITOR).await;
    app.clock.advance(SignedDuration::from_secs(30 * 60 - 1));
    let _ = reset(&app, &token, OTHER).await.expect(204);
}

#[tokio::test]
async fn a_message_that_is_late_does_not_leave_when_its_link_has_run_out() {
    let (app, _) = start().await;
    let _ = forget(&app, EDITOR).await.expect(204);
    app.clock.advance(SignedDuration::from_mins(30));
    assert!(letters_to(&app, EDITOR).await.is_empty());
}

#[tokio::test]
async fn altered_tokens_and_those_of_another_purpose_are_not_there_and_leave_a_trace() {
    let app = TestApp::start_with(&[("REGISTRATION", "viewer")]).await;
    let (editor, root) = (app.sign_in("editor").await, app.sign_in("super_admin").await);
    let _ = invite(&root, "ada@example.org", "en").await;
    let body = json!({"email": "bob@example.org", "name": "Bob", "password": PASSWORD});
    let _ = app.post_json("/api/v1/auth/register", &body).await.expect(204);
    let body = json!({"email": "new@example.org", "password": PASSWORD});
    let _ = editor.post_json("/api/v1/auth/email/change", &body).await.expect(204);
    let tokens = [
        ("email/confirm", token(&app, &last_to(&app, EDITOR).await, "confirm-email")),
        ("email/confirm", token(&app, &last_to(&app, "new@example.org").await, "confirm-email")),
        ("password/reset", reset_token(&app, EDITOR).await),
        ("email/verify", token(&app, &last_to(&app, "bob@example.org").await, "verify-email")),
        ("invitations", invitation_token(&app, "ada@example.org").await),
    ];
    let send = |door: &'static str, token: String| {
        let app: Client = (*app).clone();
        async move {
            match door {
                "invitations" => {
                    let path = format!("/api/v1/auth/invitations/{token}");
                    let _ = app.get(&path).await.expect(404);
                    app.post_json(&path, &json!({"password": OTHER})).await
                }
                "password/reset" => reset(&app, &token, OTHER).await,
                door => app.post_json(&format!("/api/v1/auth/{door}"), &json!({"token": token})).await,
            }
        }
    };
    for (door, token) in &tokens {
        for (_, other) in tokens.iter().filter(|(other, _)| other != door) {
            let _ = send(door, other.clone()).await.expect(404);
        }
        let last = if token.ends_with('A') { 'Q' } else { 'A' };
        for altered in
            [format!("{}{last}", &token[..53]), token.to_lowercase(), token[1..].to_owned(), "x".repeat(2000)]
        {
            let _ = send(door, altered).await.expect(404);
        }
    }
    assert!(events(&app).await.contains(&"link_refused".to_owned()));
    assert_eq!(count(&app, "SELECT count(*) FROM account_links WHERE used_at IS NOT NULL").await, 0);
    let _ = login(&app, EDITOR, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn of_a_hundred_who_use_one_link_at_once_one_chooses_the_password() {
    let (app, _) = start().await;
    let token = reset_token(&app, EDITOR).await;
    let tries = (0..100).map(|number| {
        let (visitor, token): (Client, _) = ((*app).clone(), token.clone());
        let password = format!("{OTHER} number {number}");
        tokio::spawn(async move { (reset(&visitor, &token, &password).await.status.as_u16(), password) })
    });
    let mut winners = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            (204, password) => winners.push(password),
            // Spent, or too many hashes at once.
            (410 | 503, _) => {}
            (status, _) => panic!("{status}"),
        }
    }
    assert_eq!(winners.len(), 1, "{winners:?}");
    let _ = login(&app, EDITOR, &winners[0]).await.expect(200);
    assert_eq!(count(&app, "SELECT count(*) FROM security_events WHERE event_type = 'password_reset'").await, 1);
    assert_eq!(letters_to(&app, EDITOR).await.len(), 2, "the link and one notice");
}

#[tokio::test]
async fn nobody_learns_from_the_answer_whether_an_address_is_known() {
    let (app, _) = start().await;
    let root = app.sign_in("super_admin").await;
    let _ = invite(&root, "invited@example.org", "en").await;
    let viewer = app.sign_in("viewer").await.get(ME).await.expect(200).data();
    let _ = root.call("POST", &format!("/api/v1/users/{}/lock", viewer["id"])).send().await.expect(200);
    let admin = app.sign_in("admin").await.get(ME).await.expect(200).data();
    let _ = root.delete(&format!("/api/v1/users/{}", admin["id"])).await.expect(204);
    let invited = letters_to(&app, "invited@example.org").await.len();

    let shape = |answer: &Answer| {
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        (answer.status, answer.body.clone(), names)
    };
    let known = forget(&app, EDITOR).await.expect(204);
    for email in ["nobody@example.org", "invited@example.org", "viewer@example.org", "admin@example.org"] {
        let other = forget(&app, email).await;
        assert_eq!(shape(&other), shape(&known), "{email}");
    }
    assert_eq!(letters_to(&app, EDITOR).await.len(), 1);
    assert_eq!(letters_to(&app, "invited@example.org").await.len(), invited);
    for email in ["nobody@example.org", "viewer@example.org", "admin@example.org"] {
        assert!(letters_to(&app, email).await.is_empty(), "{email}");
    }
    // What is written is the same too, so that the time it takes tells nothing.
    let rows = "SELECT count(*) FROM account_links WHERE purpose = 'password_reset'";
    assert_eq!(count(&app, rows).await, 5);
    assert_eq!(forget(&app, "nobody").await.expect(422).fields(), ["email"]);
}

#[tokio::test]
async fn asking_again_and_again_fills_no_mailbox_and_takes_no_link_away() {
    let (app, _) = start().await;
    for _ in 0..5 {
        let _ = forget(&app, EDITOR).await.expect(204);
    }
    let mails = letters_to(&app, EDITOR).await;
    assert_eq!(mails.len(), 3, "open at once");
    let _ = reset(&app, &token(&app, &mails[0], "reset-password"), OTHER).await.expect(204);
    for _ in 0..10 {
        app.clock.advance(SignedDuration::from_mins(31));
        let _ = forget(&app, EDITOR).await.expect(204);
        let _ = letters_to(&app, EDITOR).await;
    }
    let links = letters_to(&app, EDITOR).await.iter().filter(|mail| mail.subject.starts_with("A new")).count();
    assert_eq!(links, 10, "in a day");
}

#[tokio::test]
async fn one_place_asks_a_few_times_for_whomever_it_is() {
    let settings = [("TRUSTED_PROXIES", "127.0.0.1"), ("RATE_BURST", "1000"), ("RATE_LIMIT", "1000")];
    let app = TestApp::start_with(&settings).await;
    let ask = |from: &'static str, email: String| {
        let body = json!({"email": email});
        app.call("POST", "/api/v1/auth/password/forgot").header("x-forwarded-for", from).json(&body).send()
    };
    for number in 0..5 {
        let _ = ask("192.0.2.1", format!("user{number}@example.org")).await.expect(204);
    }
    let refused = ask("192.0.2.1", "more@example.org".to_owned()).await.expect(429);
    assert_eq!((refused.code().as_str(), refused.header("retry-after")), ("RATE_LIMITED", "180"));
    let _ = ask("192.0.2.2", "more@example.org".to_owned()).await.expect(204);
}

#[tokio::test]
async fn a_poor_password_is_named_and_leaves_the_link_good() {
    let (app, _) = start().await;
    let token = reset_token(&app, EDITOR).await;
    for password in ["short", "password1", "homelesspa", "editor@example.org", "Test editor", "magnetiq2026"] {
        assert_eq!(reset(&app, &token, password).await.expect(422).fields(), ["password"], "{password}");
    }
    let _ = reset(&app, &token, OTHER).await.expect(204);
}

#[tokio::test]
async fn whoever_was_locked_out_by_guessing_is_in_again_after_a_reset() {
    let (app, _) = start().await;
    for _ in 0..8 {
        let _ = login(&app, EDITOR, "a wrong guess of many").await.expect(401);
    }
    let _ = login(&app, EDITOR, PASSWORD).await.expect(401);
    let token = reset_token(&app, EDITOR).await;
    let _ = reset(&app, &token, OTHER).await.expect(204);
    let _ = login(&app, EDITOR, OTHER).await.expect(200);
}

#[tokio::test]
async fn whoever_was_closed_out_by_an_admin_stays_out() {
    let (app, editor) = start().await;
    let user = editor.get(ME).await.expect(200).data();
    let token = reset_token(&app, EDITOR).await;
    let root = app.sign_in("super_admin").await;
    let path = format!("/api/v1/users/{}", user["id"]);
    let _ = root.call("POST", &format!("{path}/lock")).send().await.expect(200);
    let _ = reset(&app, &token, OTHER).await.expect(410);
    let _ = root.call("POST", &format!("{path}/unlock")).send().await.expect(200);
    let _ = root.delete(&path).await.expect(204);
    let _ = reset(&app, &token, OTHER).await.expect(410);
}

#[tokio::test]
async fn a_reset_does_not_get_around_the_second_factor() {
    let (app, editor) = start().await;
    let mfa = "/api/v1/auth/mfa";
    let told = editor.post_json(&format!("{mfa}/enroll"), &json!({"password": PASSWORD})).await.expect(200).data();
    let phone = Authenticator::new(told["secret"].as_str().unwrap());
    let code = json!({"code": phone.code(app.clock.now())});
    let _ = editor.post_json(&format!("{mfa}/confirm"), &code).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(60));
    let before = login(&app, EDITOR, PASSWORD).await.expect(200).data();

    let token = reset_token(&app, EDITOR).await;
    let _ = reset(&app, &token, OTHER).await.expect(204);
    let asked = login(&app, EDITOR, OTHER).await.expect(200).data();
    assert!(asked["access_token"].is_null() && asked["mfa_token"].is_string(), "{asked}");
    for (asked, status) in [(before, 410), (asked, 200)] {
        let body = json!({"mfa_token": asked["mfa_token"], "code": phone.code(app.clock.now())});
        let _ = app.post_json(mfa, &body).await.expect(status);
    }
}

/// Every value of every table, as one text.
async fn database(app: &TestApp) -> String {
    app.site.auth.events.flush().await;
    app.site
        .store
        .read(|snapshot| {
            let mut tables = snapshot.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
            let tables = tables.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            let mut whole = String::new();
            for table in tables {
                let mut rows = snapshot.prepare(&format!("SELECT * FROM \"{table}\""))?;
                let columns = rows.column_count();
                let mut rows = rows.query([])?;
                while let Some(row) = rows.next()? {
                    for column in 0..columns {
                        let bytes = row.get_ref(column)?.as_bytes().unwrap_or_default();
                        whole.push_str(&String::from_utf8_lossy(bytes));
                        whole.push('\n');
                    }
                }
            }
            Ok(whole)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn no_token_is_in_the_database_neither_before_nor_after_its_use() {
    let (app, _) = start().await;
    let root = app.sign_in("super_admin").await;
    let _ = invite(&root, "ada@example.org", "en").await;
    let _ = forget(&app, EDITOR).await.expect(204);
    let queued = database(&app).await;
    assert!(queued.contains("password-reset") && queued.contains("expires_at"), "the outbox is looked at");
    let token = token(&app, &last_to(&app, EDITOR).await, "reset-password");
    let invitation = invitation_token(&app, "ada@example.org").await;
    let _ = reset(&app, &token, OTHER).await.expect(204);
    let path = format!("/api/v1/auth/invitations/{invitation}");
    let _ = app.post_json(&path, &json!({"password": PASSWORD})).await.expect(201);
    let _ = app.post_json(&path, &json!({"password": PASSWORD})).await.expect(410);
    let sent = database(&app).await;
    // The part that is computed with the key; before it stands the row's number.
    for secret in [&token[12..], &invitation[12..]] {
        assert!(!queued.contains(secret) && !sent.contains(secret));
    }
}

#[tokio::test]
async fn no_token_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Process::serve(folder.path(), &[("MAGNETIQ_LOG", "magnetiq=trace")]);
    let setup = served.next_line().rsplit_once('#').expect("a link").1.trim().to_owned();
    let visitor = served.visitor();
    let post =
        async |path: &str, body: &Value| visitor.call("POST", path).header("host", "localhost").json(body).send().await;
    let body = json!({"email": "root@example.org", "name": "Root", "password": PASSWORD});
    let root = post(&format!("/api/v1/auth/setup/{setup}"), &body).await.expect(201);
    let root = visitor.with_token(root.data()["access_token"].as_str().unwrap());
    let _ = post("/api/v1/auth/password/forgot", &json!({"email": "root@example.org"})).await.expect(204);
    let body = json!({"email": "ada@example.org", "role": "viewer"});
    let _ = root.call("POST", "/api/v1/users").header("host", "localhost").json(&body).send().await.expect(201);
    let mut tokens = BTreeMap::new();
    while tokens.len() < 2 {
        for mail in magnetiq_tests::Mail::read_folder(&folder.path().join("mail")) {
            let link = mail.text().lines().find_map(|line| line.split_once('#')).expect("a link");
            tokens.insert(link.0.to_owned(), link.1.trim().to_owned());
        }
        let _ = visitor.call("GET", "/livez").header("host", "localhost").send().await.expect(200);
    }
    for (page, token) in &tokens {
        let (path, body) = match page.ends_with("invitation") {
            true => (format!("/api/v1/auth/invitations/{token}"), json!({"password": OTHER})),
            false => ("/api/v1/auth/password/reset".to_owned(), json!({"token": token, "password": OTHER})),
        };
        for status in [[201, 204], [410, 410]] {
            assert!(status.contains(&post(&path, &body).await.status.as_u16()), "{page}");
        }
    }
    served.signal("TERM");
    let log = served.rest();
    assert!(log.contains("/api/v1/auth/invitations/…"), "{log}");
    for secret in tokens.values().map(|token| &token[12..]).chain([OTHER, PASSWORD]) {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
