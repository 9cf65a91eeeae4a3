//! `mail`: one message to one recipient, queued in the call's transaction. Nobody who was erased is written to, and
//! that is no error: a plugin that writes to many goes on with the others.

use magnetiq_contract::mail::Message;

use crate::error::{Code, Error, Result};
use crate::mail;
use crate::people;
use crate::plugins::rights::gate::{Capability, Ungranted};
use crate::plugins::sandbox::bindings::imports::magnetiq::plugin::{mail as border, types};
use crate::plugins::sandbox::state::CallState;

/// The id of a mail that was not queued.
const UNSENT: i64 = 0;

impl border::Host for CallState {
    async fn queue(&mut self, message: String) -> wasmtime::Result<Result<i64, types::Error>> {
        let id = self.queue_mail(&message).await;
        self.answer(id)
    }

    async fn cancel(&mut self, key: String) -> wasmtime::Result<Result<bool, types::Error>> {
        let cancelled = self.cancel_mail(&key).await;
        self.answer(cancelled)
    }
}

impl CallState {
    async fn queue_mail(&mut self, message: &str) -> Result<i64> {
        let quantity = self.plugin.gate.require(Capability::Mail)?.quantity;
        let message: Message =
            serde_json::from_str(message).map_err(|error| Error::new(Code::BadRequest, error.to_string()))?;
        self.enter_transaction().await?;
        if let Some(person) = message.person
            && self.in_transaction(move |unit| people::is_erased(unit, person)).await?
        {
            return Ok(UNSENT);
        }
        self.check_length(quantity)?;
        self.plugin.quotas.mail.take(quantity, self.clock.now())?;
        self.mails += 1;
        let (clock, owner) = (self.clock.clone(), self.plugin.id.to_string());
        self.in_transaction(|unit| mail::queue(unit, &clock, mail::NewMessage { owner, message })).await
    }

    /// Refuses for good what no hour is long enough for: whoever came again would wait in vain.
    fn check_length(&self, quantity: Option<u64>) -> Result<()> {
        let Some(granted) = quantity.filter(|granted| self.mails >= *granted) else { return Ok(()) };
        let sentence = (
            format!("One call wants more than the {granted} messages that this plugin may send in an hour."),
            format!("Ein Aufruf verlangt mehr als die {granted} Nachrichten, die dieses Plugin je Stunde senden darf."),
        );
        Err(Error::new(Code::Forbidden, sentence).because(Ungranted))
    }

    async fn cancel_mail(&self, key: &str) -> Result<bool> {
        self.plugin.gate.require(Capability::Mail)?;
        let (clock, owner) = (self.clock.clone(), self.plugin.id.to_string());
        self.in_transaction(|unit| mail::cancel(unit, &clock, &owner, key)).await
    }
}
