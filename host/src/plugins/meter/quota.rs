//! Quantities that an admin granted, counted in windows.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::text::Text;
use parking_lot::Mutex;

use crate::error::{Code, Error, Result};
use crate::plugins::rights::gate::Ungranted;

/// So many in a window of time.
pub(in crate::plugins) struct Quota {
    unit: Text,
    window: SignedDuration,
    counted: Mutex<(Timestamp, u64)>,
}

/// The quotas of one plugin.
pub(in crate::plugins) struct Quotas {
    /// Messages per hour.
    pub mail: Quota,
    /// Calls per minute to each other server.
    http: Mutex<BTreeMap<String, Arc<Quota>>>,
    /// Lines in the log per second.
    pub log: Quota,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            mail: Quota::new(("messages an hour", "Nachrichten je Stunde"), SignedDuration::from_hours(1)),
            http: Mutex::default(),
            log: Quota::new(("lines a second", "Zeilen je Sekunde"), SignedDuration::from_secs(1)),
        }
    }
}

impl Quotas {
    /// Calls per minute to a server that was granted, as `https://api.example.com`.
    pub fn http(&self, origin: &str) -> Arc<Quota> {
        let unit = || (format!("calls a minute to {origin}"), format!("Aufrufe je Minute an {origin}"));
        let new = || Arc::new(Quota::new(unit(), SignedDuration::from_mins(1)));
        self.http.lock().entry(origin.to_owned()).or_insert_with(new).clone()
    }
}

impl Quota {
    fn new(unit: impl Into<Text>, window: SignedDuration) -> Self {
        Self { unit: unit.into(), window, counted: Mutex::new((Timestamp::UNIX_EPOCH, 0)) }
    }

    /// How many are taken in the present window, and when it ends.
    pub fn taken(&self, now: Timestamp) -> (u64, Timestamp) {
        let (since, count) = *self.counted.lock();
        if now.duration_since(since) >= self.window || now < since {
            (0, now + self.window)
        } else {
            (count, since + self.window)
        }
    }

    /// Gives back what a call took that left nothing; of the window before nothing is left to give.
    pub fn give_back(&self, taken: u64) {
        let mut counted = self.counted.lock();
        counted.1 = counted.1.saturating_sub(taken);
    }

    /// Takes one of `granted`; no quantity means no bound.
    ///
    /// # Errors
    /// Rate limited, with the seconds until the window ends.
    pub fn take(&self, granted: Option<u64>, now: Timestamp) -> Result<()> {
        let Some(granted) = granted else { return Ok(()) };
        let mut counted = self.counted.lock();
        if now.duration_since(counted.0) >= self.window || now < counted.0 {
            *counted = (now, 0);
        }
        if counted.1 >= granted {
            let wait = self.window - now.duration_since(counted.0);
            let Text { en: english, de: german } = &self.unit;
            let sentence = (
                format!("This plugin has used up its {granted} {english}."),
                format!("Dieses Plugin hat seine {granted} {german} verbraucht."),
            );
            let refusal = Error::new(Code::RateLimited, sentence).because(Ungranted);
            return Err(refusal.retry_after(wait.as_secs().unsigned_abs().max(1)));
        }
        counted.1 += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_refuses_what_is_beyond_and_then_opens_again() {
        let quotas = Quotas::default();
        let start = Timestamp::from_second(1_800_000_000).unwrap();
        assert!(quotas.mail.take(Some(2), start).is_ok());
        assert!(quotas.mail.take(Some(2), start).is_ok());
        assert_eq!(quotas.mail.take(Some(2), start).unwrap_err().code(), Code::RateLimited);
        quotas.mail.give_back(1);
        assert!(quotas.mail.take(Some(2), start).is_ok() && quotas.mail.take(Some(2), start).is_err());
        assert!(quotas.mail.take(Some(2), start + SignedDuration::from_hours(1)).is_ok());
    }
}
