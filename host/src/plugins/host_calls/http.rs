//! `http`: calls to granted hosts, and the one door out of the house.
//!
//! The address is parsed once, its scheme, host and port must be granted, its name is resolved here, private and
//! special addresses are refused, and the connection goes to the very address that was vetted. Redirects are not
//! followed and no proxy is used.

use std::time::Duration;

use magnetiq_contract::http::{Fetch, Fetched};

use super::read_json;
use crate::error::{Code, Error, Result};
use crate::plugins::outbound;
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{http, types};
use crate::plugins::sandbox::state::{CallState, Mode};

impl http::Host for CallState {
    async fn fetch(
        &mut self,
        head: String,
        body: Vec<u8>,
    ) -> wasmtime::Result<Result<(String, Vec<u8>), types::Error>> {
        let fetched = self.fetch_granted(&head, body).await;
        self.answer(fetched)
    }
}

/// Longest wait for another company's server.
const PATIENCE: Duration = Duration::from_secs(15);

impl CallState {
    async fn fetch_granted(&self, head: &str, body: Vec<u8>) -> Result<(String, Vec<u8>)> {
        if self.mode != Mode::Detached || self.lane.in_transaction() {
            let sentence = "Other servers are called from detached routes and jobs alone, outside a transaction.";
            return Err(Error::new(Code::Conflict, sentence));
        }
        let fetch: Fetch = read_json(head)?;
        let url = outbound::parse(&fetch.url)?;
        let origin = outbound::origin(&url);
        let grant = self.plugin.gate.require_name(Capability::Http, &origin)?;
        self.plugin.quotas.http(&origin).take(grant.quantity, self.clock.now())?;
        outbound::headers::read(&fetch.headers)?;
        let headers = outbound::headers::read(&self.with_secrets(fetch.headers, &origin)?)?;
        self.release_snapshot();
        let call = self.plugin.outbound.fetch(&fetch.method, url, headers, body, PATIENCE);
        let (fetched, body): (Fetched, Vec<u8>) = call.await?;
        Ok((serde_json::to_string(&fetched)?, body))
    }

    /// Replaces `{secret:NAME}` by the secret's value; the plugin never sees it.
    fn with_secrets(&self, headers: Vec<(String, String)>, origin: &str) -> Result<Vec<(String, String)>> {
        headers.into_iter().map(|(name, value)| Ok((name, self.with_secret(value, origin)?))).collect()
    }

    /// What the call has read is over: while it waits for another company's server it holds no snapshot.
    fn release_snapshot(&self) {
        self.lane.places().snapshot = None;
    }

    fn with_secret(&self, value: String, origin: &str) -> Result<String> {
        let Some((before, rest)) = value.split_once("{secret:") else { return Ok(value) };
        let Some((name, after)) = rest.split_once('}') else { return Ok(value) };
        self.plugin.gate.require_name(Capability::Crypto, name)?;
        self.may_leave_for(name, origin)?;
        let secret = self.plugin.settings.secret(name).ok_or_else(|| {
            Error::new(Code::NotFound, format!("The secret {name} has no value yet; an admin sets it."))
        })?;
        let secret = std::str::from_utf8(secret).map_err(Error::internal)?;
        Ok(format!("{before}{secret}{after}"))
    }

    /// A secret that names its hosts goes to no other one.
    fn may_leave_for(&self, secret: &str, origin: &str) -> Result<()> {
        let settings = &self.plugin.manifest().contract.settings;
        let hosts = settings.iter().find(|setting| setting.field.name == secret).map(|setting| &setting.hosts);
        match hosts.filter(|hosts| !hosts.is_empty() && !hosts.iter().any(|host| host == origin)) {
            Some(hosts) => {
                let sentence = format!("The secret {secret} may be sent to {} alone.", hosts.join(", "));
                Err(Error::new(Code::Forbidden, sentence))
            }
            None => Ok(()),
        }
    }
}
