//! Passwords of accounts: forgotten, chosen anew, changed.

use serde_json::json;

use super::letters::{self, Recipient};
use super::links::{self, Purpose};
use super::notice::{self, Notice};
use super::record::Entry;
use super::visit::Visit;
use super::{new_user, store};
use crate::app::{App, Site};
use crate::auth::admission::{self, Door, SignIn};
use crate::auth::confirm::confirm;
use crate::auth::events::Kind;
use crate::auth::live::{Standing, change_standing};
use crate::auth::{Account, Secret, SecurityEvent, lockout, password_rules};
use crate::error::{Error, Result};
use crate::http::rate::Rate;
use crate::resources::Actor;
use crate::store::{Connection, Owner};

/// How often one address may ask for links.
pub(super) const ASKING: Rate = Rate { times: 20, seconds: 3600, burst: 5 };

const RESET: &[Purpose] = &[Purpose::PasswordReset];

/// Sends a link to choose another password to the owner of an address. The answer, and what is written for it, is the
/// same for an address that nobody has, but for the mail itself.
///
/// # Errors
/// 422 when it is no address, 429 when it is asked too often from one place.
pub async fn forget(site: &Site, visit: Visit, email: String) -> Result<()> {
    let email = new_user::address(&email)?;
    visit.take(site, "links by mail", ASKING)?;
    let clock = site.clock.clone();
    let asked = move |unit: &Connection| {
        let account = store::account_by_email(unit, &email)?.filter(Account::may_sign_in);
        let user = account.as_ref().map(|account| account.id);
        let event = SecurityEvent::new(Kind::PasswordResetAsked, &visit.origin).email(&email);
        event.details(json!({"user": user})).record(unit, &clock)?;
        if !links::has_room(unit, &clock, Purpose::PasswordReset, &email)? {
            return Ok(());
        }
        let link = links::make(unit, &clock, user, Purpose::PasswordReset, &email)?;
        let Some(account) = account else { return Ok(()) };
        let data = json!({"address": visit.origin.ip_address});
        letters::queue_link(unit, &clock, &Recipient::owner(&account), "password-reset", &link, data)
    };
    site.store.write(Owner::Core, move |unit| asked(unit)).await
}

/// Chooses another password by a link. All sessions end, nobody is signed in, and a second factor stays what it was.
///
/// # Errors
/// 404 and 410 for the link, 422 for the password, which leaves the link good.
pub async fn reset(site: &App, visit: Visit, token: String, password: Secret<String>) -> Result<()> {
    let link = links::look_up(site, &visit, RESET, token.clone()).await?;
    let user = link.user()?;
    let account = site.store.read(move |snapshot| open_account(snapshot, user)).await?;
    let hash = hash(site, "password", password, &account.email, &account.name).await?;
    let (clock, sessions, secrets) = (site.clock.clone(), site.auth.sessions.clone(), site.secrets.clone());
    change_standing(site, move |unit| {
        // Asked again inside the unit: of many who use the link at once, one has it.
        let user = links::use_up(unit, &clock, &secrets, RESET, &token)?.user()?;
        let account = open_account(unit, user)?;
        store::set_password(unit, user, &hash, clock.now())?;
        sessions.end_all(unit, user, clock.now())?;
        lockout::lift(unit, &account.email)?;
        links::revoke(unit, &clock, user)?;
        let owner = visit.owner(user);
        chosen(&visit, &owner, &account, "reset_password", Kind::PasswordReset).keep(unit, &clock)?;
        notice::queue(unit, &clock, &visit.origin, user, &Notice::PasswordReset)?;
        Ok(((), Some((user, Standing::read(unit, user)?))))
    })
    .await
}

/// Changes the password of a signed-in user, who gets a new session; all others end.
///
/// # Errors
/// 422 for the password so far, as [`confirm`] answers it, and for the new one; 401 when the account changed meanwhile.
pub async fn change(
    site: &App,
    visit: Visit,
    actor: Actor,
    user: i64,
    current: Secret<String>,
    new: Secret<String>,
) -> Result<SignIn> {
    let account = confirm(site, &visit.origin, user, "current_password", current).await?;
    let hash = hash(site, "new_password", new, &account.email, &account.name).await?;
    let (clock, sessions, door) = (site.clock.clone(), site.auth.sessions.clone(), Door::of(site, &visit.origin));
    let (opened, account) = change_standing(site, move |unit| {
        // A reset in between would otherwise be undone by whoever knew the password before it.
        let known = open_account(unit, user)?;
        if known.token_epoch != account.token_epoch {
            return Err(Error::unauthenticated());
        }
        let now = clock.now();
        store::set_password(unit, user, &hash, now)?;
        sessions.end_all(unit, user, now)?;
        links::revoke(unit, &clock, user)?;
        chosen(&visit, &actor, &known, "change_password", Kind::PasswordChanged).keep(unit, &clock)?;
        notice::queue(unit, &clock, &visit.origin, user, &Notice::PasswordChanged)?;
        let (opened, account) = door.open(unit, user)?;
        let standing = account.standing();
        Ok(((opened, account), Some((user, standing))))
    })
    .await?;
    admission::answer(site, opened, account)
}

/// The hash of a password that somebody chooses for their account.
///
/// # Errors
/// 422 for `field`; 503 when too many passwords are being hashed.
pub(super) async fn hash(
    site: &Site,
    field: &str,
    password: Secret<String>,
    email: &str,
    name: &str,
) -> Result<Secret<String>> {
    let context = [email, name, &site.settings.site.name, "magnetiq"];
    password_rules::check(password.reveal(), &context).map_err(|rule| Error::field(field, rule))?;
    site.auth.passwords.hash(password).await.map(Secret::new)
}

/// The account, when it is open to its owner.
///
/// # Errors
/// 410: whatever link or session led here, its account is closed.
pub(super) fn open_account(connection: &Connection, user: i64) -> Result<Account> {
    Account::read(connection, user)?.filter(Account::may_sign_in).ok_or_else(links::gone)
}

fn chosen<'a>(visit: &'a Visit, actor: &'a Actor, account: &'a Account, action: &'a str, kind: Kind) -> Entry<'a> {
    // That there is another one is all that is ever said of a password.
    let (before, after) = (json!({"password": "before"}), json!({"password": "changed"}));
    Entry { actor, origin: &visit.origin, account, action, kind, before, after }
}
