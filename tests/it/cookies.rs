//! The refresh cookie, which browsers send whoever's page makes them ask, counts for our own pages alone.

use magnetiq_tests::{Answer, PASSWORD, TestApp};
use serde_json::json;

const REFRESH: &str = "/api/v1/auth/refresh";
const LOGOUT: &str = "/api/v1/auth/logout";
const ASKED: (&str, &str) = ("x-requested-with", "magnetiq");

/// A site and the cookie of an editor who signed in.
async fn signed_in() -> (TestApp, String) {
    let app = TestApp::start().await;
    let _ = app.sign_in("editor").await;
    let body = json!({"email": "editor@example.org", "password": PASSWORD});
    let answer = app.post_json("/api/v1/auth/login", &body).await.expect(200);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    (app, cookie)
}

async fn send(app: &TestApp, path: &str, cookie: &str, headers: &[(&str, &str)]) -> Answer {
    let call = app.call("POST", path).header("cookie", cookie).header("host", "localhost:8036");
    headers.iter().fold(call, |call, (name, value)| call.header(name, value)).send().await
}

async fn refusals(app: &TestApp) -> i64 {
    app.site.auth.events.flush().await;
    let sql = "SELECT ifnull(sum(json_extract(details, '$.count')), 0) FROM security_events
               WHERE event_type = 'cookie_refused' AND ip_address = '127.0.0.1'";
    app.site.store.read(move |snapshot| Ok(snapshot.query_row(sql, [], |row| row.get(0))?)).await.unwrap()
}

#[tokio::test]
async fn another_sites_page_neither_renews_nor_ends_a_session_by_its_cookie() {
    let (app, cookie) = signed_in().await;
    let forged: [&[(&str, &str)]; 6] = [
        &[],
        &[("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.example")],
        &[ASKED, ("origin", "https://evil.example")],
        &[ASKED, ("origin", "null")],
        &[ASKED, ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:8036")],
        &[ASKED, ("sec-fetch-site", "same-site")],
    ];
    for headers in forged {
        for path in [REFRESH, LOGOUT] {
            let refused = send(&app, path, &cookie, headers).await;
            assert!([401, 415].contains(&refused.status.as_u16()), "{path} {headers:?}: {}", refused.status);
            assert_eq!(refused.header("set-cookie"), "", "{path} {headers:?}");
        }
    }
    assert!(refusals(&app).await >= 10);
    // The session lives, and its token was not used up.
    send(&app, REFRESH, &cookie, &[ASKED]).await.expect(200);
}

#[tokio::test]
async fn our_own_pages_renew_and_end_it() {
    let (app, cookie) = signed_in().await;
    let ours = [ASKED, ("origin", "http://localhost:8036"), ("sec-fetch-site", "same-origin")];
    let renewed = send(&app, REFRESH, &cookie, &ours).await.expect(200);
    let cookie = renewed.header("set-cookie").split(';').next().unwrap();
    send(&app, LOGOUT, cookie, &ours[..2]).await.expect(204);
    send(&app, REFRESH, cookie, &ours).await.expect(401);
    assert_eq!(refusals(&app).await, 0);
}

#[tokio::test]
async fn a_script_of_a_listed_origin_may_not_send_what_the_cookie_needs() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "https://app.example.org")]).await;
    let call = app.call("OPTIONS", REFRESH).header("origin", "https://app.example.org");
    let call = call.header("access-control-request-method", "POST");
    let answer = call.header("access-control-request-headers", "x-requested-with").send().await.expect(204);
    assert!(!answer.header("access-control-allow-headers").to_lowercase().contains("x-requested-with"));
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}
