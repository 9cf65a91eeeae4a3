//! Signing in with a passkey: alone, and after a password.

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Client, Device, PASSWORD, TestApp};
use serde_json::{Value, json};

const PASSKEYS: &str = "/api/v1/auth/passkeys";

/// A site where a user has a passkey, the user's session, the device and what adding it was answered with.
async fn site_with(role: &str) -> (TestApp, Client, Device, Value) {
    let site = TestApp::start().await;
    let user = site.sign_in(role).await;
    let (device, answer) = add(&site, &user, "My phone").await;
    let added = answer.expect(201).data();
    (site, user, device, added)
}

async fn add(site: &TestApp, user: &Client, name: &str) -> (Device, Answer) {
    let path = format!("{PASSKEYS}/register/options");
    let asked = user.post_json(&path, &json!({"password": PASSWORD})).await.expect(200).data();
    let (device, credential) = Device::create(&asked["options"], &site.site.settings.server.public_url);
    let body = json!({"state": asked["state"], "name": name, "credential": credential});
    (device, user.post_json(&format!("{PASSKEYS}/register"), &body).await)
}

async fn ask(site: &TestApp, body: &Value) -> Value {
    site.post_json(&format!("{PASSKEYS}/sign-in/options"), body).await.expect(200).data()
}

async fn enter(site: &TestApp, asked: &Value, credential: &Value) -> Answer {
    let body = json!({"state": asked["state"], "credential": credential});
    site.post_json(&format!("{PASSKEYS}/sign-in"), &body).await
}

async fn login(site: &TestApp, email: &str) -> Value {
    site.post_json("/api/v1/auth/login", &json!({"email": email, "password": PASSWORD})).await.expect(200).data()
}

#[tokio::test]
async fn a_passkey_lets_its_owner_in_without_a_password_and_each_answer_once() {
    let (site, _, mut device, added) = site_with("editor").await;
    assert_eq!((&added["name"], added["backup_codes"].as_array().map(Vec::len)), (&json!("My phone"), Some(10)));
    let asked = ask(&site, &json!({})).await;
    assert_eq!(
        (&asked["options"]["userVerification"], &asked["options"]["allowCredentials"]),
        (&json!("required"), &json!([]))
    );
    let credential = device.sign(&asked["options"]);
    let signed_in = enter(&site, &asked, &credential).await.expect(200).data();
    assert_eq!(signed_in["user"]["email"], "editor@example.org");
    let _ = enter(&site, &asked, &credential).await.expect(401);

    let user = site.with_token(signed_in["access_token"].as_str().unwrap());
    let me = user.get("/api/v1/auth/me").await.expect(200).data();
    assert_eq!((&me["two_factor_enabled"], &me["totp_enabled"]), (&json!(true), &json!(false)));
    let listed = user.get(PASSKEYS).await.expect(200).data();
    assert_eq!((&listed[0]["name"], listed[0]["last_used_at"].is_string()), (&json!("My phone"), true));
    assert!(listed[0].get("credential").is_none(), "{listed}");
}

#[tokio::test]
async fn after_a_password_a_passkey_is_the_second_factor() {
    let (site, _, mut device, _) = site_with("editor").await;
    // Such a device is enough here: the password was the other factor.
    device.verifies = false;
    let challenge = login(&site, "editor@example.org").await;
    assert_eq!(challenge["methods"], json!(["backup_code", "passkey"]));
    let asked = ask(&site, &json!({"mfa_token": challenge["mfa_token"]})).await;
    assert_eq!(asked["options"]["allowCredentials"].as_array().unwrap().len(), 1);
    let credential = device.sign(&asked["options"]);
    let _ = enter(&site, &asked, &credential).await.expect(200);

    let asked = ask(&site, &json!({})).await;
    let credential = device.sign(&asked["options"]);
    let _ = enter(&site, &asked, &credential).await.expect(401);
}

#[tokio::test]
async fn what_was_signed_for_another_site_request_or_user_opens_nothing() {
    let (site, _, mut device, _) = site_with("editor").await;
    let other = site.sign_in("viewer").await;
    let (mut others, answer) = add(&site, &other, "Other").await;
    let _ = answer.expect(201);

    let asked = ask(&site, &json!({})).await;
    device.origin = "https://evil.example".to_owned();
    let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(401);

    device.origin.clone_from(&others.origin);
    let earlier = ask(&site, &json!({})).await;
    let asked = ask(&site, &json!({})).await;
    let _ = enter(&site, &asked, &device.sign(&earlier["options"])).await.expect(401);

    let challenge = login(&site, "editor@example.org").await;
    let asked = ask(&site, &json!({"mfa_token": challenge["mfa_token"]})).await;
    let _ = enter(&site, &asked, &others.sign(&asked["options"])).await.expect(401);

    for broken in [json!({}), json!({"rawId": "AA"}), json!("x"), json!(null)] {
        let asked = ask(&site, &json!({})).await;
        let _ = enter(&site, &asked, &broken).await.expect(401);
    }
    let asked = ask(&site, &json!({})).await;
    let mut stranger = device.sign(&asked["options"]);
    stranger["response"]["userHandle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    let _ = enter(&site, &asked, &stranger).await.expect(401);

    let asked = ask(&site, &json!({})).await;
    let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(200);
}

#[tokio::test]
async fn a_copied_device_is_noticed_by_its_counter() {
    let (site, _, mut device, _) = site_with("editor").await;
    for _ in 0..2 {
        let asked = ask(&site, &json!({})).await;
        let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(200);
    }
    device.counter = 0;
    let asked = ask(&site, &json!({})).await;
    let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(401);
}

#[tokio::test]
async fn a_question_is_worth_something_for_five_minutes_and_to_whom_it_was_put() {
    let site = TestApp::start().await;
    let (user, other) = (site.sign_in("editor").await, site.sign_in("viewer").await);
    let path = format!("{PASSKEYS}/register/options");
    let refused = user.post_json(&path, &json!({"password": "wrong"})).await.expect(422);
    assert_eq!(refused.fields(), ["password"]);
    let asked = user.post_json(&path, &json!({"password": PASSWORD})).await.expect(200).data();
    let (_, credential) = Device::create(&asked["options"], &site.site.settings.server.public_url);
    let body = |name: &str| json!({"state": asked["state"], "name": name, "credential": credential});
    let register = format!("{PASSKEYS}/register");
    let _ = other.post_json(&register, &body("x")).await.expect(401);
    assert_eq!(user.post_json(&register, &body(" ")).await.expect(422).fields(), ["name"]);
    let broken = json!({"state": asked["state"], "name": "x", "credential": {}});
    assert_eq!(user.post_json(&register, &broken).await.expect(422).fields(), ["credential"]);
    site.clock.advance(SignedDuration::from_mins(5));
    let _ = user.post_json(&register, &body("x")).await.expect(401);
}

#[tokio::test]
async fn the_last_second_factor_of_an_administrator_stays_and_an_editors_goes() {
    let (_site, admin, _, added) = site_with("admin").await;
    let _ = admin.delete(&format!("{PASSKEYS}/{}", added["id"])).await.expect(409);

    let (site, editor, _, added) = site_with("editor").await;
    let (_, second) = add(&site, &editor, "Key").await;
    assert!(second.expect(201).data().get("backup_codes").is_none(), "codes come with the first factor alone");
    let _ = site.sign_in("viewer").await.delete(&format!("{PASSKEYS}/{}", added["id"])).await.expect(404);
    let _ = editor.delete(&format!("{PASSKEYS}/{}", added["id"])).await.expect(204);
    assert!(login(&site, "editor@example.org").await.get("mfa_token").is_some(), "one is left");
    let _ = editor.delete(&format!("{PASSKEYS}/2")).await.expect(204);
    assert_eq!(login(&site, "editor@example.org").await["user"]["two_factor_enabled"], false);
}

#[tokio::test]
async fn no_lockout_keeps_out_whoever_holds_a_passkey() {
    let (site, _, mut device, _) = site_with("editor").await;
    for _ in 0..5 {
        let body = json!({"email": "editor@example.org", "password": "wrong"});
        let _ = site.post_json("/api/v1/auth/login", &body).await.expect(401);
    }
    let body = json!({"email": "editor@example.org", "password": PASSWORD});
    let _ = site.post_json("/api/v1/auth/login", &body).await.expect(401);
    let asked = ask(&site, &json!({})).await;
    let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(200);
}

#[tokio::test]
async fn a_locked_user_stays_out_with_any_passkey() {
    let (site, _, mut device, _) = site_with("editor").await;
    let root = site.sign_in("super_admin").await;
    let _ = root.call("POST", "/api/v1/users/1/lock").send().await.expect(200);
    let asked = ask(&site, &json!({})).await;
    let _ = enter(&site, &asked, &device.sign(&asked["options"])).await.expect(401);
}
