//! Sends what is due.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use lettre::message::Mailbox;
use magnetiq_contract::mail::Calendar;
use magnetiq_contract::rule::Rule;

use super::calendar::{self, Party};
use super::compose::{self, File, Invite, Letter};
use super::line::{Closed, Line};
use super::render::{Draft, Rendered, Templates};
use super::store::{self, Taken};
use super::transport::{Fault, Transport};
use crate::clock::{self, Clock};
use crate::error::{Error, Result};
use crate::jobs::backoff::Backoff;
use crate::jobs::lanes::{self, Lane, Source, Step};
use crate::shutdown::Shutdown;
use crate::store::{Connection, Owner, Store};

/// Tries before a message is dead: with the waits below about two days.
const TRIES: u32 = 13;
/// Waits between tries: 1 min, 4 min, 16 min … at most six hours.
const BACKOFF: Backoff = Backoff { first: 60, factor: 4, most: 6 * 3600 };
/// Seconds of a lease: far beyond the longest a message may take, which is three minutes.
const LEASE: i64 = 600;
/// Most characters kept of an error.
const REASON: usize = 500;

/// Takes messages, renders and sends them. Clones share all they have.
#[derive(Clone)]
pub struct Worker {
    store: Store,
    clock: Clock,
    out: Arc<Out>,
}

struct Out {
    from: Mailbox,
    transport: Transport,
    templates: Templates,
    line: Line,
}

impl Worker {
    /// A worker that sends in the name of `from`, which is `Name <address>` or an address.
    ///
    /// # Errors
    /// 422 for `mail_from`.
    pub fn new(store: Store, clock: Clock, from: &str, transport: Transport, templates: Templates) -> Result<Self> {
        let from = from.parse().map_err(|_| Error::field("mail_from", Rule::Email))?;
        let out = Out { from, transport, templates, line: Line::default() };
        Ok(Self { store, clock, out: Arc::new(out) })
    }

    /// Why nothing leaves, while the server cannot be reached.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.out.line.trouble()
    }

    /// Removes the files of messages to people who were erased. Files cannot be part of the erasing unit, so this is
    /// done after it, and again at each start.
    ///
    /// # Errors
    /// The store's own; when a file cannot be removed.
    pub async fn remove_forgotten(&self) -> Result<()> {
        let ids = self.store.read(|snapshot| store::forgotten(snapshot)).await?;
        self.out.transport.remove(ids).await
    }

    /// Sends until the end is asked for; what is being sent is finished.
    pub async fn run(self, shutdown: Shutdown) {
        if let Err(error) = self.remove_forgotten().await {
            tracing::warn!(%error, "messages to people who were erased are still in the mail folder");
        }
        let source = Source { store: self.store.clone(), tables: self.store.tables(["mails"]) };
        let lanes = self.out.transport.lanes();
        lanes::run(self, lanes, source, shutdown).await;
    }

    /// Sends all that is due now and tells how many tries that were.
    ///
    /// # Errors
    /// The store's own; what goes wrong with a message is marked on the message.
    pub async fn drain_due(&self) -> Result<usize> {
        lanes::drain(self, self.out.transport.lanes()).await
    }

    async fn pause(&self) -> Result<Duration> {
        let nearest = self.store.read(|snapshot| store::next_due(snapshot)).await?;
        nearest.map_or(Ok(Duration::MAX), |nearest| Ok(self.until(clock::parse_sql(&nearest)?)))
    }

    fn until(&self, moment: Timestamp) -> Duration {
        moment.duration_since(self.clock.now()).try_into().unwrap_or_default()
    }

    async fn take(&self) -> Result<Option<(Taken, Vec<File>)>> {
        let now = self.clock.now();
        let taking = move |unit: &Connection| {
            let until = clock::sql(now + SignedDuration::from_secs(LEASE));
            let now = clock::sql(now);
            store::release_expired(unit, TRIES, &now)?;
            store::cancel_ended(unit, &now)?;
            let Some(taken) = store::take(unit, &now, &until)? else { return Ok(None) };
            let files = store::attachments(unit, taken.id)?;
            Ok(Some((taken, files)))
        };
        self.store.write(Owner::Core, move |unit| taking(unit)).await
    }

    async fn send(&self, taken: Taken, files: Vec<File>) -> Result<()> {
        let (id, attempt) = (taken.id, taken.attempt);
        match self.letter(&taken, files) {
            Ok(letter) => self.deliver(letter, attempt).await,
            Err(error) => self.mark_failed(id, attempt, Fault::Later(error.to_string())).await,
        }
    }

    async fn deliver(&self, letter: Letter, attempt: u32) -> Result<()> {
        let id = letter.id;
        let delivered = match compose::message(&letter) {
            Ok(message) => self.out.transport.deliver(id, message).await,
            Err(error) => Err(Fault::Never(error.to_string())),
        };
        match delivered {
            Ok(()) => self.mark_sent(id, attempt, letter.subject).await,
            Err(fault) => {
                self.out.line.doubt();
                self.mark_failed(id, attempt, fault).await
            }
        }
    }

    fn letter(&self, taken: &Taken, files: Vec<File>) -> Result<Letter> {
        let data = serde_json::from_str(&taken.data)?;
        let draft = Draft {
            owner: &taken.owner,
            template: &taken.template,
            locale: taken.locale,
            to_email: &taken.to_email,
            to_name: &taken.to_name,
            time_zone: &taken.time_zone,
            data: &data,
        };
        let Rendered { subject, html, text } = self.out.templates.render(&draft)?;
        let send_at = clock::parse_sql(&taken.send_at)?;
        Ok(Letter {
            id: taken.id,
            created_at: clock::parse_sql(&taken.created_at)?,
            send_at,
            from: self.out.from.clone(),
            to_email: taken.to_email.clone(),
            to_name: taken.to_name.clone(),
            subject,
            html,
            text,
            invite: self.invite(taken, send_at)?,
            files,
        })
    }

    fn invite(&self, taken: &Taken, now: Timestamp) -> Result<Option<Invite>> {
        let Some(json) = &taken.calendar else { return Ok(None) };
        let Calendar { method, event } = serde_json::from_str(json)?;
        let from = &self.out.from;
        let organizer = Party { name: from.name.clone().unwrap_or_default(), email: from.email.to_string() };
        let attendee = Party { name: taken.to_name.clone(), email: taken.to_email.clone() };
        let text = calendar::render(method, &[event], Some(&organizer), Some(&attendee), now);
        Ok(Some(Invite { method, text }))
    }

    async fn mark_sent(&self, id: i64, attempt: u32, subject: String) -> Result<()> {
        let now = self.clock.sql_now();
        self.store.write(Owner::Core, move |unit| store::mark_sent(unit, id, attempt, &subject, &now)).await
    }

    /// Has the mail log say why messages that are due do not leave. Nobody looks at more than a few.
    async fn mark_waiting(&self, reason: String) -> Result<()> {
        let (now, reason) = (self.clock.sql_now(), shortened(&reason));
        let known = (now.clone(), reason.clone());
        if self.store.read(move |snapshot| store::has_unmarked(snapshot, &known.0, &known.1)).await? {
            self.store.write(Owner::Core, move |unit| store::mark_waiting(unit, &reason, &now)).await?;
        }
        Ok(())
    }

    async fn mark_failed(&self, id: i64, attempt: u32, fault: Fault) -> Result<()> {
        let now = self.clock.now();
        let (reason, next) = match fault {
            Fault::Later(reason) if attempt < TRIES => (reason, Some(clock::sql(now + BACKOFF.after(attempt)))),
            Fault::Later(reason) | Fault::Never(reason) => (reason, None),
        };
        let reason = shortened(&reason);
        tracing::warn!(mail = id, attempt, reason, dead = next.is_none(), "a message did not leave");
        let marking =
            move |unit: &Connection| store::mark_failed(unit, id, attempt, &reason, next.as_deref(), &clock::sql(now));
        self.store.write(Owner::Core, move |unit| marking(unit)).await
    }
}

fn shortened(reason: &str) -> String {
    reason.chars().take(REASON).collect()
}

impl Lane for Worker {
    async fn step(&self) -> Result<Step> {
        let pause = self.pause().await?;
        if !pause.is_zero() {
            return Ok(Step::Idle(pause));
        }
        if let Some(Closed { until, reason }) = self.out.line.closed(&self.out.transport, self.clock.now()).await {
            self.mark_waiting(reason).await?;
            return Ok(Step::Idle(self.until(until)));
        }
        let Some((taken, files)) = self.take().await? else { return Ok(Step::Idle(Duration::ZERO)) };
        self.send(taken, files).await?;
        Ok(Step::Worked)
    }
}
