//! Who are you, and what may you do.

pub mod account;
pub mod acting;
pub mod admission;
pub mod api_keys;
pub mod caller;
pub mod confirm;
pub mod cookie;
pub mod deliver;
pub mod email;
pub mod events;
pub mod guard;
pub mod keys;
pub mod live;
pub mod lockout;
pub mod mfa;
pub mod origin;
pub mod passkeys;
pub mod password_rules;
pub mod passwords;
pub mod permissions;
pub mod recorded;
pub mod roles;
pub mod routes;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod tokens;

mod purge;
mod store;

pub use account::{Account, Profile, Status};
pub use acting::Acting;
pub use caller::{Caller, SignedIn};
pub use events::{SecurityEvent, SecurityEvents};
pub use keys::Keys;
pub use origin::Origin;
pub use permissions::{PermissionSet, Permissions, core_role, is_core as is_core_permission};
pub use purge::purge;
pub use roles::Role;
pub use secret::Secret;
#[cfg(test)]
pub(crate) use store::shapes;

use std::sync::Arc;

use jiff::SignedDuration;
use passki::Passki;

use self::api_keys::ApiKeys;
use self::keys::Plan;
use self::live::Live;
use self::passwords::{Cost, Passwords};
use self::sessions::{Limits as SessionLimits, Sessions};
use self::tokens::Tokens;
use crate::clock::Clock;
use crate::error::Result;
use crate::secrets::Secrets;
use crate::store::{Owner, Store};

/// What identity must be told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The site's address without a trailing slash: issuer of its tokens.
    pub public_url: String,
    /// What the site is called.
    pub site_name: String,
    /// The signing keys.
    pub keys: Plan,
    /// When sessions end.
    pub sessions: SessionLimits,
    /// What codes and sealed values are made with.
    pub secrets: Secrets,
    /// What one password hash costs.
    pub cost: Cost,
    /// How long a user whose role needs a second factor may go without.
    pub mfa_grace: SignedDuration,
}

/// Everything that identity needs while the site runs.
pub struct Auth {
    /// Which role holds which permission.
    pub permissions: Permissions,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Signs and checks access tokens.
    pub tokens: Tokens,
    /// Makes and retires the keys that sign them.
    pub keys: Keys,
    /// Opens and ends sessions.
    pub sessions: Sessions,
    /// Seals what identity stores and proves the links that it sends.
    pub secrets: Secrets,
    /// Keeps security events.
    pub events: SecurityEvents,
    /// Users' standing and live sessions.
    pub live: Live,
    /// The site as browsers know it, to which passkeys belong.
    pub relying_party: Arc<Passki>,
    /// The keys that work.
    pub api_keys: ApiKeys,
    /// How long a user whose role needs a second factor may go without.
    pub mfa_grace: SignedDuration,
    secure: bool,
}

impl Auth {
    /// Reads or makes the keys and fills the memory. Needs a tokio runtime.
    ///
    /// # Errors
    /// When a key cannot be read or made, or the store fails.
    pub async fn open(settings: Settings, store: &Store, clock: &Clock) -> Result<Self> {
        let Settings { public_url, site_name, keys: plan, sessions, secrets, cost, mfa_grace } = settings;
        let keys = keys::open(&plan.folder, plan.algorithm, clock)?;
        let tokens = Tokens::new(&public_url, &keys)?;
        let events = SecurityEvents::start(store.clone(), clock.clone());
        let live = Live::default();
        let due = clock.now() + mfa_grace;
        store.write(Owner::Core, move |unit| store::set_all_mfa_due(unit, due)).await?;
        load(&live, store, clock).await?;
        Ok(Self {
            permissions: Permissions::default(),
            passwords: Passwords::new(cost)?,
            keys: Keys::new(plan, keys, tokens.clone(), events.clone(), clock.clone()),
            tokens,
            sessions: Sessions::new(live.clone(), secrets.clone(), sessions),
            secrets,
            events,
            live,
            relying_party: Arc::new(passkeys::relying_party(&public_url, &site_name)?),
            api_keys: ApiKeys::load(store, clock).await?,
            mfa_grace,
            secure: public_url.starts_with("https://"),
        })
    }

    /// Whether the site is reached by https, so that cookies may insist on it.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

async fn load(live: &Live, store: &Store, clock: &Clock) -> Result<()> {
    let (live, now) = (live.clone(), clock.now());
    store
        .read(move |snapshot| {
            for (user, standing) in store::standings(snapshot)? {
                live.note_user(user, standing);
            }
            for (token_id, until) in store::called_back(snapshot, now)? {
                live.call_back(&token_id, until);
            }
            sessions::load(snapshot, &live, now)
        })
        .await
}
