//! Plugins whose breaker is open: what their calls are told, the one that may try, and the admin who ends it.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::SemaphorePermit;

use crate::clock;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Kept, Once};
use crate::plugins::Plugins;
use crate::plugins::live::Live;
use crate::plugins::meter::allowance::Share;
use crate::plugins::meter::breaker::{Admission, Quarantine};
use crate::plugins::meter::usage::Usage;
use crate::plugins::rights::gate::Ungranted;
use crate::resources::{Actor, audit};
use crate::store::Owner;

/// What a call holds while it runs: its place among those that run at once, and whether all depends on it.
pub(in crate::plugins) struct Place<'a> {
    _permit: SemaphorePermit<'a>,
    pub trial: Trial,
}

/// Of a plugin in quarantine, the call that tries whether it works again; of every other call nothing.
pub(in crate::plugins) struct Trial {
    usage: Option<Arc<Usage>>,
    went_well: bool,
}

impl Trial {
    /// The guest came to its end. The trial itself ends with its drop, so that what follows can still fail it.
    pub fn pass(&mut self) {
        self.went_well = true;
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if let Some(usage) = &self.usage {
            usage.breaker.end_trial(self.went_well);
        }
    }
}

impl Live {
    /// Leave to run, and a place among the calls that may run at once.
    ///
    /// # Errors
    /// As [`Live::admit`]; unavailable when no place becomes free in a second.
    pub(in crate::plugins) async fn place(&self) -> Result<Place<'_>> {
        let trial = self.admit()?;
        Ok(Place { _permit: self.permit().await?, trial })
    }

    /// Leave to run.
    ///
    /// # Errors
    /// Unavailable, in quarantine; rate limited when an hour's seconds are used up: each with the seconds until a call
    /// may try again.
    pub(in crate::plugins) fn admit(&self) -> Result<Trial> {
        self.check_time()?;
        let usage = match self.usage.admit() {
            Admission::Free => None,
            Admission::Trial => Some(self.usage.clone()),
            Admission::Refused(quarantine) => return Err(self.rests(&quarantine)),
        };
        Ok(Trial { usage, went_well: false })
    }

    /// Refuses while the seconds of this hour are used up.
    fn check_time(&self) -> Result<()> {
        let now = || self.usage.now();
        let refused = self.usage.cpu.used_up(now).map(|share| (share, "seconds of computing", "Sekunden Rechenzeit"));
        let refused = refused.or_else(|| {
            let share = self.usage.writer.used_up(now)?;
            Some((share, "seconds of the database's writer", "Sekunden am Schreiber der Datenbank"))
        });
        match refused {
            Some((share, english, german)) => Err(self.has_used_up(&share, english, german)),
            None => Ok(()),
        }
    }

    fn has_used_up(&self, share: &Share, english: &str, german: &str) -> Error {
        let granted = share.granted.as_secs();
        let sentence = (
            format!("This plugin has used up its {granted} {english} an hour."),
            format!("Dieses Plugin hat seine {granted} {german} je Stunde verbraucht."),
        );
        let seconds = share.resets.duration_since(self.usage.now()).as_secs().max(1).unsigned_abs();
        let refusal = Error::new(Code::RateLimited, sentence).because(Ungranted).retry_after(seconds);
        self.denied(&refusal);
        refusal
    }

    fn rests(&self, quarantine: &Quarantine) -> Error {
        let seconds = quarantine.until.duration_since(self.usage.now()).as_secs().max(1).unsigned_abs();
        let sentence = (
            format!("The plugin {} has failed too often and is resting.", self.id),
            format!("Das Plugin {} ist zu oft gescheitert und ruht.", self.id),
        );
        Error::unavailable(sentence, seconds)
    }
}

/// As an admin reads it.
pub(in crate::plugins) fn shown(quarantine: &Quarantine) -> Value {
    let Quarantine { reason, since, until, .. } = quarantine;
    json!({"reason": reason, "since": clock::sql(*since), "until": clock::sql(*until)})
}

impl Plugins {
    /// A plugin that is switched, or becomes another version, has failed at nothing yet; the quarantine that ends.
    pub(super) fn begin_anew(&self, id: &str) -> Option<Quarantine> {
        self.usage(&id.into()).breaker.close()
    }

    /// Ends a plugin's quarantine. Answers with the plugin as it is then, or as it was when a request with this key was
    /// done.
    ///
    /// # Errors
    /// Not found for a plugin that was never enabled; validation for a key that was used for something else.
    pub async fn reset(&self, id: &str, actor: &Actor, once: Option<Once>) -> Result<Kept> {
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.known(once.clone()).await? {
            return Ok(kept);
        }
        let package = self.shelf.get(id).ok_or_else(Error::not_found)?;
        let row = self.row(id).await?.ok_or_else(Error::not_found)?;
        let ended = self.begin_anew(id);
        let answer = self.answer(package, &row).await?;
        let before = json!({"quarantine": ended.as_ref().map(shown)});
        let (clock, actor, kept) = (self.clock.clone(), actor.clone(), answer.clone());
        self.store
            .write(Owner::Core, move |unit| {
                let (id, after) = (Some(row.id), json!({"quarantine": null}));
                let change = audit::Change { action: "reset", resource: "plugins", id, before: &before, after: &after };
                audit::record(unit, &clock, &actor, &change)?;
                once.map_or(Ok(()), |once| idempotency::keep(unit, &clock, &once, &kept))
            })
            .await?;
        Ok(answer)
    }
}
