//! Two requests, asked in turns without sockets: whatever else the machine does meets both alike.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use bytes::Bytes;
use http_body_util::BodyExt;
use magnetiq::http::client::Peer;
use serde_json::Value;
use tower::ServiceExt;

use crate::percentile;

const CALLS: usize = 2_000;
const WARM_UP: usize = 200;

/// What is asked, and whom.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// Who answers.
    pub router: &'a Router,
    /// Path and query.
    pub address: &'a str,
    /// What the visitor's browser kept.
    pub cookie: Option<&'a str>,
    /// Who asks, by their access token.
    pub token: Option<&'a str>,
}

impl<'a> Side<'a> {
    /// A visitor's first request.
    pub fn new(router: &'a Router, address: &'a str) -> Self {
        Self { router, address, cookie: None, token: None }
    }

    /// The body of a good answer, and how long it took.
    ///
    /// # Panics
    /// When it is no good answer.
    pub async fn ask(self) -> (Bytes, Duration) {
        let mut request = Request::get(self.address).header("host", "localhost");
        if let Some(cookie) = self.cookie {
            request = request.header("cookie", cookie);
        }
        if let Some(token) = self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut request = request.body(Body::empty()).expect("a request");
        // As a connection says it. A developer's own machine is not limited.
        request.extensions_mut().insert(Peer(Ipv4Addr::LOCALHOST.into()));
        let begun = Instant::now();
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        let took = begun.elapsed();
        assert!(status.is_success(), "{}: {status} {}", self.address, String::from_utf8_lossy(&body));
        (body, took)
    }
}

/// The medians of both sides, which have to mean the same.
///
/// # Panics
/// When they do not.
pub async fn medians<T: PartialEq>(sides: [Side<'_>; 2], meaning: impl Fn(&Bytes) -> T) -> [Duration; 2] {
    let mut times = [const { Vec::new() }; 2];
    for call in 0..CALLS + WARM_UP {
        let [first, second] = [sides[0].ask().await, sides[1].ask().await];
        let is_same = meaning(&first.0) == meaning(&second.0);
        assert!(is_same, "{} and {} do not say the same", sides[0].address, sides[1].address);
        if call >= WARM_UP {
            times[0].push(first.1);
            times[1].push(second.1);
        }
    }
    times.map(|mut times| percentile(&mut times, 0.5))
}

/// A body as JSON.
pub fn json(body: &Bytes) -> Value {
    serde_json::from_slice(body).expect("JSON")
}
