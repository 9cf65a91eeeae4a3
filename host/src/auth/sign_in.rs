//! Signing in, staying in, signing out.

use jiff::Timestamp;
use serde_json::json;

use super::account::{Account, Profile};
use super::caller::Caller;
use super::events::{Kind, SecurityEvent};
use super::origin::Origin;
use super::passwords::Verdict;
use super::secret::Secret;
use super::sessions::{Exchange, Opened, RefreshToken};
use super::tokens::{self, Subject};
use super::{email, store};
use crate::app::Site;
use crate::error::{Code, Error, Result};
use crate::store::Owner;

/// What somebody at the door says.
#[derive(Debug)]
pub struct Credentials {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: Secret<String>,
}

/// What a signed-in user gets.
#[derive(Debug)]
pub struct SignIn {
    /// For the `Authorization` header, worth something for `expires_in` seconds.
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    /// For the next access token.
    pub refresh: RefreshToken,
    /// The user.
    pub user: Profile,
}

/// Signs a user in with e-mail and password.
///
/// # Errors
/// 401, the same and after the same time for an unknown address, a wrong password and a locked account; 503 when too
/// many are at the door.
pub async fn sign_in(site: &Site, origin: &Origin, credentials: Credentials) -> Result<SignIn> {
    let Credentials { email, password } = credentials;
    let email = email::normal(&email);
    let wanted = email.clone();
    let account = site.store.read(move |snapshot| store::account_by_email(snapshot, &wanted)).await?;
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let verdict = site.auth.passwords.verify(password.clone(), hash).await?;
    let fits = account.filter(|account| verdict != Verdict::Wrong && account.may_sign_in());
    let Some(account) = fits else {
        return refuse(site, origin, email).await;
    };
    let better = match verdict {
        Verdict::Outdated => Some(site.auth.passwords.hash(password).await?),
        _ => None,
    };
    match admit(site, origin, account.clone(), better).await? {
        Some((opened, account)) => answer(site, opened, account),
        None => refuse(site, origin, email).await,
    }
}

/// Opens a session, unless the account has changed since it was looked at.
async fn admit(
    site: &Site,
    origin: &Origin,
    account: Account,
    better_hash: Option<String>,
) -> Result<Option<(Opened, Account)>> {
    let (sessions, clock, origin) = (site.auth.sessions.clone(), site.clock.clone(), origin.clone());
    site.store
        .write(Owner::Core, move |unit| {
            let now = clock.now();
            if !store::count_sign_in(unit, &account, now)? {
                return Ok(None);
            }
            if let Some(hash) = better_hash {
                store::replace_hash(unit, account.id, &hash)?;
            }
            store::forget_attempts(unit, &account.email, &origin)?;
            SecurityEvent::new(Kind::SignedIn, &origin).email(&account.email).record(unit, &clock)?;
            let opened = sessions.open(unit, account.id, &origin, now)?;
            let account = store::account_by_id(unit, account.id)?.ok_or_else(Error::unauthenticated)?;
            Ok(Some((opened, account)))
        })
        .await
}

async fn refuse(site: &Site, origin: &Origin, email: String) -> Result<SignIn> {
    let (clock, origin) = (site.clock.clone(), origin.clone());
    site.store
        .write(Owner::Core, move |unit| {
            store::count_failure(unit, &email)?;
            store::count_attempt(unit, &email, &origin, clock.now())?;
            SecurityEvent::new(Kind::SignInFailed, &origin).email(email).record(unit, &clock)
        })
        .await?;
    let sentence = ("E-mail or password is not right.", "E-Mail oder Passwort stimmt nicht.");
    Err(Error::new(Code::Unauthenticated, sentence))
}

/// Makes an opened session live and gives its tokens out. The unit that opened it must be durable.
///
/// # Errors
/// Internal, when signing fails.
pub fn answer(site: &Site, opened: Opened, account: Account) -> Result<SignIn> {
    site.auth.live.note_user(account.id, account.standing());
    site.auth.sessions.begin(&opened, site.clock.now());
    tokens_for(site, &opened.family, opened.refresh, account)
}

fn tokens_for(site: &Site, family: &str, refresh: RefreshToken, account: Account) -> Result<SignIn> {
    let subject = Subject { user: account.id, epoch: account.token_epoch, session: family };
    Ok(SignIn {
        access_token: site.auth.tokens.sign(subject, site.clock.now())?,
        expires_in: tokens::LIFETIME.as_secs(),
        refresh,
        user: Profile::new(account, &site.auth.permissions, site.clock.now()),
    })
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
            if let Exchange::Reused { family, .. } = &exchange {
                let mut event = SecurityEvent::new(Kind::RefreshReused, &client).details(json!({"session": family}));
                event.email = account.as_ref().map(|account| account.email.clone());
                event.record(unit, &clock)?;
            }
            Ok((exchange, account))
        })
        .await?;
    let account = account.filter(|account| account.may_sign_in());
    match (exchange, account) {
        (Exchange::Continued { family, refresh, .. }, Some(account)) => {
            site.auth.live.note_user(account.id, account.standing());
            tokens_for(site, &family, refresh, account)
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
