//! Signing in, staying in, signing out.

use jiff::Timestamp;
use serde_json::json;

use super::account::{Account, Profile};
use super::admission::{self, Door, SignIn};
use super::caller::Caller;
use super::events::{Kind, SecurityEvent};
use super::lockout::Attempt;
use super::mfa::challenge::{self, Asked};
use super::origin::Origin;
use super::passwords::Verdict;
use super::secret::Secret;
use super::sessions::{Exchange, Opened};
use super::{email, store, tokens};
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use crate::store::{Connection, Owner};

/// What somebody at the door says.
#[derive(Debug)]
pub struct Credentials {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: Secret<String>,
}

/// Signs a user in with e-mail and password.
///
/// # Errors
/// 401, the same and after the same time for an unknown address, a wrong password and a locked account; 503 when too
/// many are at the door.
pub async fn sign_in(site: &Site, origin: &Origin, credentials: Credentials) -> Result<Step> {
    let Credentials { email, password } = credentials;
    site.auth.passwords.check_room()?;
    let email = email::normal(&email);
    let (account, is_locked) = look(site, origin, &email).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = site.auth.passwords.verify(password.clone(), hash).await?;
    let fits = account.filter(|account| verdict != Verdict::Wrong && account.may_sign_in() && !is_locked);
    let Some(account) = fits else {
        return refuse(site, origin, email).await;
    };
    let better = match verdict {
        Verdict::Outdated => Some(site.auth.passwords.hash(password).await?),
        _ => None,
    };
    match pass(site, origin, account, better).await? {
        Some(Passed::In(opened, account)) => admission::answer(site, opened, *account).map(Step::In),
        Some(Passed::Asked(asked)) => Ok(Step::Asked(asked)),
        None => refuse(site, origin, email).await,
    }
}

/// What a password leads to.
#[derive(Debug)]
pub enum Step {
    /// The user is in.
    In(SignIn),
    /// A second factor is asked for.
    Asked(Asked),
}

enum Passed {
    In(Opened, Box<Account>),
    Asked(Asked),
}

/// The account at this address, and whether its door is closed for a while. The password is checked all the same, so
/// that the answer takes as long; where somebody is let in, it is asked again.
async fn look(site: &Site, origin: &Origin, email: &str) -> Result<(Option<Account>, bool)> {
    let (email, origin, now) = (email.to_owned(), origin.clone(), site.clock.now());
    site.store
        .read(move |snapshot| {
            let account = store::account_by_email(snapshot, &email)?;
            let user = account.as_ref().map(|account| account.id);
            let is_locked = Attempt { email: &email, user, origin: &origin }.is_locked(snapshot, now)?;
            Ok((account, is_locked))
        })
        .await
}

/// Opens a session or asks for a second factor, unless the account has changed since it was looked at or its door is
/// closed for a while.
async fn pass(site: &Site, origin: &Origin, account: Account, better_hash: Option<String>) -> Result<Option<Passed>> {
    let (door, clock, origin) = (Door::of(site, origin), site.clock.clone(), origin.clone());
    site.store
        .write(Owner::Core, move |unit| {
            let passed = if account.two_factor_enabled {
                ask(unit, &clock, &account, &origin)?.map(Passed::Asked)
            } else {
                door.admit(unit, &account, "password")?.map(|(opened, account)| Passed::In(opened, Box::new(account)))
            };
            if let (Some(_), Some(hash)) = (&passed, better_hash) {
                store::replace_hash(unit, account.id, &hash)?;
            }
            Ok(passed)
        })
        .await
}

fn ask(unit: &Connection, clock: &Clock, account: &Account, origin: &Origin) -> Result<Option<Asked>> {
    let now = clock.now();
    let attempt = Attempt { email: &account.email, user: Some(account.id), origin };
    if attempt.is_locked(unit, now)? || !store::is_as_known(unit, account)? {
        return Ok(None);
    }
    challenge::ask(unit, account, now).map(Some)
}

async fn refuse<T>(site: &Site, origin: &Origin, email: String) -> Result<T> {
    let (clock, origin) = (site.clock.clone(), origin.clone());
    site.store
        .write(Owner::Core, move |unit| {
            let user = store::account_by_email(unit, &email)?.map(|account| account.id);
            Attempt { email: &email, user, origin: &origin }.fail(unit, &clock)?;
            SecurityEvent::new(Kind::SignInFailed, &origin).email(email).record(unit, &clock)
        })
        .await?;
    let sentence = ("E-mail or password is not right.", "E-Mail oder Passwort stimmt nicht.");
    Err(Error::new(Code::Unauthenticated, sentence))
}

/// Exchanges a refresh token for the next one and an access token. A token that comes a second time revokes its
/// session: one of two holders has stolen it.
///
/// # Errors
/// 401 when the token is not worth anything.
pub async fn refresh(site: &Site, origin: &Origin, token: Secret<String>) -> Result<SignIn> {
    let (sessions, clock, client) = (site.auth.sessions.clone(), site.clock.clone(), origin.clone());
    let (exchange, account) = site
        .store
        .write(Owner::Core, move |unit| {
            let exchange = sessions.exchange(unit, token.reveal(), &client, clock.now())?;
            let account = match &exchange {
                Exchange::Refused => None,
                Exchange::Continued { user, .. } | Exchange::Reused { user, .. } => store::account_by_id(unit, *user)?,
            };
            if let Exchange::Reused { family, user } = &exchange {
                let mut event = SecurityEvent::new(Kind::RefreshReused, &client).details(json!({"session": family}));
                event.email = account.as_ref().map(|account| account.email.clone());
                event.record(unit, &clock)?;
                notice::queue(unit, &clock, &client, *user, &Notice::SessionsRevokedForReuse)?;
            }
            Ok((exchange, account))
        })
        .await?;
    let account = account.filter(Account::may_sign_in);
    match (exchange, account) {
        (Exchange::Continued { family, refresh, .. }, Some(account)) => {
            site.auth.live.note_user(account.id, account.standing());
            admission::tokens_for(site, &family, refresh, account)
        }
        _ => Err(Error::unauthenticated()),
    }
}

/// Ends the caller's session: the one of the access token, the one of the refresh token, or both. Signing out twice is no fault.
///
/// # Errors
/// The store's.
pub async fn sign_out(site: &Site, origin: &Origin, caller: &Caller, token: Option<Secret<String>>) -> Result<()> {
    let (sessions, clock, origin) = (site.auth.sessions.clone(), site.clock.clone(), origin.clone());
    let signed_in = caller.account().ok().cloned();
    if let Some(user) = &signed_in {
        site.auth.live.call_back(&user.token_id, dead_by(clock.now()));
    }
    site.store
        .write(Owner::Core, move |unit| {
            let now = clock.now();
            let by_token = token.map(|token| sessions.family_of(unit, token.reveal())).transpose()?.flatten();
            if let Some(user) = &signed_in {
                store::call_back(unit, &user.token_id, dead_by(now), now)?;
                sessions.end(unit, &user.session, now)?;
            }
            if let Some(family) = &by_token {
                sessions.end(unit, family, now)?;
            }
            if signed_in.is_some() || by_token.is_some() {
                let user = signed_in.map(|user| user.id);
                SecurityEvent::new(Kind::SignedOut, &origin).details(json!({"user": user})).record(unit, &clock)?;
            }
            Ok(())
        })
        .await
}

/// When every access token that exists now has run out.
fn dead_by(now: Timestamp) -> Timestamp {
    now.saturating_add(tokens::LIFETIME).unwrap_or(Timestamp::MAX)
}

/// What a signed-in user is told of themselves.
///
/// # Errors
/// 401 when the user is gone.
pub async fn profile(site: &Site, user: i64) -> Result<Profile> {
    let account = site.store.read(move |snapshot| store::account_by_id(snapshot, user)).await?;
    let account = account.ok_or_else(Error::unauthenticated)?;
    Ok(Profile::new(account, &site.auth.permissions, site.clock.now()))
}
