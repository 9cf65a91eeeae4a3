//! What tests of accounts share: the mails to somebody, and the token in one.

use magnetiq_tests::{Answer, Client, Mail, TestApp};
use serde_json::{Value, json};

/// What the tests of accounts choose as another password.
pub const OTHER: &str = "a lighthouse for paper boats";

/// The messages to an address, the oldest first.
pub async fn letters_to(app: &TestApp, email: &str) -> Vec<Mail> {
    app.mails().await.into_iter().filter(|mail| mail.to.contains(email)).collect()
}

/// The last message to an address.
pub async fn last_to(app: &TestApp, email: &str) -> Mail {
    letters_to(app, email).await.pop().unwrap_or_else(|| panic!("a message to {email}"))
}

/// The token of the link in a message, which leads to this screen of the panel at the site's public address.
pub fn token(app: &TestApp, mail: &Mail, screen: &str) -> String {
    let page = format!("{}/admin/{screen}#", app.site.settings.server.public_url);
    let token = |text: &str| {
        let text = text.replace("&#x2f;", "/");
        let rest = text.split(&page).nth(1).unwrap_or_else(|| panic!("no link to {page} in {text}"));
        rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || "-_".contains(*letter)).collect::<String>()
    };
    let (text, html) = (token(mail.text()), token(mail.html()));
    assert_eq!(text, html, "both parts hold the same link");
    assert_eq!(text.len(), 54);
    text
}

/// Asks for another password.
pub async fn forget(client: &Client, email: &str) -> Answer {
    client.post_json("/api/v1/auth/password/forgot", &json!({"email": email})).await
}

/// Chooses another password by a link.
pub async fn reset(client: &Client, token: &str, password: &str) -> Answer {
    client.post_json("/api/v1/auth/password/reset", &json!({"token": token, "password": password})).await
}

/// Tries to sign in.
pub async fn login(client: &Client, email: &str, password: &str) -> Answer {
    client.post_json("/api/v1/auth/login", &json!({"email": email, "password": password})).await
}

/// The token of a fresh link to choose another password.
pub async fn reset_token(app: &TestApp, email: &str) -> String {
    let _ = forget(app, email).await.expect(204);
    token(app, &last_to(app, email).await, "reset-password")
}

/// Invites somebody; answers their row.
pub async fn invite(root: &Client, email: &str, language: &str) -> Value {
    let body = json!({"email": email, "name": "Ada", "role": "editor", "language": language});
    root.post_json("/api/v1/users", &body).await.expect(201).data()
}

/// The token of the last invitation to an address.
pub async fn invitation_token(app: &TestApp, email: &str) -> String {
    token(app, &last_to(app, email).await, "invitation")
}

/// Rows that a query counts.
pub async fn count(app: &TestApp, sql: &'static str) -> i64 {
    app.site.auth.events.flush().await;
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

/// The kinds of security events so far, the oldest first.
pub async fn events(app: &TestApp) -> Vec<String> {
    app.site.auth.events.flush().await;
    app.site
        .store
        .read(|snapshot| {
            let mut statement = snapshot.prepare("SELECT event_type FROM security_events ORDER BY id")?;
            let kinds = statement.query_map([], |row| row.get(0))?;
            Ok(kinds.collect::<Result<Vec<String>, _>>()?)
        })
        .await
        .unwrap()
}
