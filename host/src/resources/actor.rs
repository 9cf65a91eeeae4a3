//! Who asks or changes, as far as resources and audit need to know.

use std::collections::BTreeSet;
use std::sync::Arc;

use magnetiq_contract::describe::Access;

use crate::error::{Error, Result};

/// Whoever acts: the guard of a route, the command line or a worker makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// Permissions, flattened: `webinars:write` and so on. Means nothing for [`ActorKind::System`].
    pub permissions: Arc<BTreeSet<Arc<str>>>,
    /// Id of the request that it acts in; empty outside requests.
    pub request_id: String,
}

/// What kind of actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    /// Nobody signed in.
    Visitor,
    /// A signed-in user, by id.
    User(i64),
    /// The host itself or its command line: may do everything.
    System,
}

impl Actor {
    /// Somebody who has not signed in.
    #[must_use]
    pub fn visitor(request_id: impl Into<String>) -> Self {
        Self { kind: ActorKind::Visitor, permissions: Arc::default(), request_id: request_id.into() }
    }

    /// A signed-in user.
    #[must_use]
    pub fn user(id: i64, permissions: Arc<BTreeSet<Arc<str>>>, request_id: impl Into<String>) -> Self {
        Self { kind: ActorKind::User(id), permissions, request_id: request_id.into() }
    }

    /// The host itself.
    #[must_use]
    pub fn system() -> Self {
        Self { kind: ActorKind::System, permissions: Arc::default(), request_id: String::new() }
    }

    /// The user's id; none for a visitor and for the host itself.
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        match self.kind {
            ActorKind::User(id) => Some(id),
            ActorKind::Visitor | ActorKind::System => None,
        }
    }

    /// True when it holds `permission`.
    #[must_use]
    pub fn has(&self, permission: &str) -> bool {
        self.kind == ActorKind::System || self.permissions.contains(permission)
    }

    /// True when `access` lets it in.
    #[must_use]
    pub fn may(&self, access: &Access) -> bool {
        match (access, self.kind) {
            (_, ActorKind::System) | (Access::Public, _) | (Access::SignedIn, ActorKind::User(_)) => true,
            (Access::Nobody, _) | (Access::SignedIn | Access::Permission(_), ActorKind::Visitor) => false,
            (Access::Permission(permission), ActorKind::User(_)) => self.has(permission),
        }
    }

    /// Passes when `access` lets it in.
    ///
    /// # Errors
    /// 404 when nobody may, 401 when signing in could help, 403 otherwise.
    pub fn require(&self, access: &Access) -> Result<()> {
        match (access, self.kind) {
            _ if self.may(access) => Ok(()),
            (Access::Nobody, _) => Err(Error::not_found()),
            (Access::Permission(permission), ActorKind::User(_)) => Err(Error::forbidden(permission)),
            _ => Err(Error::unauthenticated()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn access_lets_in_whom_it_names_and_nobody_else() {
        let write = Access::Permission("topics:write".into());
        let visitor = Actor::visitor("r");
        let viewer = Actor::user(1, Arc::default(), "r");
        let editor = Actor::user(2, Arc::new(["topics:write".into()].into()), "r");
        let code = |actor: &Actor, access: &Access| actor.require(access).err().map(|error| error.code());

        assert_eq!(code(&visitor, &Access::Public), None);
        assert_eq!(code(&visitor, &Access::SignedIn), Some(Code::Unauthenticated));
        assert_eq!(code(&viewer, &Access::SignedIn), None);
        assert_eq!(code(&visitor, &write), Some(Code::Unauthenticated));
        assert_eq!(code(&viewer, &write), Some(Code::Forbidden));
        assert_eq!(code(&editor, &write), None);
        assert_eq!(code(&editor, &Access::Nobody), Some(Code::NotFound));
        assert_eq!(code(&Actor::system(), &Access::Nobody), None);
    }
}
