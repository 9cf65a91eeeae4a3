//! Taking somebody else's second factor away, who has lost it.

use serde_json::json;

use super::store;
use crate::accounts::notice::{self, Notice};
use crate::app::Site;
use crate::auth::account::Account;
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::live::{Standing, change_standing};
use crate::auth::origin::Origin;
use crate::auth::passkeys;
use crate::error::{Code, Error, Result};
use crate::resources::{Actor, ActorKind, audit};

/// Takes a user's second factors away and ends their sessions. A role that needs one gives them its days anew.
///
/// # Errors
/// 404 when there is no such user, 409 for oneself.
pub async fn reset(site: &Site, origin: Origin, actor: Actor, user: i64) -> Result<()> {
    if actor.kind == ActorKind::User(user) {
        return Err(own());
    }
    let (clock, sessions) = (site.clock.clone(), site.auth.sessions.clone());
    change_standing(site, move |unit| {
        let now = clock.now();
        let account = Account::read(unit, user)?.ok_or_else(Error::not_found)?;
        passkeys::remove_all(unit, user)?;
        store::disable(unit, user, now)?;
        sessions.end_all(unit, user, now)?;
        let before = json!({"two_factor_enabled": account.two_factor_enabled});
        let after = json!({"two_factor_enabled": false});
        let change =
            audit::Change { action: "reset_mfa", resource: "users", id: Some(user), before: &before, after: &after };
        audit::record(unit, &clock, &actor, &change)?;
        let event = SecurityEvent::new(Kind::MfaDisabled, &origin).email(&account.email);
        event.details(json!({"user": user, "by": actor.user_id()})).record(unit, &clock)?;
        notice::queue(unit, &clock, &origin, user, &Notice::MfaReset)?;
        Ok(((), Some((user, Standing::read(unit, user)?))))
    })
    .await
}

fn own() -> Error {
    let sentence = (
        "Nobody can reset their own second factor. Set another one up in its place.",
        "Niemand kann den eigenen zweiten Faktor zurücksetzen. Richten Sie an seiner Stelle einen anderen ein.",
    );
    Error::new(Code::Conflict, sentence)
}
