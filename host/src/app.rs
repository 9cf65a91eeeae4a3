//! The one place where the services are built and joined.

use std::sync::Arc;

use crate::auth::passwords::Cost;
use crate::auth::{self, Auth};
use crate::clock::Clock;
use crate::config::{Lock, Security, Settings};
use crate::error::Result;
use crate::health::Health;
use crate::http::assets::Assets;
use crate::http::rate::RateLimiter;
use crate::store::Store;

/// Everything that a request of one site needs.
pub struct Site {
    /// Tells the time.
    pub clock: Clock,
    /// What the host was told at its start.
    pub settings: Settings,
    /// Files that are part of the binary.
    pub assets: Assets,
    /// The site's database.
    pub store: Store,
    /// Who may do what.
    pub auth: Auth,
    /// How often addresses may do things.
    pub rates: RateLimiter,
    /// The last look at its parts.
    pub health: Health,
    _lock: Lock,
}

/// axum's state.
pub type App = Arc<Site>;

impl Site {
    /// Opens the data folder and joins the services. Nothing runs in the background yet.
    ///
    /// # Errors
    /// When the folder is in use or the database cannot be opened.
    pub async fn build(settings: Settings, clock: Clock, assets: Assets) -> Result<App> {
        settings.data_dir.create()?;
        let lock = settings.data_dir.lock()?;
        let store = Store::open(&settings.data_dir.database(), &clock)?;
        let auth = Auth::open(auth_settings(&settings), &store, &clock).await?;
        let (rates, health) = (RateLimiter::default(), Health::default());
        Ok(Arc::new(Self { clock, settings, assets, store, auth, rates, health, _lock: lock }))
    }
}

fn auth_settings(settings: &Settings) -> auth::Settings {
    auth::Settings {
        public_url: settings.server.public_url.clone(),
        keys: settings.data_dir.keys(),
        cost: password_cost(&settings.security),
    }
}

/// What one password hash costs.
#[must_use]
pub fn password_cost(security: &Security) -> Cost {
    Cost {
        memory_kib: security.argon2_memory_kib,
        iterations: security.argon2_iterations,
        parallelism: security.argon2_parallelism,
    }
}
