//! Invitations: a link by which somebody chooses the first password of the account that was made for them.

use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::letters::{self, Recipient};
use super::links::{self, Purpose};
use super::record::Entry;
use super::users::USERS;
use super::visit::Visit;
use super::{new_user, password, store};
use crate::app::App;
use crate::auth::admission::{self, Door, SignIn};
use crate::auth::events::Kind;
use crate::auth::live::change_standing;
use crate::auth::{Account, Origin, Role, Secret, SecurityEvent, Status};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::http::idempotency::{self, Once};
use crate::resources::{self, Actor, Reply, View};
use crate::store::{Connection, Owner};

const INVITATION: &[Purpose] = &[Purpose::Invitation];

/// What an invited person is shown before they accept.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Invited {
    email: String,
    name: String,
    role: Role,
    #[schemars(with = "String")]
    language: Locale,
}

/// Sends an invitation in the unit of work that makes a user, or makes one again. Those before it are closed.
///
/// # Errors
/// The store's.
pub(super) fn send(unit: &Connection, clock: &Clock, account: &Account) -> Result<()> {
    links::revoke(unit, clock, account.id)?;
    let link = links::make(unit, clock, Some(account.id), Purpose::Invitation, &account.email)?;
    let data = json!({"role": role_name(account.role, account.language)});
    letters::queue_link(unit, clock, &Recipient::owner(account), "invitation", &link, data)
}

/// Sends another invitation to a user who has not accepted one yet.
///
/// # Errors
/// 403 without the right, 404 when there is no such user, 409 when there is nothing to accept any more, 429 when it was
/// sent too often that day.
pub async fn send_again(site: &App, actor: Actor, origin: Origin, user: i64, once: Option<Once>) -> Result<Reply> {
    actor.require(&USERS.resource().update)?;
    let clock = site.clock.clone();
    let sent = move |unit: &Connection| {
        if let Some(kept) = idempotency::known(unit, &clock, once.as_ref())? {
            return Ok(kept.into());
        }
        let account = Account::read(unit, user)?.ok_or_else(Error::not_found)?;
        if account.status != Status::Invited {
            return Err(Error::new(
                Code::Conflict,
                ("This user has a password already.", "Diese Person hat schon ein Passwort."),
            ));
        }
        if !links::has_room_today(unit, &clock, Purpose::Invitation, &account.email)? {
            return Err(too_many());
        }
        send(unit, &clock, &account)?;
        let (kind, before, after) = (Kind::InvitationSent, json!({}), json!({"invited": account.email}));
        Entry { actor: &actor, origin: &origin, account: &account, action: "invite", kind, before, after }
            .keep(unit, &clock)?;
        let reply = Reply::row(resources::read(unit, &clock, &View::of(&USERS, &Actor::system())?, user)?);
        if let Some(once) = &once {
            idempotency::keep(unit, &clock, once, &reply.to_kept())?;
        }
        Ok(reply)
    };
    site.store.write(Owner::Core, move |unit| sent(unit)).await
}

/// What an invitation is for.
///
/// # Errors
/// 404 for a token that was never given, 410 for one that is used, replaced or has run out.
pub async fn show(site: &App, visit: &Visit, token: String) -> Result<Invited> {
    let user = links::look_up(site, visit, INVITATION, token).await?.user()?;
    let Account { email, name, role, language, .. } = site.store.read(move |snapshot| invited(snapshot, user)).await?;
    Ok(Invited { email, name, role, language })
}

/// Accepts an invitation: the user has a password from then on, and is signed in.
///
/// # Errors
/// As [`show`]; 422 that names each field at fault, which leaves the invitation good.
pub async fn accept(
    site: &App,
    visit: Visit,
    token: String,
    name: Option<String>,
    password: Secret<String>,
) -> Result<SignIn> {
    let user = links::look_up(site, &visit, INVITATION, token.clone()).await?.user()?;
    let account = site.store.read(move |snapshot| invited(snapshot, user)).await?;
    let name = name.map_or(Ok(account.name), |name| new_user::person_name(&name))?;
    let hash = password::hash(site, "password", password, &account.email, &name).await?;
    let (clock, door, secrets) = (site.clock.clone(), Door::of(site, &visit.origin), site.secrets.clone());
    let (opened, account) = change_standing(site, move |unit| {
        let user = links::use_up(unit, &clock, &secrets, INVITATION, &token)?.user()?;
        let (before, now) = (invited(unit, user)?, clock.now());
        store::activate(unit, user, &name, &hash, now)?;
        links::revoke(unit, &clock, user)?;
        let (opened, account) = door.open(unit, user)?;
        accepted(unit, &clock, &visit, &before, &account)?;
        let standing = account.standing();
        Ok(((opened, account), Some((user, standing))))
    })
    .await?;
    admission::answer(site, opened, account)
}

fn accepted(unit: &Connection, clock: &Clock, visit: &Visit, before: &Account, after: &Account) -> Result<()> {
    let actor = visit.owner(after.id);
    let public = |account: &Account| json!({"name": account.name, "status": account.status});
    let entry = Entry {
        actor: &actor,
        origin: &visit.origin,
        account: after,
        action: "accept",
        kind: Kind::InvitationAccepted,
        before: public(before),
        after: public(after),
    };
    entry.keep(unit, clock)?;
    SecurityEvent::new(Kind::SignedIn, &visit.origin).email(&after.email).record(unit, clock)
}

/// The account, while it waits for its owner.
fn invited(connection: &Connection, user: i64) -> Result<Account> {
    let account = Account::read(connection, user)?;
    account.filter(|account| account.status == Status::Invited).ok_or_else(links::gone)
}

/// What the role is called in the list of users.
fn role_name(role: Role, language: Locale) -> String {
    let fields = &USERS.resource().fields;
    let choices = fields.iter().filter(|field| field.name == "role").flat_map(|field| &field.choices);
    let mut labels = choices.filter(|choice| choice.value == role.name()).map(|choice| choice.label.get(language));
    labels.next().unwrap_or(role.name()).to_owned()
}

pub(super) fn too_many() -> Error {
    let sentence = (
        "This was sent too often today. Please try again tomorrow.",
        "Das wurde heute zu oft verschickt. Bitte versuchen Sie es morgen wieder.",
    );
    Error::new(Code::RateLimited, sentence).retry_after(24 * 60 * 60)
}
