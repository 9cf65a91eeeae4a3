//! The one-time link that makes the first super admin of a new site.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};

use super::new_user::NewUser;
use super::store;
use crate::app::Site;
use crate::auth::admission::{self, Door, SignIn};
use crate::auth::events::Kind;
use crate::auth::{Origin, SecurityEvent, sessions};
use crate::clock::{self, random_bytes};
use crate::error::{Code, Error, Result};
use crate::resources::Actor;
use crate::store::{Connection, Owner};

/// How long a link may be used.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// A link to store.
pub(super) struct Link<'a> {
    pub(super) token_hash: &'a str,
    pub(super) expires_at: Timestamp,
}

/// A stored link.
pub(super) struct LinkState {
    pub(super) id: i64,
    /// As SQL text, whose order is that of time.
    pub(super) expires_at: String,
    pub(super) is_used: bool,
}

/// A fresh link to the panel while there is no user at all; earlier links are worth nothing from then on. The token
/// stands in the fragment, so that no server log sees it. Valid for 24 hours and one use.
///
/// # Errors
/// The store's.
pub async fn link(site: &Site) -> Result<Option<String>> {
    let token = URL_SAFE_NO_PAD.encode(random_bytes::<32>());
    let (token_hash, now) = (sessions::hash(&token), site.clock.now());
    let expires_at = now.saturating_add(LIFETIME).unwrap_or(Timestamp::MAX);
    let made = site
        .store
        .write(Owner::Core, move |unit| {
            if store::is_any_user(unit)? {
                return Ok(false);
            }
            store::replace_link(unit, &Link { token_hash: &token_hash, expires_at }, now)?;
            Ok(true)
        })
        .await?;
    Ok(made.then(|| format!("{}/admin/setup#{token}", site.settings.server.public_url)))
}

/// Passes when the link of this token can be used.
///
/// # Errors
/// 404 for a token that was never given, 410 for one that is used or has run out.
pub async fn check(site: &Site, token: String) -> Result<()> {
    let now = site.clock.now();
    site.store.read(move |snapshot| usable(snapshot, &token, now).map(drop)).await
}

/// Uses the link: makes the super admin and signs them in.
///
/// # Errors
/// 404 and 410 as [`check`]; 422 that names each field at fault, and the link stays good.
pub async fn finish(site: &Site, origin: &Origin, token: String, new: NewUser) -> Result<SignIn> {
    check(site, token.clone()).await?;
    let user = new.prepare(&site.auth.passwords, &site.settings.site.name).await?;
    let (clock, door, origin) = (site.clock.clone(), Door::of(site, origin), origin.clone());
    let (opened, account) = site
        .store
        .write(Owner::Core, move |unit| {
            let now = clock.now();
            // Asked again inside the unit: of two who use the link at once, one comes too late.
            let id = usable(unit, &token, now)?;
            store::mark_link_used(unit, id, now)?;
            let user = user.insert(unit, &clock, &Actor::system(), &origin)?;
            let (opened, account) = door.open(unit, user)?;
            SecurityEvent::new(Kind::SetUp, &origin).email(&account.email).record(unit, &clock)?;
            Ok((opened, account))
        })
        .await?;
    admission::answer(site, opened, account)
}

/// The row of a link that can be used now.
fn usable(connection: &Connection, token: &str, now: Timestamp) -> Result<i64> {
    let link = store::link(connection, &sessions::hash(token))?.ok_or_else(Error::not_found)?;
    if link.is_used || link.expires_at <= clock::sql(now) || store::is_any_user(connection)? {
        return Err(Error::new(
            Code::Gone,
            ("This link has been used or has run out.", "Dieser Link ist benutzt oder abgelaufen."),
        ));
    }
    Ok(link.id)
}
