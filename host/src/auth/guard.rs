//! The layer that finds out who calls, once for each request, and keeps a record of those who were turned away.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use http::header::{AUTHORIZATION, HeaderValue, USER_AGENT, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::caller::{Caller, Found, SignedIn};
use super::events::{Kind, SecurityEvent};
use super::origin::Origin;
use super::{Auth, api_keys};
use crate::app::Site;
use crate::http::client::ClientAddress;
use crate::http::rate::Whom;

/// Puts the caller into the request for the extractor [`Caller`]. Reads no database.
pub async fn identify<F: Future<Output = Response>>(
    site: &Site,
    mut request: Request,
    inner: impl FnOnce(Request) -> F,
) -> Response {
    let found = find(site, request.headers());
    let (address, method) = (ClientAddress::of(request.extensions()), request.method().clone());
    let agent = request.headers().get(USER_AGENT).cloned();
    request.extensions_mut().insert(found.clone());
    let mut response = inner(request).await;
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        note_limited_caller(site, found.user_id(), address, agent.as_ref());
    }
    if let Some(kind) = refusal(&found, response.status()) {
        let route = response.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        let user = found.user_id();
        let details = json!({"method": method.as_str(), "route": route, "user": user});
        let origin = Origin::new(address, agent.as_ref());
        site.auth.events.queue(SecurityEvent::new(kind, &origin).details(details));
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge(&found));
    }
    response
}

/// Keeps a record of a request that came too often, before anybody looked who sent it.
pub fn note_limited(site: &Site, request: &Request) {
    let address = ClientAddress::of(request.extensions());
    note_limited_caller(site, None, address, request.headers().get(USER_AGENT));
}

/// One event a minute for each caller; those of an hour are one row, whose count tells the minutes.
fn note_limited_caller(site: &Site, user: Option<i64>, address: ClientAddress, agent: Option<&HeaderValue>) {
    let whom = user.map_or_else(|| address.0.into(), Whom::Account);
    if site.rates.is_news(whom, site.clock.now()) {
        let event = SecurityEvent::new(Kind::RateLimited, &Origin::new(address, agent));
        site.auth.events.queue(event.details(json!({"user": user})));
    }
}

fn find(site: &Site, headers: &HeaderMap) -> Found {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        // Two of them are an attempt to be somebody else to somebody else.
        return if headers.contains_key(AUTHORIZATION) {
            Found::InvalidToken
        } else {
            Found::Caller(Caller::Anonymous)
        };
    };
    let signed_in = bearer(value).and_then(|token| site.auth.bearer(token, site.clock.now()));
    signed_in.map_or(Found::InvalidToken, |user| Found::Caller(Caller::User(Arc::new(user))))
}

fn bearer(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Visitors who must sign in first are no event; whoever shows something false, or reaches too far, is.
fn refusal(found: &Found, status: StatusCode) -> Option<Kind> {
    match (found, status) {
        (Found::InvalidToken, StatusCode::UNAUTHORIZED) => Some(Kind::TokenRejected),
        (Found::Caller(Caller::User(_)), StatusCode::FORBIDDEN) => Some(Kind::AccessDenied),
        _ => None,
    }
}

fn challenge(found: &Found) -> HeaderValue {
    match found {
        Found::InvalidToken => HeaderValue::from_static("Bearer error=\"invalid_token\""),
        Found::Caller(_) => HeaderValue::from_static("Bearer"),
    }
}

impl Auth {
    /// Whoever shows a token or a key that is good now.
    fn bearer(&self, token: &str, now: Timestamp) -> Option<SignedIn> {
        if api_keys::is_key(token) { self.program(token, now) } else { self.signed_in(token, now) }
    }

    /// The user of an access token.
    fn signed_in(&self, token: &str, now: Timestamp) -> Option<SignedIn> {
        let claims = self.tokens.verify(token, now)?;
        let (id, standing, session) = self.live.check(&claims, now)?;
        let permissions = self.permissions.of(standing.role);
        let must_set_up_mfa = standing.is_mfa_overdue(now);
        let token_id = claims.jti.as_str().into();
        Some(SignedIn { id, role: standing.role, permissions, session, token_id, key: None, must_set_up_mfa })
    }

    /// The user of an API key, with what the key may do for them.
    fn program(&self, key: &str, now: Timestamp) -> Option<SignedIn> {
        let holder = self.api_keys.holder(key, now)?;
        let standing = self.live.standing(holder.user).filter(|standing| standing.active)?;
        self.api_keys.note_use(&holder, now);
        Some(SignedIn {
            id: holder.user,
            role: standing.role,
            permissions: holder.permissions(&self.permissions.of(standing.role)),
            session: "".into(),
            token_id: "".into(),
            key: Some(holder.key),
            must_set_up_mfa: standing.is_mfa_overdue(now),
        })
    }
}
