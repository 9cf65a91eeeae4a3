//! Nobody may ask, and no stranger or user may write, as often as they like. The first limit is by address and comes
//! before the caller is known; the second is by address for strangers and by account for users.

use axum::extract::Request;
use axum::response::Response;
use http::StatusCode;

use super::{Around, hosts};
use crate::app::App;
use crate::error::Result;
use crate::http::client::ClientAddress;
use crate::http::rate::{Rate, Whom};

/// Counts a request of whoever it is.
pub(super) fn limit_requests(app: &App, request: &Request) -> Result<()> {
    let Some(address) = address(app, request).filter(|_| !hosts::is_probe(request)) else { return Ok(()) };
    let limits = &app.settings.limits;
    let rate = Rate::a_minute(limits.requests_per_minute, limits.requests_burst);
    let taken = app.rates.take("requests", address, rate, app.clock.now());
    taken.inspect_err(|_| app.rates.note_refusal(address, app.clock.now()))
}

/// Who asks, as far as limits are concerned; for requests whose caller is known.
pub(super) fn whom(around: &Around, request: &Request) -> Option<Whom> {
    let address = address(&around.app, request)?;
    Some((around.account)(request.extensions()).map_or(address, Whom::Account))
}

/// Counts a write.
pub(super) fn limit_writes(app: &App, whom: Option<Whom>, request: &Request) -> Result<()> {
    let Some(whom) = whom.filter(|_| !request.method().is_safe()) else { return Ok(()) };
    let limits = &app.settings.limits;
    let rate = match whom {
        Whom::Address(_) => Rate::a_minute(limits.rate_per_minute, limits.rate_burst),
        Whom::Account(_) => Rate::a_minute(limits.account_per_minute, limits.account_burst),
    };
    app.rates.take("writes", whom, rate, app.clock.now())
}

/// Remembers who was refused: guesses at passwords, rights, addresses and patience all look like this.
pub(super) fn note_refusal(app: &App, whom: Option<Whom>, response: &Response) {
    const REFUSALS: [StatusCode; 4] =
        [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::TOO_MANY_REQUESTS];
    if let Some(whom) = whom.filter(|_| REFUSALS.contains(&response.status())) {
        app.rates.note_refusal(whom, app.clock.now());
    }
}

/// From where a request comes; none from a developer's own machine, where tests and scripts are not strangers.
fn address(app: &App, request: &Request) -> Option<Whom> {
    let ClientAddress(address) = ClientAddress::of(request.extensions());
    let is_own = app.settings.environment.is_development() && address.is_loopback();
    (!is_own).then(|| address.into())
}
