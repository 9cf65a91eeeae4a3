//! Secrets are planted everywhere, and searched for wherever somebody may look: the log, answers, errors, exports, and
//! every file of the data folder but the keys themselves.

use std::fs;
use std::path::Path;

use magnetiq_tests::{Answer, Authenticator, Client, Guest, Process};
use serde_json::{Value, json};

const PASSWORD: &str = "planted-first-password";
const WRONG: &str = "planted-wrong-password";
const SECOND: &str = "planted-second-password";
const SMTP: &str = "planted-smtp-password";
const SETTING: &str = "planted-plugin-setting";
const SMTP_URL: &str = "smtps://mailer:planted-smtp-password@127.0.0.1:9";

/// What was planted, by name, and what the site said.
struct Garden {
    visitor: Client,
    planted: Vec<(&'static str, String)>,
    said: String,
}

impl Garden {
    fn plant(&mut self, what: &'static str, secret: &Value) {
        let secret = secret.as_str().unwrap_or_else(|| panic!("{what} is {secret}"));
        self.planted.push((what, secret.to_owned()));
    }

    /// Keeps an answer in which no secret may stand.
    fn hear(&mut self, answer: &Answer) {
        self.said.push_str(&format!("{:?}\n{}\n", answer.headers, answer.text()));
    }

    fn none_in(&self, place: &str, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        for (what, secret) in &self.planted {
            let around = |at: usize| text[..at].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect();
            let before: Option<String> = text.find(secret.as_str()).map(around);
            assert!(before.is_none(), "{what} in {place}, after: {}", before.unwrap_or_default());
        }
    }

    async fn post(&self, client: &Client, path: &str, body: Value, status: u16) -> Answer {
        let path = format!("/api/v1{path}");
        client.call("POST", &path).header("idempotency-key", &path).json(&body).send().await.expect(status)
    }
}

fn tokens(garden: &mut Garden, data: &Value) -> Client {
    garden.plant("an access token", &data["access_token"]);
    garden.plant("a refresh token", &data["refresh_token"]);
    garden.visitor.with_token(data["access_token"].as_str().unwrap())
}

/// The first administrator, and sign-ins that fail in every way.
async fn sign_in(garden: &mut Garden, link: &str) -> Client {
    let token = link.rsplit_once('#').unwrap().1.trim();
    garden.plant("a set-up token", &json!(token));
    let visitor = garden.visitor.clone();
    let body = json!({"email": "root@example.org", "name": "Root", "password": PASSWORD, "deliver": "body"});
    let made = garden.post(&visitor, &format!("/auth/setup/{token}"), body.clone(), 201).await;
    let admin = tokens(garden, &made.data());
    for (body, status) in [
        (json!({"email": "root@example.org", "password": WRONG}), 401),
        (json!({"email": "root@example.org", "password": WRONG, "passwort": SECOND}), 422),
        (json!({"email": "root@example.org", "password": [WRONG]}), 422),
        (json!({"email": WRONG, "password": {"x": SECOND}}), 422),
    ] {
        let refused = garden.post(&visitor, "/auth/login", body, status).await;
        garden.hear(&refused);
    }
    let again = garden.visitor.post_json(&format!("/api/v1/auth/setup/{token}"), &body).await;
    garden.hear(&again);
    admin
}

/// A refresh, and tokens where none belong.
async fn carry_on(garden: &mut Garden) {
    let visitor = garden.visitor.clone();
    let body = json!({"email": "root@example.org", "password": PASSWORD, "deliver": "body"});
    let first = garden.post(&visitor, "/auth/login", body, 200).await.data();
    let _ = tokens(garden, &first);
    let next =
        garden.post(&visitor, "/auth/refresh", json!({"refresh_token": first["refresh_token"]}), 200).await.data();
    let client = tokens(garden, &next);
    let heard = [
        client.get("/api/v1/auth/sessions").await.expect(200),
        visitor.with_token(first["refresh_token"].as_str().unwrap()).get("/api/v1/auth/me").await.expect(401),
        visitor.post_json("/api/v1/auth/refresh", &json!({"refresh_token": first["access_token"]})).await.expect(401),
        visitor.post_json("/api/v1/auth/refresh", &json!({"token": first["refresh_token"]})).await.expect(422),
        client.call("POST", "/api/v1/auth/logout").send().await.expect(204),
    ];
    heard.iter().for_each(|answer| garden.hear(answer));
}

/// A second factor with its secret, codes and challenge.
async fn second_factor(garden: &mut Garden, admin: &Client) {
    let told = garden.post(admin, "/auth/mfa/enroll", json!({"password": PASSWORD}), 200).await.data();
    garden.plant("a secret of one-time codes", &told["secret"]);
    garden.plant("an address with that secret", &told["otpauth_url"]);
    let code = Authenticator::new(told["secret"].as_str().unwrap()).code(magnetiq::clock::Clock::system().now());
    let codes = garden.post(admin, "/auth/mfa/confirm", json!({"code": code}), 200).await.data();
    for code in codes["backup_codes"].as_array().unwrap() {
        garden.plant("a backup code", code);
    }
    let body = json!({"email": "root@example.org", "password": PASSWORD, "deliver": "body"});
    let visitor = garden.visitor.clone();
    let asked = garden.post(&visitor, "/auth/login", body, 200).await.data();
    garden.plant("a token between the factors", &asked["mfa_token"]);
    let wrong = json!({"mfa_token": asked["mfa_token"], "code": "planted-code"});
    let heard = visitor.post_json("/api/v1/auth/mfa", &wrong).await;
    garden.hear(&heard);
    let used = json!({"mfa_token": asked["mfa_token"], "code": codes["backup_codes"][0], "deliver": "body"});
    let signed_in = garden.post(&visitor, "/auth/mfa", used, 200).await.data();
    let _ = tokens(garden, &signed_in);
}

/// A plugin's secret setting, and a mail that no server takes.
async fn setting_and_mail(garden: &mut Garden, admin: &Client) {
    let path = "/api/v1/plugins/villain/settings";
    let heard = [
        admin.put_json(path, &json!({"key": SETTING})).await.expect(200),
        admin.put_json(path, &json!({"key": [SETTING]})).await.expect(422),
        admin.get(path).await.expect(200),
        admin.post_json("/api/v1/mail/test", &json!({"to": "root@example.org"})).await.expect(201),
    ];
    heard.iter().for_each(|answer| garden.hear(answer));
}

/// A key for programs, used and misused, and a link that resets a password.
async fn key_and_link(garden: &mut Garden, admin: &Client) {
    let body = json!({"name": "Reports", "scopes": ["content:read"], "password": PASSWORD});
    let made = garden.post(admin, "/api-keys", body, 201).await.data();
    garden.plant("an API key", &made["key"]);
    let program = garden.visitor.with_token(made["key"].as_str().unwrap());
    garden.planted.push(("a link that resets a password", "/admin/reset-password#".to_owned()));
    let forgot = json!({"email": "root@example.org"});
    let heard = [
        program.get("/api/v1/panel").await,
        program.get("/api/v1/users").await.expect(403),
        admin.get("/api/v1/api-keys").await.expect(200),
        garden.visitor.post_json("/api/v1/auth/password/forgot", &forgot).await.expect(204),
    ];
    heard.iter().for_each(|answer| garden.hear(answer));
}

async fn look_everywhere(garden: &mut Garden, admin: &Client) {
    for path in [
        "auth/me",
        "auth/sessions",
        "users",
        "users/1",
        "audit",
        "audit.csv",
        "audit/export",
        "audit/verify",
        "security-events",
        "security-events.csv",
        "mail",
        "jobs",
        "plugins",
        "plugins/villain",
        "panel",
        "openapi.json",
    ] {
        let answer = admin.get(&format!("/api/v1/{path}")).await.expect(200);
        garden.hear(&answer);
    }
    let health = admin.get("/health").await;
    garden.hear(&health);
}

fn search_files(garden: &Garden, folder: &Path) -> usize {
    let mut searched = 0;
    for entry in fs::read_dir(folder).unwrap().map_while(Result::ok) {
        let path = entry.path();
        if path.is_dir() && path.file_name().unwrap() != "keys" {
            searched += search_files(garden, &path);
        } else if path.is_file() {
            garden.none_in(&path.display().to_string(), &fs::read(&path).unwrap());
            searched += 1;
        }
    }
    searched
}

#[test]
fn no_secret_is_in_the_log_in_an_answer_or_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let variables =
        [("MAGNETIQ_LOG", "magnetiq=trace"), ("MAGNETIQ_SMTP_URL", SMTP_URL), ("MAGNETIQ_MAIL_FROM", "a@example.org")];
    let package = Guest::Villain.path().display().to_string();
    for order in [&["plugin", "install", "--unsigned", &package][..], &["plugin", "enable", "villain"]] {
        assert!(Process::run(&[order, &["--data-dir", &path]].concat(), &[]).status.success(), "{order:?}");
    }
    let mut process = Process::serve(folder.path(), &variables);
    let link = process.next_line();
    let planted = [("a password", PASSWORD), ("a wrong password", WRONG), ("another password", SECOND)];
    let planted = planted.into_iter().chain([("the mail server's password", SMTP), ("a plugin's secret", SETTING)]);
    let planted = planted.map(|(what, secret)| (what, secret.to_owned())).collect();
    let mut garden = Garden { visitor: process.visitor(), planted, said: String::new() };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let admin = sign_in(&mut garden, &link).await;
        carry_on(&mut garden).await;
        setting_and_mail(&mut garden, &admin).await;
        key_and_link(&mut garden, &admin).await;
        second_factor(&mut garden, &admin).await;
        look_everywhere(&mut garden, &admin).await;
    });
    // Also while it runs: the log of the database has not been folded in yet.
    assert!(search_files(&garden, folder.path()) >= 3);
    process.signal("TERM");
    let log = process.rest();
    assert!(log.contains("/api/v1/auth/login") && garden.planted.len() > 20);
    garden.none_in("the log", log.as_bytes());
    garden.none_in("an answer", garden.said.as_bytes());
    search_files(&garden, folder.path());
}

#[test]
#[should_panic(expected = "a secret in a text, after: what was ")]
fn the_search_finds_what_stands_there() {
    let planted = vec![("a secret", "planted".to_owned())];
    let garden = Garden { visitor: Client::visitor(String::new()), planted, said: String::new() };
    garden.none_in("a clean text", b"nothing");
    garden.none_in("a text", b"what was planted grows");
}
