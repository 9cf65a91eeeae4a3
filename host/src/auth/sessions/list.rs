//! A user's own sessions: seen, and ended one by one or all at once.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::store;
use crate::app::Site;
use crate::auth::caller::SignedIn;
use crate::auth::events::{Kind, SecurityEvent};
use crate::auth::origin::Origin;
use crate::error::{Error, Result};
use crate::store::Owner;

/// Sessions shown; nobody looks through more.
pub const MOST: u32 = 100;

/// A session as its user sees it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Seen {
    /// Its public id.
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When the user signed in.
    #[schemars(with = "String")]
    pub created_at: Timestamp,
    /// When it was last carried on.
    #[schemars(with = "String")]
    pub last_used_at: Timestamp,
    /// When it ends unless it is carried on.
    #[schemars(with = "String")]
    pub expires_at: Timestamp,
    /// Where it was last carried on.
    pub ip_address: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
}

/// The user's sessions that have not ended, the last used first.
///
/// # Errors
/// The store's.
pub async fn list(site: &Site, user: &SignedIn) -> Result<Vec<Seen>> {
    let (id, now) = (user.id, site.clock.now());
    let mut sessions = site.store.read(move |snapshot| store::of_user(snapshot, id, now, MOST)).await?;
    for session in &mut sessions {
        session.current = *session.id == *user.session;
    }
    Ok(sessions)
}

/// Ends one of the user's sessions.
///
/// # Errors
/// 404 when it is not theirs or has ended.
pub async fn end(site: &Site, origin: &Origin, user: &SignedIn, family: String) -> Result<()> {
    let (sessions, clock, origin, id) = (site.auth.sessions.clone(), site.clock.clone(), origin.clone(), user.id);
    site.store
        .write(Owner::Core, move |unit| {
            let now = clock.now();
            if !store::is_open(unit, id, &family, now)? {
                return Err(Error::not_found());
            }
            sessions.end(unit, &family, now)?;
            let details = json!({"user": id, "session": family});
            SecurityEvent::new(Kind::SessionEnded, &origin).details(details).record(unit, &clock)
        })
        .await
}

/// Ends all of the user's sessions, this one too.
///
/// # Errors
/// The store's.
pub async fn end_all(site: &Site, origin: &Origin, user: &SignedIn) -> Result<()> {
    let (sessions, clock, origin, id) = (site.auth.sessions.clone(), site.clock.clone(), origin.clone(), user.id);
    site.store
        .write(Owner::Core, move |unit| {
            sessions.end_all(unit, id, clock.now())?;
            let event = SecurityEvent::new(Kind::AllSessionsEnded, &origin);
            event.details(json!({"user": id})).record(unit, &clock)
        })
        .await
}
