//! The one place where the services are built and joined.

use std::sync::Arc;

use crate::auth::Auth;
use crate::clock::Clock;
use crate::store::Store;

/// Everything that a request of one site needs.
pub struct Site {
    /// Tells the time.
    pub clock: Clock,
    /// The site's database.
    pub store: Store,
    /// Who may do what.
    pub auth: Auth,
}

/// axum's state.
pub type App = Arc<Site>;
