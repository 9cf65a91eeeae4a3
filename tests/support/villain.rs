//! The villain on a site, and what it is told to do to the database.

use serde_json::json;

use crate::{Answer, Guest, TestApp};

/// A site with the villain, and with hello, which shall not suffer from it.
///
/// # Panics
/// When one of them cannot be enabled.
pub async fn site() -> TestApp {
    let app = TestApp::start().await;
    app.enable(Guest::Villain).await;
    app.enable(Guest::Hello).await;
    app
}

/// Has the villain read with this statement.
///
/// # Panics
/// When there is no answer.
pub async fn select(app: &TestApp, sql: &str) -> Answer {
    let url = reqwest::Url::parse_with_params("http://site/api/v1/villain/select", [("sql", sql)]).expect("an address");
    app.get(&format!("{}?{}", url.path(), url.query().expect("an address"))).await
}

/// Has the villain write with this statement.
pub async fn execute(app: &TestApp, sql: &str) -> Answer {
    app.post_json("/api/v1/villain/sql", &json!({"sql": sql})).await
}
