//! Registering: one record for a person and a session, never more seats than there are.

use magnetiq_sdk::prelude::*;
use magnetiq_sdk::{Code, Located};

use crate::model::{Event, Seat, SessionStatus, Status};
use crate::store::{self, NewSeat};
use crate::{guard, mails, sessions, waiting};

/// The body of the API.
#[derive(Debug, Form)]
pub struct ByApi {
    #[field(kind = "email", max = 254)]
    email: String,
    #[field(max = 120)]
    name: String,
    #[field(max = 150)]
    company: Option<String>,
    locale: Option<Locale>,
    #[field(kind = "time_zone")]
    time_zone: Option<String>,
    #[field(required)]
    consent: Agreed,
}

/// What somebody agrees to.
#[derive(Debug, Form)]
pub struct Agreed {
    #[field(required)]
    marketing: bool,
}

/// The form on a topic's page.
#[derive(Debug, Form)]
pub struct ByForm {
    session: i64,
    #[field(max = 120)]
    name: String,
    #[field(kind = "email", max = 254)]
    email: String,
    #[field(max = 150)]
    company: Option<String>,
    #[field(kind = "time_zone")]
    time_zone: Option<String>,
    marketing: bool,
    /// People do not see this field; what fills it in is a machine.
    website: Option<String>,
}

/// What the visitor gets: the same whether they are new or not. The details come by mail alone.
#[derive(Debug, Serialize)]
pub struct Receipt {
    receipt: String,
    status: &'static str,
}

impl Receipt {
    fn of(seat: Seat) -> Self {
        let status = if seat.status == Status::Confirmed { "confirmed" } else { "waitlisted" };
        Self { receipt: seat.receipt, status }
    }
}

/// Somebody who wants to come.
struct Applicant {
    contact: Contact,
    marketing: bool,
}

/// Registers by the API.
pub fn by_api(tx: &Tx, call: Call<ByApi>) -> Result<Located<Receipt>> {
    let session = call.path("id")?;
    let ByApi { email, name, company, locale, time_zone, consent } = call.body;
    let locale = locale.map_or_else(|| tx.locale(), Ok)?;
    let contact = contact(email, name, company, locale, time_zone);
    let receipt = register(tx, session, &Applicant { contact, marketing: consent.marketing })?;
    let location = format!("/api/v1/webinars/receipts/{}", receipt.receipt);
    Ok(Created(receipt).at(location))
}

/// What a receipt stands for now. The registration's own address would not do: its number tells strangers how many
/// people come, and whether somebody had registered before.
pub fn receipt(db: &Snapshot, call: Call) -> Result<Json<Receipt>> {
    store::seat_by_receipt(db, &call.path::<String>("receipt")?).map(Receipt::of).map(Json)
}

/// Registers by the form.
pub fn by_form(tx: &Tx, call: Call<ByForm>) -> Result<Created<Receipt>> {
    let slug: String = call.path("slug")?;
    let ByForm { session, email, name, company, time_zone, marketing, website } = call.body;
    if website.is_some() {
        return Ok(Created(Receipt { receipt: tx.token(20), status: "confirmed" }));
    }
    let contact = contact(email, name, company, tx.locale()?, time_zone);
    match store::event(tx, session) {
        Ok(event) if event.slug != slug => Err(at_session(Error::not_found())),
        _ => register(tx, session, &Applicant { contact, marketing }).map(Created).map_err(at_session),
    }
}

/// What a form knows of a person.
pub fn contact(email: String, name: String, company: Option<String>, locale: Locale, zone: Option<String>) -> Contact {
    Contact { email, name, company: company.unwrap_or_default(), locale, time_zone: zone.unwrap_or_default() }
}

/// The form shows why a session is closed where it is chosen.
fn at_session(error: Error) -> Error {
    let unknown = ("Please choose one of the dates.", "Bitte wählen Sie einen der Termine.");
    match error.code {
        Code::Conflict => Error::field("session", error.message),
        Code::NotFound => Error::field("session", unknown),
        _ => error,
    }
}

fn register(tx: &Tx, session: i64, applicant: &Applicant) -> Result<Receipt> {
    let event = store::event(tx, session)?;
    check_open(&event, tx.now())?;
    let person = tx.people().upsert(&applicant.contact)?;
    if applicant.marketing {
        agree(tx, person, applicant.contact.locale, &format!("/{}", event.slug))?;
    }
    let seat = match store::seat_of(tx, session, person)? {
        Some(seat) if seat.is_active() => again(tx, &event, seat, applicant)?,
        known => {
            guard::require(tx, person)?;
            admit(tx, &event, person, known.as_ref(), applicant)?
        }
    };
    Ok(Receipt::of(seat))
}

fn check_open(event: &Event, now: Timestamp) -> Result<()> {
    match event.status {
        _ if !event.is_public() => Err(Error::not_found()),
        SessionStatus::Cancelled => Err(Error::conflict(sessions::CANCELLED)),
        _ if now >= event.starts_at => Err(Error::conflict(waiting::STARTED)),
        _ => Ok(()),
    }
}

/// A new record, or that of somebody who had gone.
fn admit(tx: &Tx, event: &Event, person: Person, known: Option<&Seat>, applicant: &Applicant) -> Result<Seat> {
    let status = waiting::status_of_newcomers(tx, event)?;
    let new = NewSeat {
        session: event.id,
        person,
        status,
        locale: applicant.contact.locale,
        company: applicant.contact.company.clone(),
        marketing: applicant.marketing,
        revision: event.revision,
        facts: event.facts(),
    };
    let id = match known {
        Some(seat) => {
            store::revive(tx, seat.id, &new)?;
            seat.id
        }
        None => store::insert(tx, &new)?,
    };
    let seat = store::seat(tx, id)?;
    let done = if status == Status::Confirmed { "webinars.registered" } else { "webinars.waitlisted" };
    tx.people().activity(person, done, &event.name())?;
    mails::again(tx, event, &seat)?;
    Ok(seat)
}

/// The same record; its details are mailed again at most once an hour.
fn again(tx: &Tx, event: &Event, seat: Seat, applicant: &Applicant) -> Result<Seat> {
    if applicant.marketing {
        store::note_agreed(tx, seat.id)?;
    }
    let now = tx.now();
    if seat.mailed_at.is_none_or(|last| now.since(last) >= 1.hours()) && guard::allows(tx, seat.person)? {
        mails::again(tx, event, &seat)?;
    }
    Ok(seat)
}

/// Somebody ticked the box at this path of the plugin. One that is not ticked takes nothing back: whoever sends the form
/// need not be that person.
pub fn agree(tx: &Tx, person: Person, locale: Locale, path: &str) -> Result<()> {
    let site = tx.context()?.site;
    decide(tx, person, true, format!("{}{path}", site.mount.get(locale)))
}

/// Takes a person's consent to further mail back, whatever it was given with.
pub fn withdraw(tx: &Tx, seat: &Seat) -> Result<()> {
    if !store::may_agree(tx, seat.person)? {
        return Ok(());
    }
    store::note_withdrawn(tx, seat.person)?;
    store::replays::note_withdrawn(tx, seat.person)?;
    let site = tx.context()?.site;
    decide(tx, seat.person, false, format!("{}/r", site.mount.get(seat.locale)))
}

fn decide(tx: &Tx, person: Person, given: bool, source: String) -> Result<()> {
    let text_version = text_version(tx)?;
    tx.people().consent(person, &Consent { purpose: "marketing".into(), given, text_version, source })
}

/// A setting that was left empty keeps nobody from registering.
fn text_version(tx: &Tx) -> Result<String> {
    let version: Option<String> = tx.setting("consent_version")?;
    Ok(version.filter(|version| !version.trim().is_empty()).unwrap_or_else(|| "1".to_owned()))
}
