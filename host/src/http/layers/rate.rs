//! Strangers may not write as often as they like.

use axum::extract::Request;

use super::IsAnonymous;
use crate::app::App;
use crate::error::Result;
use crate::http::client::ClientAddress;
use crate::http::rate::Rate;

pub(super) fn limit_anonymous_writes(app: &App, is_anonymous: IsAnonymous, request: &Request) -> Result<()> {
    if request.method().is_safe() || !is_anonymous(request.extensions()) {
        return Ok(());
    }
    take(app, ClientAddress::of(request.extensions()))
}

fn take(app: &App, ClientAddress(address): ClientAddress) -> Result<()> {
    // Tests and scripts on the own machine are not strangers.
    if app.settings.environment.is_development() && address.is_loopback() {
        return Ok(());
    }
    let limits = &app.settings.limits;
    let rate = Rate { times: limits.rate_per_minute, seconds: 60, burst: limits.rate_burst };
    app.rates.take("anonymous writes", address, rate, app.clock.now())
}
