//! Webinars in a process of their own, ready for registrations.

use std::path::Path;

use magnetiq::config::DataDir;
use serde_json::json;

use crate::{Client, Guest, Process};

/// Settings of such a process. It believes a proxy here, so that each registration can come from its own address.
pub const VARIABLES: [(&str, &str); 4] = [
    ("MAGNETIQ_TRUSTED_PROXIES", "127.0.0.1"),
    ("MAGNETIQ_LOG", "warn"),
    ("MAGNETIQ_ARGON2_MEMORY_KIB", "8"),
    ("MAGNETIQ_ARGON2_ITERATIONS", "1"),
];

/// An admin enables the plugin, may it mail as much as it wants, and announces a session; its id.
///
/// # Panics
/// When one of these steps is refused.
pub async fn announce(folder: &Path) -> i64 {
    let plugins = DataDir::new(folder.into()).plugins();
    std::fs::create_dir_all(&plugins).expect("a folder");
    std::fs::copy(Guest::Webinars.path(), plugins.join("webinars.mqp")).expect("a copy");
    let path = folder.display().to_string();
    let arguments =
        ["user", "add", "--data-dir", &path, "--email", "a@example.org", "--role", "super_admin", "--password-stdin"];
    assert!(Process::run_with_input(&arguments, "correct horse battery staple").status.success());
    let process = Process::serve(folder, &VARIABLES);
    let admin = sign_in(&Client::visitor(format!("http://{}", process.address))).await;
    let grants = json!({"grants": {"db": 200, "people": true, "mail": 1_000_000, "jobs": true}});
    admin.post_json("/api/v1/plugins/webinars/enable", &grants).await.expect(200);
    let title = json!({"en": "Topic", "de": "Thema"});
    let topic = json!({"title": title, "slug": "topic", "summary": title, "status": "published"});
    let topic = admin.post_json("/api/v1/webinars/topics", &topic).await.expect(201).data();
    let session = json!({
        "topic_id": topic["id"], "starts_at": "2099-06-01T09:00:00Z", "ends_at": "2099-06-01T10:00:00Z",
        "time_zone": "Europe/Berlin", "language": "en", "status": "published",
    });
    let session = admin.post_json("/api/v1/webinars/sessions", &session).await.expect(201).data();
    session["id"].as_i64().expect("an id")
}

/// The admin who announced the session.
///
/// # Panics
/// When they cannot sign in.
pub async fn sign_in(visitor: &Client) -> Client {
    let body = json!({"email": "a@example.org", "password": "correct horse battery staple"});
    let answer = visitor.post_json("/api/v1/auth/login", &body).await.expect(200);
    visitor.with_token(answer.data()["access_token"].as_str().expect("a token"))
}
