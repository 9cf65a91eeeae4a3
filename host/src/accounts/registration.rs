//! Registration: somebody asks for an account, and has it once they have shown that the address is theirs.

use serde_json::json;

use super::letters::{self, Recipient};
use super::links::{self, Purpose};
use super::new_user::{NewUser, PreparedUser};
use super::password::ASKING;
use super::store;
use super::visit::Visit;
use crate::app::Site;
use crate::auth::events::Kind;
use crate::auth::{Account, Role, SecurityEvent, Status};
use crate::clock::Clock;
use crate::config::Registration;
use crate::error::{Code, Error, Result};
use crate::store::{Connection, Owner};

const REGISTRATION: &[Purpose] = &[Purpose::Registration];

/// Takes a registration and sends a link to its address. The answer is the same where there is an account with the
/// address already; its owner gets a mail that says so.
///
/// # Errors
/// 403 where the site takes none, 422 that names each field at fault, 429 when it is asked too often from one place,
/// 503 when too many passwords are being hashed.
pub async fn register(site: &Site, visit: Visit, new: NewUser) -> Result<()> {
    role(site)?;
    visit.take(site, "links by mail", ASKING)?;
    let user = new.prepare(&site.auth.passwords, &site.settings.site.name).await?;
    let clock = site.clock.clone();
    site.store.write(Owner::Core, move |unit| take_in(unit, &clock, &visit, &user)).await
}

fn take_in(unit: &Connection, clock: &Clock, visit: &Visit, user: &PreparedUser) -> Result<()> {
    SecurityEvent::new(Kind::RegistrationAsked, &visit.origin).email(&user.email).record(unit, clock)?;
    if !links::has_room(unit, clock, Purpose::Registration, &user.email)? {
        return Ok(());
    }
    let link = links::make(unit, clock, None, Purpose::Registration, &user.email)?;
    if !store::is_email_taken(unit, &user.email)? {
        store::insert_registration(unit, link.id, user, clock.now())?;
        let to = Recipient::stranger(&user.email, user.language);
        return letters::queue_link(unit, clock, &to, "verify-email", &link, json!({}));
    }
    // Whoever is invited has the invitation, and whoever is locked out or hidden is told nothing.
    match store::account_by_email(unit, &user.email)?.filter(Account::may_sign_in) {
        Some(account) => letters::queue(unit, clock, &Recipient::owner(&account), "already-registered", json!({})),
        None => Ok(()),
    }
}

/// Confirms the address of a registration, which makes the user. It signs nobody in: the password does.
///
/// # Errors
/// 403 where the site takes none any more, 404 and 410 for the link; 410 also when somebody else has the address now.
pub async fn verify(site: &Site, visit: Visit, token: String) -> Result<()> {
    let role = role(site)?;
    links::look_up(site, &visit, REGISTRATION, token.clone()).await?;
    let (clock, secrets) = (site.clock.clone(), site.secrets.clone());
    let verified = move |unit: &Connection| {
        let link = links::use_up(unit, &clock, &secrets, REGISTRATION, &token)?;
        let registration = store::take_registration(unit, link.id)?.ok_or_else(links::gone)?;
        if store::is_email_taken(unit, &link.email)? {
            return Err(links::gone());
        }
        links::revoke_for(unit, &clock, Purpose::Registration, &link.email)?;
        let store::Registration { name, language, password_hash } = registration;
        let password_hash = Some(password_hash);
        let user = PreparedUser { email: link.email, name, role, language, status: Status::Active, password_hash };
        user.insert(unit, &clock, &visit.visitor(), &visit.origin).map(drop)
    };
    site.store.write(Owner::Core, move |unit| verified(unit)).await
}

/// What those become who register.
fn role(site: &Site) -> Result<Role> {
    match site.settings.security.registration {
        Registration::Viewer => Ok(Role::Viewer),
        Registration::Off => Err(Error::new(
            Code::Forbidden,
            ("This site takes no registrations.", "Diese Website nimmt keine Registrierungen an."),
        )),
    }
}
