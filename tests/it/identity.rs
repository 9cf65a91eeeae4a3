//! Signing in, the set-up link, the role matrix.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use magnetiq::accounts::setup;
use magnetiq::auth::Role;
use magnetiq_tests::{Answer, Client, Process, TestApp};
use serde_json::{Value, json};

const PASSWORD: &str = "xk7vqpzm by the river";

fn root() -> Value {
    json!({"email": "Root@Example.org", "name": "Root", "password": PASSWORD})
}

async fn setup_path(app: &TestApp) -> String {
    let link = setup::link(&app.site).await.unwrap().expect("a link while there is no user");
    let (page, token) = link.split_once('#').unwrap();
    assert_eq!(page, format!("{}/admin/setup", app.site.settings.server.public_url));
    assert_eq!(token.len(), 43);
    format!("/api/v1/auth/setup/{token}")
}

/// A site with a super admin, whose sign-in is the answer.
async fn ready() -> (TestApp, Answer) {
    let app = TestApp::start().await;
    let path = setup_path(&app).await;
    let answer = app.post_json(&path, &root()).await.expect(201);
    (app, answer)
}

async fn login(app: &TestApp, email: &str, password: &str) -> Answer {
    app.post_json("/api/v1/auth/login", &json!({"email": email, "password": password})).await
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    app.site.auth.events.flush().await;
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn the_set_up_link_makes_the_first_super_admin_and_signs_them_in_once() {
    let app = TestApp::start().await;
    let path = setup_path(&app).await;
    assert_eq!(app.get(&path).await.expect(200).data(), json!({"valid": true}));
    let answer = app.post_json(&path, &root()).await.expect(201);
    let data = answer.data();
    assert_eq!(data["user"]["role"], "super_admin");
    assert_eq!(data["user"]["email"], "root@example.org");
    assert_eq!((&data["token_type"], &data["expires_in"]), (&json!("Bearer"), &json!(900)));
    let me = app.with_token(data["access_token"].as_str().unwrap()).get("/api/v1/auth/me").await.expect(200);
    assert_eq!(me.data(), data["user"]);

    assert_eq!(app.get(&path).await.expect(410).code(), "GONE");
    assert_eq!(app.post_json(&path, &root()).await.expect(410).code(), "GONE");
    assert_eq!(setup::link(&app.site).await.unwrap(), None, "no link where there is a user");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn of_many_who_use_the_set_up_link_at_once_one_becomes_super_admin() {
    let app = TestApp::start().await;
    let path = setup_path(&app).await;
    let tries = (0..8).map(|number| {
        let (visitor, path): (Client, _) = ((*app).clone(), path.clone());
        tokio::spawn(async move {
            let body = json!({"email": format!("root{number}@example.org"), "name": "", "password": PASSWORD});
            visitor.post_json(&path, &body).await.status.as_u16()
        })
    });
    let mut answers = Vec::new();
    for attempt in tries.collect::<Vec<_>>() {
        answers.push(attempt.await.unwrap());
    }
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM users").await, 1);
}

#[tokio::test]
async fn a_set_up_link_runs_out_after_a_day_and_a_newer_one_replaces_it() {
    let app = TestApp::start().await;
    let first = setup_path(&app).await;
    let second = setup_path(&app).await;
    let _ = app.get(&first).await.expect(404);
    let _ = app.get(&second).await.expect(200);
    app.clock.advance(SignedDuration::from_hours(24));
    let _ = app.get(&second).await.expect(410);
    let _ = app.post_json(&second, &root()).await.expect(410);
    let _ = app.get("/api/v1/auth/setup/nothing").await.expect(404);
}

#[tokio::test]
async fn a_set_up_with_a_poor_password_names_the_field_and_leaves_the_link_good() {
    let app = TestApp::start().await;
    let path = setup_path(&app).await;
    for password in ["short", "password123", "root@example.org"] {
        let body = json!({"email": "root@example.org", "name": "Root", "password": password});
        assert_eq!(app.post_json(&path, &body).await.expect(422).fields(), ["password"], "{password}");
    }
    let body = json!({"email": "nobody", "name": "x".repeat(201), "password": PASSWORD});
    assert_eq!(app.post_json(&path, &body).await.expect(422).fields(), ["email", "name"]);
    let _ = app.post_json(&path, &root()).await.expect(201);
}

#[tokio::test]
async fn an_unknown_address_a_wrong_password_and_a_locked_account_get_the_same_answer() {
    let (app, _) = ready().await;
    let locked = |status: &'static str| {
        let sql = format!("UPDATE users SET status = '{status}'");
        let owner = magnetiq::store::Owner::Core;
        app.site.store.write(owner, move |unit| Ok(unit.execute_batch(&sql)?))
    };
    let unknown = login(&app, "nobody@example.org", PASSWORD).await.expect(401);
    let wrong = login(&app, "root@example.org", "another password").await.expect(401);
    locked("locked").await.unwrap();
    let closed = login(&app, "root@example.org", PASSWORD).await.expect(401);
    assert_eq!(unknown.json(), wrong.json());
    assert_eq!(unknown.json(), closed.json());
    assert_eq!(unknown.code(), "UNAUTHENTICATED");
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&unknown), names(&wrong));
    locked("active").await.unwrap();
    let _ = login(&app, " ROOT@example.org ", PASSWORD).await.expect(200);
}

/// Real hashes, so that a skipped one would show.
#[tokio::test]
async fn an_unknown_address_takes_as_long_as_a_wrong_password() {
    let app = TestApp::start_with(&[("ARGON2_MEMORY_KIB", "19456"), ("ARGON2_ITERATIONS", "2")]).await;
    let path = setup_path(&app).await;
    let _ = app.post_json(&path, &root()).await.expect(201);
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..5 {
        for (place, email) in ["root@example.org", "nobody@example.org"].into_iter().enumerate() {
            let start = Instant::now();
            let _ = login(&app, email, "another password").await.expect(401);
            times[place].push(start.elapsed());
        }
    }
    let fastest = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
    let (known, unknown) = (fastest(&times[0]), fastest(&times[1]));
    assert!(unknown > known * 0.5 && known > unknown * 0.5, "known {known} s, unknown {unknown} s");
}

#[tokio::test]
async fn sign_ins_and_failures_are_counted_and_recorded() {
    let (app, _) = ready().await;
    for _ in 0..3 {
        let _ = login(&app, "root@example.org", "another password").await.expect(401);
    }
    let _ = login(&app, "nobody@example.org", "another password").await.expect(401);
    assert_eq!(count(&app, "SELECT failed_login_attempts FROM users").await, 3);
    assert_eq!(count(&app, "SELECT attempt_count FROM login_attempts WHERE email LIKE 'root%'").await, 3);
    let _ = login(&app, "root@example.org", PASSWORD).await.expect(200);
    assert_eq!(count(&app, "SELECT failed_login_attempts FROM users").await, 0);
    assert_eq!(count(&app, "SELECT login_count FROM users").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM users WHERE last_login_at = '2026-03-01T09:00:00.000000Z'").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM login_attempts").await, 1);
    // Failures of one address at one e-mail are one row with a count.
    let failed = "FROM security_events WHERE event_type = 'sign_in_failed'";
    let counts = format!("SELECT group_concat(email || ' ' || json_extract(details, '$.count')) {failed}");
    let counts: String =
        app.site.store.read(move |snapshot| Ok(snapshot.query_row(&counts, [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(counts, "root@example.org 3,nobody@example.org 1");
    assert_eq!(count(&app, "SELECT COUNT(*) FROM security_events WHERE event_type = 'signed_in'").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) FROM security_events WHERE ip_address = '127.0.0.1'").await, 5);
}

#[tokio::test]
async fn a_sign_in_that_is_not_well_formed_names_the_field() {
    let (app, _) = ready().await;
    for (body, fields) in [
        (json!({"email": "a@example.org"}), vec!["password"]),
        (json!({"email": 7, "password": PASSWORD}), vec!["email"]),
        (json!({"email": "a@example.org", "password": ["x"]}), vec!["password"]),
        (json!({"email": "a@example.org", "password": "x", "role": "admin"}), vec!["role"]),
        (json!({"email": "a@example.org", "password": "x", "deliver": "pigeon"}), vec!["deliver"]),
        (json!({"email": "a@example.org", "password": "x".repeat(1025)}), vec!["password"]),
        (json!({"email": "x".repeat(255), "password": "x"}), vec!["email"]),
        (json!([]), vec!["body"]),
    ] {
        assert_eq!(app.post_json("/api/v1/auth/login", &body).await.expect(422).fields(), fields, "{body}");
    }
    let _ = app.call("POST", "/api/v1/auth/login").body("application/json", "{").send().await.expect(400);
    let form = app.post_form("/api/v1/auth/login", "email=a&password=b").await;
    let _ = form.expect(415);
}

#[tokio::test]
async fn each_role_reaches_what_the_table_gives_it_and_no_more() {
    let app = TestApp::start().await;
    let path = "/api/v1/users";
    assert_eq!(app.get(path).await.expect(401).code(), "UNAUTHENTICATED");
    for (role, read, manage) in
        [("viewer", 403, 403), ("editor", 403, 403), ("admin", 200, 403), ("super_admin", 200, 201)]
    {
        let client = app.sign_in(role).await;
        let _ = client.get(path).await.expect(read);
        let body = json!({"email": format!("made-by-{}@example.org", role.replace('_', "-")), "role": "viewer"});
        let _ = client.post_json(path, &body).await.expect(manage);
    }
    assert_eq!(Role::ALL.len(), 4);
    let refused =
        "SELECT SUM(json_extract(details, '$.count')) FROM security_events WHERE event_type = 'access_denied'";
    assert_eq!(count(&app, refused).await, 5);
    let users = "SELECT COUNT(DISTINCT json_extract(details, '$.user')) FROM security_events WHERE event_type = 'access_denied'";
    assert_eq!(count(&app, users).await, 3);
}

#[tokio::test]
async fn a_token_that_is_not_ours_is_refused_and_recorded() {
    let (app, answer) = ready().await;
    let token = answer.data()["access_token"].as_str().unwrap().to_owned();
    let me = "/api/v1/auth/me";
    let _ = app.with_token(&token).get(me).await.expect(200);
    let headers = [
        format!("Bearer {token}x"),
        format!("Bearer {}", &token[..token.len() - 10]),
        format!("Basic {token}"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer null".to_owned(),
        format!("Bearer {}", "a.".repeat(5000)),
        "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiIxIn0.".to_owned(),
    ];
    for header in &headers {
        let answer = app.call("GET", me).header("authorization", header).send().await.expect(401);
        assert_eq!(answer.code(), "UNAUTHENTICATED");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{header}");
    }
    let rejected =
        "SELECT SUM(json_extract(details, '$.count')) FROM security_events WHERE event_type = 'token_rejected'";
    assert_eq!(count(&app, rejected).await, i64::try_from(headers.len()).unwrap());

    app.clock.advance(SignedDuration::from_secs(899));
    let _ = app.with_token(&token).get(me).await.expect(200);
    app.clock.advance(SignedDuration::from_secs(1));
    let _ = app.with_token(&token).get(me).await.expect(401);
}

#[tokio::test]
async fn a_flood_of_false_tokens_is_counted_and_fills_no_table() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let call = async |address: String| {
        let call = app.call("GET", "/api/v1/auth/me").header("authorization", "Bearer false");
        let _ = call.header("x-forwarded-for", &address).send().await.expect(401);
    };
    for _ in 0..150 {
        // Slowly enough not to be limited.
        app.clock.advance(SignedDuration::from_secs(1));
        call("192.0.2.1".to_owned()).await;
    }
    let rows = "SELECT COUNT(*) FROM security_events";
    let counted = "SELECT SUM(json_extract(details, '$.count')) FROM security_events";
    assert_eq!((count(&app, rows).await, count(&app, counted).await), (1, 150));

    // Whoever has many addresses gets no further: what is too much shares a row.
    for address in 0..300 {
        call(format!("198.51.{}.{}", address / 250, address % 250)).await;
    }
    assert_eq!((count(&app, rows).await, count(&app, counted).await), (201, 450));
    let shared = "SELECT SUM(json_extract(details, '$.count')) FROM security_events WHERE ip_address IS NULL";
    assert_eq!(count(&app, shared).await, 101);

    app.clock.advance(SignedDuration::from_hours(1));
    call("192.0.2.1".to_owned()).await;
    assert_eq!((count(&app, rows).await, count(&app, counted).await), (202, 451));
}

#[tokio::test]
async fn the_published_keys_are_public_ones() {
    let app = TestApp::start().await;
    let answer = app.get("/.well-known/jwks.json").await.expect(200);
    let keys = answer.json();
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    assert_eq!(keys["keys"][0]["n"].as_str().unwrap().len(), 512, "3072 bits");
    for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert_eq!(keys["keys"][0][private], Value::Null);
    }
}

#[tokio::test]
async fn no_password_and_no_hash_is_in_any_answer_or_audit_row() {
    let (app, answer) = ready().await;
    let admin = app.with_token(answer.data()["access_token"].as_str().unwrap());
    let mut seen = answer.text();
    for path in ["/api/v1/users", "/api/v1/users/1", "/api/v1/users.csv", "/api/v1/auth/me", "/api/v1/audit"] {
        seen.push_str(&admin.get(path).await.expect(200).text());
    }
    for secret in [PASSWORD, "argon2", "password_hash", "two_factor_secret", "backup_codes", "encryption_key"] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
}

#[test]
fn a_user_is_added_from_the_command_line_and_the_password_is_never_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let add = ["user", "add", "--data-dir", &path, "--role", "admin", "--password-stdin", "--email"];
    let add = |email| [&add[..], &[email]].concat();

    let (added, said) = run(&add("Ada@example.org"), &format!("{PASSWORD}\n"));
    assert!(added && said.contains("Ada@example.org") && !said.contains(PASSWORD), "{said}");
    let (again, said) = run(&add("ada@example.org"), &format!("{PASSWORD}\n"));
    assert!(!again && said.contains("email"), "{said}");
    let (poor, said) = run(&add("bob@example.org"), "short1\n");
    assert!(!poor && said.contains("password") && !said.contains("short1"), "{said}");
    let (nobody, said) = run(&add("bob"), &format!("{PASSWORD}\n"));
    assert!(!nobody && said.contains("email"), "{said}");

    let wrong = Process::run(&["user", "add", "--data-dir", &path, "--email", "b@example.org", "--role", "god"], &[]);
    assert_eq!(wrong.status.code(), Some(2));
    let made_up =
        Process::run(&["user", "add", "--data-dir", &path, "--email", "b@example.org", "--role", "viewer"], &[]);
    assert!(String::from_utf8_lossy(&made_up.stdout).contains("shown this once"));
}

#[test]
fn no_password_and_no_token_is_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut served = Process::serve(folder.path(), &[("MAGNETIQ_LOG", "magnetiq=trace")]);
    let link = served.next_line();
    let token = link.rsplit_once('#').expect("a link").1.trim().to_owned();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let refresh = runtime.block_on(async {
        let visitor = Client::visitor(format!("http://{}", served.address));
        let host = |call: magnetiq_tests::Call| call.header("host", "localhost");
        let path = format!("/api/v1/auth/setup/{token}");
        let mut body = root();
        body["deliver"] = json!("body");
        let answer = host(visitor.call("POST", &path)).json(&body).send().await.expect(201);
        let wrong = json!({"email": "root@example.org", "password": "a wrong but private one"});
        let _ = host(visitor.call("POST", "/api/v1/auth/login")).json(&wrong).send().await.expect(401);
        let access = answer.data()["access_token"].as_str().unwrap().to_owned();
        let _ = host(visitor.with_token(&access).call("GET", "/api/v1/auth/me")).send().await.expect(200);
        [access, answer.data()["refresh_token"].as_str().unwrap().to_owned()]
    });
    served.signal("TERM");
    let log = served.rest();
    assert!(log.contains("/api/v1/auth/login"), "{log}");
    for secret in
        [PASSWORD, "a wrong but private one", token.as_str(), refresh[0].as_str(), refresh[1].as_str(), "argon2id$"]
    {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

/// Whether the command succeeded, and all it wrote.
fn run(arguments: &[&str], input: &str) -> (bool, String) {
    let output = Process::run_with_input(arguments, input);
    let written = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&written).into_owned())
}
