//! Asking for the password once more, before somebody changes how they sign in.

use magnetiq_contract::rule::Rule;
use magnetiq_contract::text::Text;

use super::account::Account;
use super::events::{Kind, SecurityEvent};
use super::lockout::Attempt;
use super::origin::Origin;
use super::passwords::Verdict;
use super::secret::Secret;
use super::store;
use crate::app::Site;
use crate::error::{Error, Result};
use crate::store::Owner;

/// The account of a signed-in user who knows their password. Failures count as those of a sign-in do, so that a stolen
/// session is no place to guess. `field` names the password in the request's body.
///
/// # Errors
/// 422 that names `field` when it is wrong or the account's door is closed for a while; 401 when the user is gone.
pub async fn confirm(
    site: &Site,
    origin: &Origin,
    user: i64,
    field: &'static str,
    password: Secret<String>,
) -> Result<Account> {
    let account = site.store.read(move |snapshot| store::account_by_id(snapshot, user)).await?;
    let account = account.ok_or_else(Error::unauthenticated)?;
    let verdict = site.auth.passwords.verify(password, account.password_hash.clone()).await?;
    let (clock, origin, email) = (site.clock.clone(), origin.clone(), account.email.clone());
    let confirmed = site
        .store
        .write(Owner::Core, move |unit| {
            let attempt = Attempt { email: &email, user: Some(user), origin: &origin };
            let confirmed = verdict != Verdict::Wrong && !attempt.is_locked(unit, clock.now())?;
            if !confirmed {
                attempt.fail(unit, &clock)?;
                SecurityEvent::new(Kind::SignInFailed, &origin).email(&email).record(unit, &clock)?;
            }
            Ok(confirmed)
        })
        .await?;
    if confirmed { Ok(account) } else { Err(Error::field(field, wrong())) }
}

fn wrong() -> Rule {
    Rule::Other(Text::new("This is not your password.", "Das ist nicht Ihr Passwort."))
}
