//! Another e-mail address for an account: asked for with the password, and made once both addresses have agreed.

use magnetiq_contract::rule::Rule;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::letters::{self, Recipient};
use super::links::{self, Purpose};
use super::notice::{self, Notice};
use super::password::open_account;
use super::record::Entry;
use super::visit::Visit;
use super::{invitations, new_user, store};
use crate::app::App;
use crate::auth::events::Kind;
use crate::auth::live::{Standing, change_standing};
use crate::auth::{self, Account, Origin, Secret, SecurityEvent, Status};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::resources::Actor;
use crate::store::{Connection, Owner};

const BOTH: &[Purpose] = &[Purpose::OldEmail, Purpose::NewEmail];

/// How far a change has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The other address has not agreed yet.
    WaitingForOther,
    /// The account has the new address.
    Changed,
}

/// Sends a link to both addresses. Those of a change before it are closed. The answer is the same when somebody else
/// has the address; its owner gets a mail that says so.
///
/// # Errors
/// 422 for the password, as [`auth::confirm::confirm`] answers it, and for the address; 429 when it was asked too often that day.
pub async fn ask(
    site: &App,
    visit: Visit,
    actor: Actor,
    user: i64,
    email: String,
    password: Secret<String>,
) -> Result<()> {
    let email = new_user::address(&email)?;
    let account = auth::confirm::confirm(site, &visit.origin, user, "password", password).await?;
    if email == account.email {
        let rule = Rule::from(("This is your address already.", "Das ist schon Ihre Adresse."));
        return Err(Error::field("email", rule));
    }
    let clock = site.clock.clone();
    site.store
        .write(Owner::Core, move |unit| {
            let account = open_account(unit, user)?;
            Asked { clock: &clock, visit: &visit, actor: &actor, account: &account, email: &email }.send(unit)
        })
        .await
}

struct Asked<'a> {
    clock: &'a Clock,
    visit: &'a Visit,
    actor: &'a Actor,
    account: &'a Account,
    email: &'a str,
}

impl Asked<'_> {
    fn send(&self, unit: &Connection) -> Result<()> {
        let Self { clock, account, email, .. } = self;
        if !links::has_room_today(unit, clock, Purpose::OldEmail, &account.email)? {
            return Err(invitations::too_many());
        }
        links::revoke(unit, clock, account.id)?;
        let old = links::make(unit, clock, Some(account.id), Purpose::OldEmail, &account.email)?;
        let new = links::make(unit, clock, Some(account.id), Purpose::NewEmail, email)?;
        store::insert_email_change(unit, account.id, old.id, new.id, clock.now())?;
        let owner = Recipient::owner(account);
        let data = json!({"side": "old", "old_email": account.email, "new_email": email});
        letters::queue_link(unit, clock, &owner, "confirm-email", &old, data)?;
        match store::is_email_taken(unit, email)? {
            true => self.tell_its_owner(unit)?,
            false => {
                let to = Recipient { email, ..owner };
                letters::queue_link(unit, clock, &to, "confirm-email", &new, json!({"side": "new"}))?;
            }
        }
        self.entry().keep(unit, clock)
    }

    fn tell_its_owner(&self, unit: &Connection) -> Result<()> {
        match store::account_by_email(unit, self.email)?.filter(Account::may_sign_in) {
            Some(other) => letters::queue(unit, self.clock, &Recipient::owner(&other), "already-registered", json!({})),
            None => Ok(()),
        }
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            actor: self.actor,
            origin: &self.visit.origin,
            account: self.account,
            action: "ask_email",
            kind: Kind::EmailChangeAsked,
            before: json!({"email": self.account.email}),
            after: json!({"email": self.email}),
        }
    }
}

/// Agrees to a change from one of its addresses. With the second it is made: access tokens and all other links of the
/// account are worth nothing then.
///
/// # Errors
/// 404 and 410 for the link, 409 when somebody else has the new address by now.
pub async fn confirm(site: &App, visit: Visit, token: String) -> Result<Progress> {
    links::look_up(site, &visit, BOTH, token.clone()).await?;
    let (clock, secrets) = (site.clock.clone(), site.secrets.clone());
    change_standing(site, move |unit| {
        let link = links::use_up(unit, &clock, &secrets, BOTH, &token)?;
        let (old, new) = store::email_change_of(unit, link.id)?.ok_or_else(Error::not_found)?;
        let (old, new) = (links::read(unit, old)?, links::read(unit, new)?);
        let account = open_account(unit, link.user()?)?;
        if account.email != old.email {
            return Err(links::gone());
        }
        let (user, is_agreed) = (account.id, old.is_used() && new.is_used());
        let agreed =
            Agreed { clock: &clock, actor: visit.owner(user), origin: &visit.origin, account, email: new.email };
        if !is_agreed {
            agreed.keep(unit, "agree_email", Kind::EmailChangeAgreed)?;
            return Ok((Progress::WaitingForOther, None));
        }
        agreed.make(unit)?;
        Ok((Progress::Changed, Some((user, Standing::read(unit, user)?))))
    })
    .await
}

/// What at least one of both addresses has agreed to.
struct Agreed<'a> {
    clock: &'a Clock,
    actor: Actor,
    origin: &'a Origin,
    account: Account,
    email: String,
}

impl Agreed<'_> {
    fn make(&self, unit: &Connection) -> Result<()> {
        let Self { clock, origin, account, email, .. } = self;
        if store::is_email_taken(unit, email)? {
            let sentence =
                ("Somebody else has this address by now.", "Diese Adresse gehört inzwischen jemand anderem.");
            return Err(Error::new(Code::Conflict, sentence));
        }
        store::set_email(unit, account.id, email, clock.now())?;
        links::revoke(unit, clock, account.id)?;
        self.keep(unit, "change_email", Kind::EmailChanged)?;
        notice::queue(unit, clock, origin, account.id, &Notice::EmailChanged { old: account.email.clone() })
    }

    fn keep(&self, unit: &Connection, action: &str, kind: Kind) -> Result<()> {
        let Self { clock, actor, origin, account, email } = self;
        let (before, after) = (json!({"email": account.email}), json!({"email": email}));
        Entry { actor, origin, account, action, kind, before, after }.keep(unit, clock)
    }
}

/// What follows when an administrator has given somebody else another address: the one before is told, and links that
/// were sent to it are closed. Whoever is still invited is invited there.
///
/// # Errors
/// The store's.
pub(super) fn made_by_admin(unit: &Connection, clock: &Clock, origin: &Origin, user: i64, old: &str) -> Result<()> {
    let Some(account) = Account::read(unit, user)? else { return Ok(()) };
    if account.status == Status::Invited {
        return invitations::send(unit, clock, &account);
    }
    links::revoke(unit, clock, user)?;
    let event = SecurityEvent::new(Kind::EmailChanged, origin).email(old).details(json!({"user": user}));
    event.record(unit, clock)?;
    notice::queue(unit, clock, origin, user, &Notice::EmailChanged { old: old.to_owned() })
}
