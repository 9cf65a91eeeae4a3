//! Requests below `/api/v1/{plugin}`.

use axum::response::{IntoResponse, Response};
use http::Method;
use magnetiq_contract::describe::{Route, RouteKind};

use super::dispatch::Visit;
use super::routes_table::Matched;
use super::trail::Trail;
use crate::error::{Error, Result};
use crate::http::Parameters;
use crate::http::idempotency::{self, Kept, Once};
use crate::http::json::{NoBody, require_json, strict};
use crate::plugins::sandbox::ask::Said;
use crate::plugins::sandbox::call::Call;
use crate::plugins::sandbox::state::Mode;

impl Visit {
    /// Answers on the API.
    pub async fn api(self, below: &str) -> Result<Response> {
        match self.plugin.built.routes.find(RouteKind::Api, self.parts.method.as_str(), below) {
            Ok(matched) => self.api_route(matched).await,
            Err(no_route) => match self.operation_at(below) {
                Ok((table, operation)) => self.resource(table, operation).await,
                Err(no_operation) => Err(neither(&no_route, &no_operation)),
            },
        }
    }

    async fn api_route(self, matched: Matched) -> Result<Response> {
        let plugin = self.plugin.clone();
        let route = plugin.description().routes.get(matched.route).ok_or_else(Error::not_found)?;
        self.cause.caller.check(&route.access)?;
        self.take_rate(route)?;
        let query = declared_query(route, self.parts.uri.query().unwrap_or_default())?;
        self.check_body(route)?;
        let once = self.once()?;
        let _turn = match &once {
            Some(once) => Some(self.plugins.turns.take(once).await?),
            None => None,
        };
        if let Some(kept) = self.kept(once.as_ref()).await? {
            return Ok(kept.into_response());
        }
        let trail = self.trail(route, &matched.parameters);
        let call = self.call(route, matched, query);
        let finished = self.run(self.keeping(call, trail, once)).await?;
        finished.answer()?.on_api()
    }

    /// A body is JSON, and announced as JSON, unless the route reads bytes. A route that reads none gets none; one that
    /// needs no field of it may do without.
    fn check_body(&self, route: &Route) -> Result<()> {
        if matches!(self.parts.method, Method::GET | Method::HEAD) || route.raw {
            return Ok(());
        }
        let Some(schema) = &route.body else {
            return NoBody::check(&self.parts.headers, &self.body).map(drop);
        };
        if self.body.is_empty() && schema["required"].is_null() {
            return Ok(());
        }
        require_json(&self.parts.headers)?;
        strict::parse(&self.body).map(drop)
    }

    /// The request's `Idempotency-Key`, on POST.
    pub(super) fn once(&self) -> Result<Option<Once>> {
        if self.parts.method != Method::POST {
            return Ok(None);
        }
        Once::of(&self.parts, self.cause.caller.user_id(), &self.body)
    }

    /// The answer of an earlier request with the same key.
    pub(super) async fn kept(&self, once: Option<&Once>) -> Result<Option<Kept>> {
        let Some(once) = once else { return Ok(None) };
        self.plugins.store.read(|snapshot| idempotency::find(snapshot, &self.plugins.clock, once)).await
    }

    /// The audit row of a request that changes something.
    fn trail(&self, route: &Route, parameters: &[String]) -> Option<Trail> {
        (self.mode(route) != Mode::Snapshot).then(|| Trail::of(self, route, parameters))
    }

    /// Keeps in the call's own unit who did it, and a good answer for a repeated request.
    pub(super) fn keeping(&self, call: Call, trail: Option<Trail>, once: Option<Once>) -> Call {
        let Some(trail) = trail else { return call };
        let clock = self.plugins.clock.clone();
        call.leaving(trail).before_commit(Box::new(move |unit, said| match once.zip(kept_answer(said)) {
            Some((once, kept)) => idempotency::keep(unit, &clock, &once, &kept),
            None => Ok(()),
        }))
    }
}

/// Why neither a route nor a resource takes the request: nothing is there, or what is takes other methods.
fn neither(no_route: &Error, no_operation: &Error) -> Error {
    let mut methods = no_route.allowed().chain(no_operation.allowed()).peekable();
    if methods.peek().is_none() { Error::not_found() } else { Error::method_not_allowed(methods) }
}

/// Data and nothing are kept; files and redirects are made anew.
fn kept_answer(said: &Said) -> Option<Kept> {
    let Said::Response(answer) = said else { return None };
    answer.kept()
}

/// The parameters that the route declares; any other is refused by name.
fn declared_query(route: &Route, query: &str) -> Result<Vec<(String, String)>> {
    let mut parameters = Parameters::parse(query)?;
    let taken = route.query.iter().filter_map(|name| Some((name.clone(), parameters.take(name)?))).collect();
    parameters.finish()?;
    Ok(taken)
}
