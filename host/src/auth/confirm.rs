//! Asking somebody who is signed in for their password once more, before what changes how they sign in.

use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;
use serde_json::json;

use super::account::Account;
use super::events::{Kind, SecurityEvent};
use super::lockout::Attempt;
use super::origin::Origin;
use super::passwords::Verdict;
use super::secret::Secret;
use crate::app::Site;
use crate::error::{Error, Result};
use crate::store::Owner;

/// Passes when this is the user's password. Whoever guesses waits as at the door.
///
/// # Errors
/// 422 for `password`, wrong or while they wait; 401 when the account is gone; 503 when too many passwords are checked.
pub async fn confirm(site: &Site, origin: &Origin, user: i64, password: Secret<String>) -> Result<()> {
    let account = site.store.read(move |snapshot| Account::read(snapshot, user)).await?;
    let account = account.ok_or_else(Error::unauthenticated)?;
    let verdict = site.auth.passwords.verify(password, account.password_hash.clone()).await?;
    let (clock, origin) = (site.clock.clone(), origin.clone());
    let is_right = site.store.write(Owner::Core, move |unit| {
        let attempt = Attempt { email: &account.email, user: Some(user), origin: &origin };
        if attempt.is_locked(unit, clock.now())? {
            return Ok(false);
        }
        if verdict != Verdict::Wrong {
            attempt.succeed(unit)?;
            return Ok(true);
        }
        attempt.fail(unit, &clock)?;
        let event = SecurityEvent::new(Kind::SignInFailed, &origin).email(&account.email);
        event.details(json!({"user": user, "by": "confirmation"})).record(unit, &clock)?;
        Ok(false)
    });
    if is_right.await? { Ok(()) } else { Err(Error::field("password", wrong())) }
}

fn wrong() -> Rule {
    Rule::Other(Text::new("This is not your password.", "Das ist nicht Ihr Passwort."))
}
