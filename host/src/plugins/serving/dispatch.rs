//! Which plugin answers a request that no route of the host took.

use std::sync::{Arc, OnceLock};

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::Method;
use http::request::Parts;
use magnetiq_contract::describe::{Route, RouteKind};
use magnetiq_contract::text::Locale;

use super::pages::for_visitors;
use super::routes_table::Matched;
use crate::app::App;
use crate::auth::Caller;
use crate::error::{Error, Result};
use crate::http::body::{self, BodyLimits};
use crate::http::client::ClientAddress;
use crate::http::layers::RequestId;
use crate::http::rate::Rate;
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::meter::timing::{SERVER_TIMING, Timing};
use crate::plugins::sandbox::ask::Ask;
use crate::plugins::sandbox::bindings::exports::serve::exports::magnetiq::plugin::serve;
use crate::plugins::sandbox::call::{Call, Finished};
use crate::plugins::sandbox::state::{Cause, Mode};

/// Answers requests below `/api/v1/{plugin}` and `/{locale}/{mount}`; everything else is not found.
pub async fn dispatch(State(app): State<App>, request: Request) -> Response {
    let answer = match Place::of(request.uri().path(), &app.plugins) {
        Some(place) => place.answer(&app, request).await,
        None => Err(Error::not_found()),
    };
    answer.unwrap_or_else(IntoResponse::into_response)
}

/// Where below a plugin a request points.
enum Place {
    Api(Arc<Live>, String),
    Page(Arc<Live>, Locale, String),
}

impl Place {
    fn of(path: &str, plugins: &Plugins) -> Option<Self> {
        let alive = plugins.alive.load();
        if let Some(rest) = path.strip_prefix("/api/v1/") {
            let (id, below) = cut(rest);
            return Some(Self::Api(alive.get(id)?.clone(), below));
        }
        let (locale, rest) = path.strip_prefix('/')?.split_once('/')?;
        let locale = Locale::from_code(locale)?;
        let (mount, below) = cut(rest);
        Some(Self::Page(alive.mounted(locale, mount)?.clone(), locale, below))
    }

    fn plugin(&self) -> &Live {
        match self {
            Self::Api(plugin, _) | Self::Page(plugin, ..) => plugin,
        }
    }

    async fn answer(self, app: &App, request: Request) -> Result<Response> {
        let caller = Caller::of(request.extensions())?;
        let (parts, body) = request.into_parts();
        let body = body::collect(body, app.settings.limits.body()).await?;
        let (plugin, locale) = match &self {
            Self::Api(plugin, _) => (plugin, crate::http::language::preferred(&parts.headers)),
            Self::Page(plugin, locale, _) => (plugin, *locale),
        };
        let visible: Option<Arc<OnceLock<Timing>>> = caller.may("plugins:manage").then(Arc::default);
        let visit = Visit {
            plugins: app.plugins.clone(),
            cause: Cause { caller, locale, request: RequestId::of(&parts.extensions) },
            plugin: plugin.clone(),
            address: ClientAddress::of(&parts.extensions),
            limits: app.settings.limits.body(),
            timing: visible.clone(),
            parts,
            body,
        };
        let mut response = match &self {
            Self::Api(_, below) => visit.api(below).await,
            Self::Page(_, _, below) => visit.page(below).await.map_err(for_visitors),
        }?;
        if let Some(header) = visible.and_then(|timing| timing.get()?.header(&self.plugin().id)) {
            response.headers_mut().insert(SERVER_TIMING, header);
        }
        Ok(response)
    }
}

/// The first segment, and the rest with its slash; nothing is the root.
fn cut(path: &str) -> (&str, String) {
    match path.find(['/', '.']) {
        Some(place) if path[place..].starts_with('/') => {
            let below = path[place..].trim_end_matches('/');
            (&path[..place], if below.is_empty() { "/".into() } else { below.to_owned() })
        }
        _ => (path, "/".into()),
    }
}

/// A request to a plugin, read whole.
pub(in crate::plugins) struct Visit {
    pub plugins: Arc<Plugins>,
    pub plugin: Arc<Live>,
    pub cause: Cause,
    pub address: ClientAddress,
    pub limits: BodyLimits,
    pub parts: Parts,
    pub body: Bytes,
    /// Where the time of the first guest call went, for callers who may know.
    pub timing: Option<Arc<OnceLock<Timing>>>,
}

impl Visit {
    /// How a method may touch the database.
    pub fn mode(&self, route: &Route) -> Mode {
        match self.parts.method {
            Method::GET | Method::HEAD => Mode::Snapshot,
            _ if route.detached => Mode::Detached,
            _ => Mode::Transaction,
        }
    }

    /// Counts the call against the route's limit.
    pub fn take_rate(&self, route: &Route) -> Result<()> {
        let Some(limit) = route.limit else { return Ok(()) };
        let rule = (&self.plugin.id, &route.method, &route.path);
        let rate = Rate { times: limit.times, seconds: limit.seconds, burst: limit.times };
        self.plugins.rates.take(rule, self.address.0.into(), rate, self.plugins.clock.now())
    }

    /// Prepares the guest call for a route.
    pub fn call(&self, route: &Route, matched: Matched, query: Vec<(String, String)>) -> Call {
        self.call_as(route.kind, matched, query, self.mode(route))
    }

    /// Prepares a guest call that only reads.
    pub fn reading_call(&self, kind: RouteKind, matched: Matched, query: Vec<(String, String)>) -> Call {
        self.call_as(kind, matched, query, Mode::Snapshot)
    }

    fn call_as(&self, kind: RouteKind, matched: Matched, query: Vec<(String, String)>, mode: Mode) -> Call {
        let content_type = self.parts.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let reads = mode == Mode::Snapshot;
        let request = serve::Request {
            route: u32::try_from(matched.route).unwrap_or(u32::MAX),
            path: matched.parameters,
            query,
            content_type: if reads { String::new() } else { content_type.unwrap_or_default().to_owned() },
            body: if reads { Vec::new() } else { self.body.to_vec() },
        };
        let limits = match mode {
            Mode::Detached => self.plugins.detached_limits(&self.plugin),
            Mode::Snapshot | Mode::Transaction => self.plugins.limits(&self.plugin, false),
        };
        Call::new(self.plugins.setting(&self.plugin, self.cause.clone(), mode), limits, Ask::Serve(kind, request))
    }

    /// Runs a call once there is a place for it.
    pub async fn run(&self, call: Call) -> Result<Finished> {
        let mut place = self.plugin.place().await?;
        let mut finished = call.finish().await?;
        place.trial.pass();
        if let Some(timing) = &self.timing {
            timing.get_or_init(|| finished.timing);
        }
        finished.trial = Some(place.trial);
        Ok(finished)
    }
}
