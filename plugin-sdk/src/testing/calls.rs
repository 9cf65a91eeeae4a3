//! What the host's interfaces do in native tests.

use magnetiq_contract::event;
use magnetiq_contract::http::{Fetch, Fetched};
use magnetiq_contract::jobs::Enqueue;
use magnetiq_contract::mail::Message;
use magnetiq_contract::people::{Activity, Consent, Person};

use super::state::{JobStatus, Mode, QueuedJob, State, with};
use crate::environment::Level;
use crate::error::{Code, Error, Result};
use crate::time::Timestamp;

pub fn log(level: u8, message: &str) {
    let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];
    with(|state| state.log.push((levels[usize::from(level.min(4))], message.into())));
}

pub fn now() -> i64 {
    with(|state| state.now.as_micros())
}

/// The same bytes in every run.
pub fn random(count: u32) -> Vec<u8> {
    with(|state| (0..count).map(|_| next(&mut state.random)).collect())
}

/// SplitMix64, one byte of each step.
fn next(seed: &mut u64) -> u8 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 40) as u8
}

pub fn context() -> String {
    with(|state| serde_json::to_string(&state.context).unwrap_or_default())
}

/// The state, when the call may write now.
fn writing<T>(work: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
    with(|state| match state.mode {
        Mode::Write => work(state),
        Mode::Read => Err(Error::new(Code::Forbidden, "a GET cannot write")),
        Mode::Detached => Err(Error::new(Code::Forbidden, "a detached call writes in `transaction` alone")),
    })
}

pub fn query(sql: &str, parameters: &[u8]) -> Result<Vec<u8>> {
    with(|state| match state.mode {
        Mode::Detached => Err(Error::new(Code::Forbidden, "a detached call reads in `transaction` alone")),
        mode => state.store.query(sql, parameters, mode == Mode::Write),
    })
}

pub fn execute(sql: &str, parameters: &[u8]) -> Result<u64> {
    writing(|state| state.store.execute(sql, parameters))
}

pub fn batch(statements: Vec<(String, Vec<u8>)>) -> Result<Vec<u64>> {
    writing(|state| statements.into_iter().map(|(sql, parameters)| state.store.execute(&sql, &parameters)).collect())
}

pub fn begin() -> Result<()> {
    with(|state| match state.mode {
        Mode::Detached => state.begin(),
        _ => Err(Error::failed("only a detached call begins a transaction")),
    })
}

pub fn commit() -> Result<()> {
    with(|state| {
        state.mode = Mode::Detached;
        state.commit()
    })
}

/// Fills in what is blank; what is set stays, as for an anonymous caller.
pub fn people_upsert(person: &str) -> Result<i64> {
    let person: Person = serde_json::from_str(person)?;
    writing(|state| {
        let place = state.people.iter().position(|known| known.email.eq_ignore_ascii_case(&person.email));
        let place = place.unwrap_or(state.people.len());
        match state.people.get_mut(place) {
            None => state.people.push(person),
            Some(known) => {
                fill(&mut known.name, person.name);
                fill(&mut known.company, person.company);
                fill(&mut known.time_zone, person.time_zone);
            }
        }
        Ok(place as i64 + 1)
    })
}

fn fill(known: &mut String, given: String) {
    if known.is_empty() {
        *known = given;
    }
}

pub fn people_read(id: i64) -> Result<Option<String>> {
    let place = usize::try_from(id - 1).ok();
    let person = with(|state| place.and_then(|place| state.people.get(place).cloned()));
    person.map(|person| Ok(serde_json::to_string(&person)?)).transpose()
}

pub fn people_consent(id: i64, consent: &str) -> Result<()> {
    let consent: Consent = serde_json::from_str(consent)?;
    writing(|state| {
        state.consents.push((id, consent));
        Ok(())
    })
}

pub fn people_activity(id: i64, activity: &str) -> Result<()> {
    let Activity { kind, subject } = serde_json::from_str(activity)?;
    writing(|state| {
        state.activities.push((id, kind, subject));
        Ok(())
    })
}

pub fn mail_queue(message: &str) -> Result<i64> {
    let message: Message = serde_json::from_str(message)?;
    writing(|state| {
        let same = |queued: &Message| message.key.is_some() && queued.key == message.key;
        if state.recalled.iter().any(same) {
            return Ok(0);
        }
        let place = state.mails.iter().position(same).unwrap_or(state.mails.len());
        if place == state.mails.len() {
            state.mails.push(message);
        }
        Ok(place as i64 + 1)
    })
}

/// Recalls what was queued since mails are held.
pub fn mail_cancel(key: &str) -> Result<bool> {
    writing(|state| {
        let held = state.held_from.unwrap_or(usize::MAX);
        let mut mails = state.mails.iter().enumerate();
        let place = mails.position(|(place, mail)| place >= held && mail.key.as_deref() == Some(key));
        state.recalled.extend(place.map(|place| state.mails.remove(place)));
        Ok(place.is_some())
    })
}

pub fn job_enqueue(job: &str) -> Result<i64> {
    let Enqueue { name, payload, at, key } = serde_json::from_str(job)?;
    writing(|state| {
        let same = |queued: &QueuedJob| key.is_some() && queued.key == key && queued.status == JobStatus::Waiting;
        let place = state.jobs.iter().position(same).unwrap_or(state.jobs.len());
        if place == state.jobs.len() {
            let at = at.map_or(state.now, Timestamp::from_micros);
            let status = JobStatus::Waiting;
            state.jobs.push(QueuedJob { name, payload, at, key, status, attempts: 0, last_error: None });
        }
        Ok(place as i64 + 1)
    })
}

pub fn job_cancel(key: &str) -> Result<bool> {
    writing(|state| {
        let waiting =
            state.jobs.iter_mut().filter(|job| job.key.as_deref() == Some(key) && job.status == JobStatus::Waiting);
        Ok(waiting.map(|job| job.status = JobStatus::Cancelled).count() > 0)
    })
}

pub fn publish(name: &str, payload: &str) -> Result<()> {
    let payload = serde_json::from_str(payload)?;
    writing(|state| {
        let full_name = event::full_name(&state.manifest.id, name)
            .ok_or_else(|| Error::new(Code::BadRequest, format!("{name:?} is not the name of an own event")))?;
        if !state.manifest.capabilities.get("events").is_some_and(|events| events.names.iter().any(|own| own == name)) {
            return Err(Error::new(Code::Forbidden, format!("plugin.toml names no event {name} under events")));
        }
        state.events.push((full_name, payload));
        Ok(())
    })
}

pub fn fetch(head: &str, _: &[u8]) -> Result<(String, Vec<u8>)> {
    let head: Fetch = serde_json::from_str(head)?;
    with(|state| {
        if state.mode != Mode::Detached {
            return Err(Error::new(Code::Forbidden, "a transaction cannot call other servers"));
        }
        let answer = state.outbound.iter().find(|(url, ..)| head.url.starts_with(url));
        let (_, status, body) = answer.ok_or_else(|| Error::new(Code::Unavailable, "no answer was prepared"))?;
        let fetched = Fetched { status: *status, headers: Vec::new() };
        Ok((serde_json::to_string(&fetched)?, body.clone().into_bytes()))
    })
}

/// Stands in for HMAC-SHA256: the same length, no security.
pub fn hmac(secret: &str, data: &[u8]) -> Result<Vec<u8>> {
    let mut seed = secret
        .bytes()
        .chain([0])
        .chain(data.iter().copied())
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Ok((0..32).map(|_| next(&mut seed)).collect())
}

pub fn verify(secret: &str, data: &[u8], tag: &[u8]) -> Result<bool> {
    Ok(hmac(secret, data)? == tag)
}

pub fn setting(name: &str) -> Result<Option<String>> {
    Ok(with(|state| state.settings.get(name).map(ToString::to_string)))
}

/// The template's name and its data.
pub fn render(template: &str, data: &str) -> Result<String> {
    Ok(format!("{template} {data}"))
}
