//! The list of users: who may change what, and what a change means for those who are signed in.

use magnetiq_tests::{Client, TestApp};
use serde_json::{Value, json};

const USERS: &str = "/api/v1/users";
const ME: &str = "/api/v1/auth/me";

async fn start() -> (TestApp, Client) {
    let app = TestApp::start().await;
    let root = app.sign_in("super_admin").await;
    (app, root)
}

async fn id_of(client: &Client) -> i64 {
    client.get(ME).await.expect(200).data()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_user_is_invited_read_listed_and_searched() {
    let (_app, root) = start().await;
    let body = json!({"email": "Ada@Example.org", "name": "Ada", "role": "editor", "language": "de"});
    let answer = root.post_json(USERS, &body).await.expect(201);
    let user = answer.data();
    assert_eq!(answer.header("location"), format!("{USERS}/{}", user["id"]));
    assert_eq!((&user["email"], &user["status"]), (&json!("ada@example.org"), &json!("invited")));
    assert_eq!((&user["timezone"], &user["login_count"]), (&json!("UTC"), &json!(0)));
    let read = root.get(answer.header("location")).await.expect(200);
    assert_eq!(read.data(), user);
    assert_eq!(read.header("etag"), answer.header("etag"));

    let list = |query: &str| {
        let (root, path) = (root.clone(), format!("{USERS}?{query}"));
        async move { root.get(&path).await.expect(200).json() }
    };
    let all = list("per_page=1&sort=email").await;
    assert_eq!(all["pagination"], json!({"page": 1, "per_page": 1, "total": 2}));
    assert_eq!(all["data"][0]["email"], "ada@example.org");
    assert_eq!(list("q=ada").await["pagination"]["total"], 1);
    assert_eq!(list("role=super_admin").await["pagination"]["total"], 1);
    assert_eq!(root.get(&format!("{USERS}?password_hash=x")).await.expect(422).fields(), ["password_hash"]);
}

#[tokio::test]
async fn fields_that_are_wrong_unknown_or_not_a_callers_are_named() {
    let (_app, root) = start().await;
    for (body, fields) in [
        (json!({"role": "editor"}), vec!["email"]),
        (json!({"email": "a@example.org", "role": "god"}), vec!["role"]),
        (json!({"email": "super_admin@example.org", "role": "viewer"}), vec!["email"]),
        (json!({"email": "SUPER_ADMIN@example.org", "role": "viewer"}), vec!["email"]),
        (json!({"email": "a@example.org", "role": "viewer", "password": "x"}), vec!["password"]),
        (json!({"email": "a@example.org", "role": "viewer", "password_hash": "x"}), vec!["password_hash"]),
        (json!({"email": "a@example.org", "role": "viewer", "token_epoch": 9}), vec!["token_epoch"]),
        (json!({"email": "a@example.org", "role": "viewer", "status": "active"}), vec!["status"]),
        (json!({"email": "a@example.org", "role": "viewer", "timezone": "Mars/Base"}), vec!["timezone"]),
        (json!({"email": "a@example.org", "role": "viewer", "preferences": []}), vec!["preferences"]),
    ] {
        assert_eq!(root.post_json(USERS, &body).await.expect(422).fields(), fields, "{body}");
    }
}

#[tokio::test]
async fn a_changed_role_counts_at_once_and_lasts_over_a_refresh() {
    let (app, root) = start().await;
    let admin = app.sign_in("admin").await;
    let path = format!("{USERS}/{}", id_of(&admin).await);
    let _ = admin.get(USERS).await.expect(200);
    let changed = root.patch_json(&path, &json!({"role": "viewer"})).await.expect(200);
    assert_eq!(changed.data()["role"], "viewer");
    let _ = admin.get(USERS).await.expect(401);

    let demoted = app.sign_in("admin").await;
    let _ = demoted.get(USERS).await.expect(403);
    assert_eq!(demoted.get(ME).await.expect(200).data()["role"], "viewer");
}

#[tokio::test]
async fn a_change_against_an_older_version_is_refused() {
    let (app, root) = start().await;
    let path = format!("{USERS}/{}", id_of(&app.sign_in("editor").await).await);
    let etag = root.get(&path).await.expect(200).header("etag").to_owned();
    let change = |name: &str| root.call("PATCH", &path).header("if-match", &etag).json(&json!({"name": name}));
    // A sign-in between reading and changing is no change that anybody could overwrite.
    let _ = app.sign_in("editor").await;
    let _ = change("First").send().await.expect(200);
    let _ = change("Second").send().await.expect(412);
}

#[tokio::test]
async fn a_locked_user_is_out_at_once_and_back_after_unlocking() {
    let (app, root) = start().await;
    let editor = app.sign_in("editor").await;
    let path = format!("{USERS}/{}", id_of(&editor).await);
    let locked = root.call("POST", &format!("{path}/lock")).send().await.expect(200);
    assert_eq!(locked.data()["status"], "locked");
    let _ = editor.get(ME).await.expect(401);
    let body = json!({"email": "editor@example.org", "password": magnetiq_tests::PASSWORD});
    let _ = app.post_json("/api/v1/auth/login", &body).await.expect(401);

    let opened = root.call("POST", &format!("{path}/unlock")).send().await.expect(200);
    assert_eq!(opened.data()["status"], "active");
    let _ = editor.get(ME).await.expect(401);
    let _ = app.sign_in("editor").await.get(ME).await.expect(200);
    let audit = root.get("/api/v1/audit?resource=users").await.expect(200).json();
    let actions: Vec<_> = audit["data"].as_array().unwrap().iter().map(|row| row["action"].clone()).collect();
    assert!(actions.contains(&json!("lock")) && actions.contains(&json!("unlock")), "{actions:?}");
}

#[tokio::test]
async fn unlocking_who_is_not_locked_signs_nobody_out_and_changes_nothing() {
    let (app, root) = start().await;
    let editor = app.sign_in("editor").await;
    let path = format!("{USERS}/{}", id_of(&editor).await);
    let before = root.get(&path).await.expect(200);
    let audited =
        async || root.get("/api/v1/audit?resource=users").await.expect(200).json()["pagination"]["total"].clone();
    let rows = audited().await;
    let answer = root.call("POST", &format!("{path}/unlock")).send().await.expect(200);
    assert_eq!((answer.data(), answer.header("etag")), (before.data(), before.header("etag")));
    assert_eq!(audited().await, rows);
    let _ = editor.get(ME).await.expect(200);

    // Failed attempts are forgotten, and the owner stays signed in.
    let wrong = json!({"email": "editor@example.org", "password": "wrong wrong wrong"});
    let _ = app.post_json("/api/v1/auth/login", &wrong).await.expect(401);
    let answer = root.call("POST", &format!("{path}/unlock")).send().await.expect(200);
    assert_eq!(answer.data()["failed_login_attempts"], 0);
    let _ = editor.get(ME).await.expect(200);
}

#[tokio::test]
async fn a_hidden_user_is_out_at_once_and_may_come_back() {
    let (app, root) = start().await;
    let editor = app.sign_in("editor").await;
    let path = format!("{USERS}/{}", id_of(&editor).await);
    let _ = root.delete(&path).await.expect(204);
    let _ = editor.get(ME).await.expect(401);
    let body = json!({"email": "editor@example.org", "password": magnetiq_tests::PASSWORD});
    let _ = app.post_json("/api/v1/auth/login", &body).await.expect(401);
    assert_eq!(root.get(USERS).await.expect(200).json()["pagination"]["total"], 1);

    let _ = root.call("POST", &format!("{path}/restore")).send().await.expect(200);
    let _ = app.sign_in("editor").await.get(ME).await.expect(200);
}

#[tokio::test]
async fn the_last_super_admin_cannot_be_lost() {
    let (app, root) = start().await;
    let path = format!("{USERS}/{}", id_of(&root).await);
    let _ = root.patch_json(&path, &json!({"role": "admin"})).await.expect(409);
    let _ = root.delete(&path).await.expect(409);
    let _ = root.call("POST", &format!("{path}/lock")).send().await.expect(409);
    // An invited one cannot sign in yet and so does not count.
    let _ = root.post_json(USERS, &json!({"email": "b@example.org", "role": "super_admin"})).await.expect(201);
    let _ = root.patch_json(&path, &json!({"role": "admin"})).await.expect(409);
    let _ = root.get(ME).await.expect(200);
    let _ = app.get(USERS).await.expect(401);
}

#[tokio::test]
async fn users_below_super_admin_change_nobody() {
    let (app, root) = start().await;
    let admin = app.sign_in("admin").await;
    let path = format!("{USERS}/{}", id_of(&root).await);
    let own = format!("{USERS}/{}", id_of(&admin).await);
    for (method, path) in [
        ("PATCH", &own),
        ("PUT", &own),
        ("DELETE", &path),
        ("POST", &format!("{path}/lock")),
        ("POST", &format!("{path}/unlock")),
        ("POST", &format!("{path}/restore")),
    ] {
        let body: Value = json!({"role": "super_admin"});
        let _ = admin.call(method, path).json(&body).send().await.expect(403);
    }
    assert_eq!(admin.get(ME).await.expect(200).data()["role"], "admin");
}
