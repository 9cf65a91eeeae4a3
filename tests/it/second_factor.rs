//! Signing in with a code of an app or of paper.

use std::sync::Arc;

use jiff::SignedDuration;
use magnetiq_tests::{Answer, Authenticator, Client, PASSWORD, TestApp};
use serde_json::{Value, json};

const MFA: &str = "/api/v1/auth/mfa";

/// A user with a second factor.
struct Enrolled {
    client: Client,
    email: String,
    app: Authenticator,
    codes: Vec<String>,
}

async fn login(app: &TestApp, email: &str) -> Value {
    let body = json!({"email": email, "password": PASSWORD});
    app.post_json("/api/v1/auth/login", &body).await.expect(200).data()
}

async fn enrol(site: &TestApp, role: &str) -> Enrolled {
    let client = site.sign_in(role).await;
    let told = client.post_json(&format!("{MFA}/enroll"), &json!({"password": PASSWORD})).await.expect(200).data();
    let app = Authenticator::new(told["secret"].as_str().unwrap());
    let code = json!({"code": app.code(site.clock.now())});
    let codes = client.post_json(&format!("{MFA}/confirm"), &code).await.expect(200).data();
    let codes = codes["backup_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    site.clock.advance(SignedDuration::from_secs(60));
    Enrolled { email: format!("{role}@example.org"), codes: codes.collect(), client, app }
}

async fn answer(site: &TestApp, asked: &Value, code: &str) -> Answer {
    site.post_json(MFA, &json!({"mfa_token": asked["mfa_token"], "code": code})).await
}

async fn events(app: &TestApp, kind: &str) -> i64 {
    let sql = format!(
        "SELECT coalesce(sum(coalesce(json_extract(details, '$.count'), 1)), 0) FROM security_events WHERE event_type = '{kind}'"
    );
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(&sql, [], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn with_a_second_factor_a_password_opens_nothing_until_a_code_is_shown() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let asked = login(&site, &user.email).await;
    assert_eq!(asked["methods"], json!(["totp", "backup_code"]));
    assert!(asked.get("access_token").is_none() && asked.get("user").is_none(), "{asked}");
    let token = asked["mfa_token"].as_str().unwrap();
    let _ = site.with_token(token).get("/api/v1/auth/me").await.expect(401);
    let _ = site.post_json("/api/v1/auth/refresh", &json!({"refresh_token": token})).await.expect(401);

    let signed_in = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(200);
    assert!(signed_in.header("set-cookie").contains("HttpOnly"));
    let me = site.with_token(signed_in.data()["access_token"].as_str().unwrap()).get("/api/v1/auth/me").await;
    let me = me.expect(200).data();
    assert_eq!((&me["two_factor_enabled"], &me["totp_enabled"]), (&json!(true), &json!(true)));
    let _ = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(410);
}

#[tokio::test]
async fn each_code_is_good_once_and_old_ones_are_not() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let now = site.clock.now();
    let _ = answer(&site, &login(&site, &user.email).await, &user.app.code(now)).await.expect(200);
    for moment in [now, now - SignedDuration::from_secs(30), now - SignedDuration::from_secs(90)] {
        let _ = answer(&site, &login(&site, &user.email).await, &user.app.code(moment)).await.expect(401);
    }
    // The phone's clock may run half a minute ahead.
    let ahead = user.app.code(now + SignedDuration::from_secs(30));
    let _ = answer(&site, &login(&site, &user.email).await, &ahead).await.expect(200);
    assert_eq!(events(&site, "mfa_failed").await, 3);
}

#[tokio::test]
async fn five_wrong_codes_end_the_challenge_and_let_the_network_wait() {
    let site = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let user = enrol(&site, "editor").await;
    let asked = login(&site, &user.email).await;
    let try_code = async |code: &str| {
        let call = site.call("POST", MFA).header("x-forwarded-for", "203.0.113.9");
        call.json(&json!({"mfa_token": asked["mfa_token"], "code": code})).send().await.status.as_u16()
    };
    let right = user.app.code(site.clock.now());
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(try_code(wrong).await, 401);
    }
    site.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(try_code(&user.app.code(site.clock.now())).await, 410, "the challenge is over");
    let call = site.call("POST", "/api/v1/auth/login").header("x-forwarded-for", "203.0.113.9");
    let again = call.json(&json!({"email": user.email, "password": "wrong"})).send().await.expect(401);
    assert_eq!(again.code(), "UNAUTHENTICATED");
    assert_eq!(events(&site, "locked_out").await, 1, "wrong codes count as wrong passwords do");
}

#[tokio::test]
async fn a_password_that_is_right_does_not_forget_wrong_codes() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    for _ in 0..5 {
        let asked = login(&site, &user.email).await;
        let _ = answer(&site, &asked, "not a code").await.expect(401);
    }
    let body = json!({"email": user.email, "password": PASSWORD});
    let _ = site.post_json("/api/v1/auth/login", &body).await.expect(401);
}

#[tokio::test]
async fn a_challenge_ends_after_ten_minutes_and_with_a_change_of_the_account() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let asked = login(&site, &user.email).await;
    site.clock.advance(SignedDuration::from_mins(10));
    let _ = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(410);

    let asked = login(&site, &user.email).await;
    let root = site.sign_in("super_admin").await;
    let _ = root.patch_json("/api/v1/users/1", &json!({"role": "viewer"})).await.expect(200);
    let _ = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(410);
}

#[tokio::test]
async fn of_a_hundred_who_use_one_backup_code_at_once_one_gets_in() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let mut asked = Vec::new();
    for _ in 0..100 {
        asked.push(login(&site, &user.email).await);
    }
    let code: Arc<str> = user.codes[4].to_uppercase().into();
    let tries = asked.into_iter().map(|asked| {
        let (client, code) = ((*site).clone(), Arc::clone(&code));
        tokio::spawn(async move {
            // The queue of hashes is bounded: who is sent away comes again.
            loop {
                let body = json!({"mfa_token": asked["mfa_token"], "code": &*code});
                let answer = client.post_json(MFA, &body).await;
                if answer.status != 503 {
                    return answer.status.as_u16();
                }
            }
        })
    });
    let mut in_and_out = [0, 0];
    for tried in tries.collect::<Vec<_>>() {
        match tried.await.unwrap() {
            200 => in_and_out[0] += 1,
            401 => in_and_out[1] += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!(in_and_out, [1, 99]);
    assert_eq!(events(&site, "backup_code_used").await, 1);
}

#[tokio::test]
async fn new_backup_codes_replace_all_before() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let path = format!("{MFA}/backup-codes");
    let ask = async |password: &str, code: &str| {
        user.client.post_json(&path, &json!({"password": password, "code": code})).await
    };
    assert_eq!(ask("wrong", &user.codes[0]).await.expect(422).fields(), ["password"]);
    assert_eq!(ask(PASSWORD, "00000-00000").await.expect(422).fields(), ["code"]);
    let made = ask(PASSWORD, &user.codes[0]).await.expect(200).data();
    assert_eq!(made["backup_codes"].as_array().unwrap().len(), 10);
    let _ = answer(&site, &login(&site, &user.email).await, &user.codes[1]).await.expect(401);
    let new = made["backup_codes"][9].as_str().unwrap();
    let _ = answer(&site, &login(&site, &user.email).await, new).await.expect(200);
}

#[tokio::test]
async fn setting_one_up_takes_the_password_and_a_code_and_ends_other_sessions() {
    let site = TestApp::start().await;
    let other = site.sign_in("editor").await;
    let here = site.sign_in("editor").await;
    let enroll = format!("{MFA}/enroll");
    let confirm = format!("{MFA}/confirm");
    let _ = site.post_json(&enroll, &json!({"password": PASSWORD})).await.expect(401);
    assert_eq!(here.post_json(&enroll, &json!({"password": "wrong"})).await.expect(422).fields(), ["password"]);
    let _ = here.post_json(&confirm, &json!({"code": "123456"})).await.expect(409);
    let told = here.post_json(&enroll, &json!({"password": PASSWORD})).await.expect(200).data();
    assert!(told["otpauth_url"].as_str().unwrap().contains("editor%40example.org"), "{told}");
    assert_eq!(here.post_json(&confirm, &json!({"code": "abc"})).await.expect(422).fields(), ["code"]);
    assert_eq!(login(&site, "editor@example.org").await["user"]["two_factor_enabled"], false, "it does not count yet");

    let app = Authenticator::new(told["secret"].as_str().unwrap());
    let _ = here.post_json(&confirm, &json!({"code": app.code(site.clock.now())})).await.expect(200);
    let _ = other.get("/api/v1/auth/me").await.expect(401);
    let me = here.get("/api/v1/auth/me").await.expect(200).data();
    assert_eq!(me["two_factor_enabled"], true);

    // The stored secret is sealed, and no answer, event or audit row holds it or a code.
    let root = site.sign_in("super_admin").await;
    let mut seen = root.get("/api/v1/audit").await.expect(200).text();
    seen.push_str(&root.get("/api/v1/users/1").await.expect(200).text());
    let stored = site.site.store.read(|snapshot| {
        let sql = "SELECT two_factor_secret || backup_codes || (SELECT group_concat(details) FROM security_events) FROM users WHERE id = 1";
        Ok(snapshot.query_row(sql, [], |row| row.get::<_, String>(0))?)
    });
    seen.push_str(&stored.await.unwrap());
    assert!(!seen.contains(told["secret"].as_str().unwrap()) && seen.contains("enable_mfa"), "{seen}");
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_cannot_give_it_up_but_replace_it() {
    let site = TestApp::start_with(&[("MFA_GRACE_DAYS", "7")]).await;
    let user = enrol(&site, "admin").await;
    let disable = format!("{MFA}/disable");
    let body = json!({"password": PASSWORD, "code": user.codes[0]});
    let _ = user.client.post_json(&disable, &body).await.expect(409);
    let me = user.client.get("/api/v1/auth/me").await.expect(200).data();
    assert_eq!(me["mfa_setup_due_at"], Value::Null);

    let told = user.client.post_json(&format!("{MFA}/enroll"), &json!({"password": PASSWORD})).await.expect(200).data();
    let another = Authenticator::new(told["secret"].as_str().unwrap());
    let asked = login(&site, &user.email).await;
    let _ = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(200);
    let code = json!({"code": another.code(site.clock.now())});
    let _ = user.client.post_json(&format!("{MFA}/confirm"), &code).await.expect(200);
    site.clock.advance(SignedDuration::from_secs(60));
    let asked = login(&site, &user.email).await;
    let _ = answer(&site, &asked, &user.app.code(site.clock.now())).await.expect(401);
    let _ = answer(&site, &asked, &another.code(site.clock.now())).await.expect(200);
}

#[tokio::test]
async fn an_editor_gives_it_up_with_password_and_code() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let disable = format!("{MFA}/disable");
    let refused = user.client.post_json(&disable, &json!({"password": PASSWORD, "code": "000000"})).await;
    assert_eq!(refused.expect(422).fields(), ["code"]);
    let body = json!({"password": PASSWORD, "code": user.app.code(site.clock.now())});
    let _ = user.client.post_json(&disable, &body).await.expect(204);
    assert_eq!(login(&site, &user.email).await["user"]["two_factor_enabled"], false);
    assert_eq!(events(&site, "mfa_disabled").await, 1);
}

#[tokio::test]
async fn past_the_grace_an_administrator_can_still_set_one_up_and_is_then_let_in() {
    let site = TestApp::start_with(&[("MFA_GRACE_DAYS", "0")]).await;
    let user = enrol(&site, "admin").await;
    let _ = user.client.get("/api/v1/users").await.expect(200);
}

#[tokio::test]
async fn who_lost_phone_and_paper_is_helped_by_who_manages_users() {
    let site = TestApp::start().await;
    let user = enrol(&site, "admin").await;
    let root = site.sign_in("super_admin").await;
    let reset = "/api/v1/users/1/mfa/reset";
    let _ = user.client.call("POST", reset).send().await.expect(403);
    let _ = root.call("POST", "/api/v1/users/2/mfa/reset").send().await.expect(409);
    let _ = root.call("POST", "/api/v1/users/99/mfa/reset").send().await.expect(404);
    let _ = root.call("POST", reset).send().await.expect(204);
    let _ = user.client.get("/api/v1/auth/me").await.expect(401);
    let signed_in = login(&site, &user.email).await;
    assert_eq!(signed_in["user"]["two_factor_enabled"], false);
    assert!(signed_in["user"]["mfa_setup_due_at"].is_string(), "the days begin anew");
}

#[tokio::test]
async fn owners_are_told_by_mail_what_happened_to_how_they_sign_in() {
    let site = TestApp::start().await;
    let user = enrol(&site, "editor").await;
    let _ = answer(&site, &login(&site, &user.email).await, &user.codes[0]).await.expect(200);
    let body = json!({"email": user.email, "password": PASSWORD});
    let strange =
        site.call("POST", "/api/v1/auth/login").header("user-agent", "another device").json(&body).send().await;
    let code = user.app.code(site.clock.now());
    let token = strange.expect(200).data()["mfa_token"].clone();
    let call = site.call("POST", MFA).header("user-agent", "another device");
    let _ = call.json(&json!({"mfa_token": token, "code": code})).send().await.expect(200);
    site.clock.advance(SignedDuration::from_secs(60));
    let body = json!({"password": PASSWORD, "code": user.app.code(site.clock.now())});
    let _ = user.client.post_json(&format!("{MFA}/disable"), &body).await.expect(204);

    let told: Vec<_> = site.mails().await.into_iter().map(|mail| (mail.to, mail.subject)).collect();
    let owner = |subject: &str| ("editor@example.org".to_owned(), format!("{subject} (Magnetiq)"));
    assert_eq!(
        told,
        [
            owner("Two-factor sign-in is on"),
            owner("A backup code was used"),
            owner("A new sign-in"),
            owner("Two-factor sign-in is off"),
        ]
    );
}
