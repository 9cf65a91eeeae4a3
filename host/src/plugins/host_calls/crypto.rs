//! `crypto`: HMAC with a secret that the plugin names and never sees.

use aws_lc_rs::hmac;

use crate::error::{Code, Error, Result};
use crate::plugins::rights::gate::Capability;
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{crypto, types};
use crate::plugins::sandbox::state::CallState;

impl crypto::Host for CallState {
    fn hmac(&mut self, secret: String, data: Vec<u8>) -> wasmtime::Result<Result<Vec<u8>, types::Error>> {
        let tag = self.key(&secret).map(|key| hmac::sign(&key, &data).as_ref().to_vec());
        self.answer(tag)
    }

    fn verify(&mut self, secret: String, data: Vec<u8>, tag: Vec<u8>) -> wasmtime::Result<Result<bool, types::Error>> {
        let fits = self.key(&secret).map(|key| hmac::verify(&key, &data, &tag).is_ok());
        self.answer(fits)
    }
}

impl CallState {
    fn key(&self, secret: &str) -> Result<hmac::Key> {
        self.plugin.gate.require_name(Capability::Crypto, secret)?;
        let value = self.plugin.settings.secret(secret).ok_or_else(|| {
            Error::new(Code::NotFound, format!("The secret {secret} has no value yet; an admin sets it."))
        })?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, value))
    }
}
