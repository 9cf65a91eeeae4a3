//! Changing the own password.

use magnetiq_tests::{Client, PASSWORD, TestApp};
use serde_json::{Value, json};

use crate::letters::{OTHER, events, last_to, letters_to, login, reset, reset_token};

const ME: &str = "/api/v1/auth/me";
const CHANGE: &str = "/api/v1/auth/password/change";
const EDITOR: &str = "editor@example.org";

fn body(current: &str, new: &str) -> Value {
    json!({"current_password": current, "new_password": new, "deliver": "body"})
}

#[tokio::test]
async fn a_change_opens_a_new_session_and_ends_all_others() {
    let app = TestApp::start().await;
    let (here, elsewhere) = (app.sign_in("editor").await, app.sign_in("editor").await);
    let pending = reset_token(&app, EDITOR).await;
    let answer = here.post_json(CHANGE, &body(PASSWORD, OTHER)).await.expect(200).data();
    for client in [&here, &elsewhere] {
        let _ = client.get(ME).await.expect(401);
    }
    let fresh = app.with_token(answer["access_token"].as_str().unwrap());
    assert_eq!(fresh.get(ME).await.expect(200).data(), answer["user"]);
    let refresh = json!({"refresh_token": answer["refresh_token"]});
    let _ = app.post_json("/api/v1/auth/refresh", &refresh).await.expect(200);
    let _ = login(&app, EDITOR, PASSWORD).await.expect(401);
    let _ = login(&app, EDITOR, OTHER).await.expect(200);
    let _ = reset(&app, &pending, "yet another one of them").await.expect(410);

    assert_eq!(last_to(&app, EDITOR).await.subject, "Your password was changed (Magnetiq)");
    assert!(events(&app).await.contains(&"password_changed".to_owned()));
    let root = app.sign_in("super_admin").await;
    let audit = root.get("/api/v1/audit?resource=users&action=change_password").await.expect(200).json();
    assert_eq!(audit["pagination"]["total"], 1);
    assert!(!audit.to_string().contains("argon2"), "{audit}");
}

#[tokio::test]
async fn whoever_does_not_know_the_password_changes_nothing() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let refused = editor.post_json(CHANGE, &body("not the password", OTHER)).await.expect(422);
    assert_eq!(refused.fields(), ["current_password"]);
    let _ = editor.get(ME).await.expect(200);
    let _ = app.post_json(CHANGE, &body(PASSWORD, OTHER)).await.expect(401);
    assert!(letters_to(&app, EDITOR).await.is_empty());
    for password in ["short", "password1", "editor@example.org"] {
        let refused = editor.post_json(CHANGE, &body(PASSWORD, password)).await.expect(422);
        assert_eq!(refused.fields(), ["new_password"], "{password}");
    }
    let _ = login(&app, EDITOR, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn guesses_at_the_password_of_an_open_session_are_counted_like_those_at_the_door() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    for _ in 0..8 {
        let _ = editor.post_json(CHANGE, &body("a wrong guess of many", OTHER)).await.expect(422);
    }
    let _ = editor.post_json(CHANGE, &body(PASSWORD, OTHER)).await.expect(422);
    let _ = editor.get(ME).await.expect(200);
}

#[tokio::test]
async fn of_two_changes_at_once_at_most_one_session_is_left() {
    let app = TestApp::start().await;
    let editor = app.sign_in("editor").await;
    let change = |password: &'static str| {
        let editor: Client = editor.clone();
        tokio::spawn(async move { editor.post_json(CHANGE, &body(PASSWORD, password)).await })
    };
    let both = [change(OTHER), change("the other of both passwords")];
    let mut live = 0;
    for answer in both {
        let answer = answer.await.unwrap();
        if answer.status == 200 {
            let token = answer.data()["access_token"].as_str().unwrap().to_owned();
            live += i32::from(app.with_token(&token).get(ME).await.status == 200);
        }
    }
    assert_eq!(live, 1);
}
