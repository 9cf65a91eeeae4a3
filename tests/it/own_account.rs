//! What users may change of themselves, and what is asked of those whose role needs a second factor.

use jiff::SignedDuration;
use magnetiq::accounts::{self, NewUser};
use magnetiq::auth::{Role, Secret};
use magnetiq::store::Snapshot;
use magnetiq_contract::text::Locale;
use magnetiq_tests::{PASSWORD, Process, TestApp};
use serde_json::{Value, json};

const ME: &str = "/api/v1/auth/me";

#[tokio::test]
async fn users_change_their_own_record_and_nothing_else_of_it() {
    let app = TestApp::start().await;
    let viewer = app.sign_in("viewer").await;
    let changes = json!({
        "name": "Ada", "language": "de", "timezone": "Europe/Berlin", "avatar_url": "https://example.org/ada.png",
        "preferences": {"theme": "dark"},
    });
    let changed = viewer.call("PATCH", ME).json(&changes).send().await.expect(200).data();
    for (field, value) in changes.as_object().unwrap() {
        assert_eq!(changed[field], *value, "{field}");
    }
    assert_eq!(viewer.get(ME).await.expect(200).data(), changed);

    let admin = app.sign_in("super_admin").await;
    let audit = admin.get("/api/v1/audit?resource=users&action=change").await.expect(200).data();
    assert_eq!((&audit[0]["actor_kind"], &audit[0]["actor_id"]), (&json!("user"), &changed["id"]));

    for (field, value) in [
        ("role", json!("super_admin")),
        ("email", json!("other@example.org")),
        ("status", json!("active")),
        ("two_factor_enabled", json!(true)),
        ("metadata", json!({})),
        ("password_hash", json!("x")),
        ("token_epoch", json!(0)),
        ("language", json!("fr")),
        ("timezone", json!("Mars/Olympus")),
        ("avatar_url", json!("javascript:alert(1)")),
        ("preferences", json!([])),
        ("name", json!("x".repeat(201))),
    ] {
        let refused = viewer.call("PATCH", ME).json(&json!({field: value})).send().await.expect(422);
        assert_eq!(refused.json()["error"]["details"][0]["field"], field);
    }
    let _ = app.call("PATCH", ME).json(&json!({"name": "x"})).send().await.expect(401);
}

#[tokio::test]
async fn administrators_without_a_second_factor_work_for_seven_days_and_then_only_set_one_up() {
    let app = TestApp::start_with(&[("MFA_GRACE_DAYS", "7")]).await;
    let admin = app.sign_in("admin").await;
    let me = admin.get(ME).await.expect(200).data();
    assert_eq!((&me["mfa_setup_due_at"], &me["mfa_setup_required"]), (&json!("2026-03-08T09:00:00Z"), &json!(false)));
    let _ = admin.get("/api/v1/users").await.expect(200);
    let viewer = app.sign_in("viewer").await.get(ME).await.expect(200).data();
    assert_eq!(viewer["mfa_setup_due_at"], Value::Null);

    // A second sign-in does not begin the seven days anew.
    app.clock.advance(SignedDuration::from_hours(24 * 7 - 1));
    let admin = app.sign_in("admin").await;
    let _ = admin.get("/api/v1/users").await.expect(200);
    app.clock.advance(SignedDuration::from_hours(1) - SignedDuration::from_mins(1));
    let admin = app.sign_in("admin").await;
    app.clock.advance(SignedDuration::from_mins(1));
    let refused = admin.get("/api/v1/users").await.expect(403);
    assert!(refused.text().contains("second factor"), "{}", refused.text());
    let me = admin.get(ME).await.expect(200).data();
    assert_eq!((&me["mfa_setup_required"], &me["permissions"]), (&json!(true), &json!([])));
    let _ = app.sign_in("admin").await.get("/api/v1/plugins").await.expect(403);
}

#[tokio::test]
async fn whoever_becomes_an_administrator_gets_the_same_days() {
    let app = TestApp::start_with(&[("MFA_GRACE_DAYS", "7")]).await;
    let root = app.sign_in("super_admin").await;
    let editor = app.sign_in("editor").await.get(ME).await.expect(200).data();
    app.clock.advance(SignedDuration::from_mins(10));
    let path = format!("/api/v1/users/{}", editor["id"]);
    let _ = root.call("PATCH", &path).json(&json!({"role": "admin"})).send().await.expect(200);
    let body = json!({"email": "editor@example.org", "password": PASSWORD});
    let user = app.post_json("/api/v1/auth/login", &body).await.expect(200).data()["user"].clone();
    assert_eq!((&user["role"], &user["mfa_setup_due_at"]), (&json!("admin"), &json!("2026-03-08T09:10:00Z")));
    let _ = root.call("PATCH", &path).json(&json!({"role": "viewer"})).send().await.expect(200);
    let user = app.post_json("/api/v1/auth/login", &body).await.expect(200).data()["user"].clone();
    assert_eq!(user["mfa_setup_due_at"], Value::Null);
}

/// "U*U", as bcrypt's authors published it.
const BCRYPT: &str = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

#[tokio::test]
async fn a_password_of_another_system_is_taken_over_and_hashed_anew_at_the_first_sign_in() {
    let app = TestApp::start().await;
    let new = NewUser {
        email: "old@example.org".to_owned(),
        name: String::new(),
        role: Role::Editor,
        language: Locale::En,
        password: None,
    };
    let user = new.prepare(&app.site.auth.passwords, "site").await.unwrap();
    let user = user.import_hash(Secret::new(BCRYPT.to_owned())).unwrap();
    accounts::add_prepared(&app.site.store, &app.clock, user).await.unwrap();
    let login = async |password: &str| {
        app.post_json("/api/v1/auth/login", &json!({"email": "old@example.org", "password": password}))
            .await
            .status
            .as_u16()
    };
    let hash = async || {
        let sql = "SELECT password_hash FROM users WHERE email = 'old@example.org'";
        let read = move |snapshot: &Snapshot| Ok(snapshot.query_row(sql, [], |row| row.get::<_, String>(0))?);
        app.site.store.read(read).await.unwrap()
    };
    assert_eq!(login("u*u").await, 401);
    assert_eq!(hash().await, BCRYPT);
    assert_eq!(login("U*U").await, 200);
    assert!(hash().await.starts_with("$argon2id$"), "{}", hash().await);
    assert_eq!((login("U*U").await, login("U*U ").await), (200, 401));
}

#[test]
fn the_command_line_takes_hashes_that_can_be_checked_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let add = |email: &str, hash: &str| {
        let arguments =
            ["user", "add", "--data-dir", &path, "--role", "editor", "--password-hash-stdin", "--email", email];
        Process::run_with_input(&arguments, format!("{hash}\n"))
    };
    let imported = add("old@example.org", BCRYPT);
    assert!(imported.status.success() && !String::from_utf8_lossy(&imported.stdout).contains("shown"), "{imported:?}");
    let strange = add("md5@example.org", "5f4dcc3b5aa765d61d8327deb882cf99");
    let said = String::from_utf8_lossy(&strange.stderr);
    assert!(!strange.status.success() && said.contains("password_hash") && !said.contains("5f4dcc"), "{said}");
}
