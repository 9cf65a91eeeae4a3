//! Who calls: the extractor that every guarded handler takes.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;
use magnetiq_contract::describe::Access;

use super::permissions::PermissionSet;
use super::roles::Role;
use crate::error::{Code, Error, Result};
use crate::resources::Actor;

/// Who calls: nobody known, or a signed-in user. As an extractor it answers 401 when a token was sent that is not
/// valid, so that an expired sign-in never looks like a visitor.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A visitor without a token.
    Anonymous,
    /// A user with a valid access token.
    User(Arc<SignedIn>),
}

/// A signed-in user, as of this request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user's id.
    pub id: i64,
    /// The user's role.
    pub role: Role,
    /// Everything the user may do.
    pub permissions: Arc<PermissionSet>,
    /// Public id of the session in which the token was given; empty for a key.
    pub session: Arc<str>,
    /// Id of the access token itself; empty for a key.
    pub token_id: Arc<str>,
    /// The API key with which a program acts for the user; none when they are here themselves.
    pub key: Option<i64>,
    /// Their role needs a second factor, and the time to set one up is over: they hold no permission until they do.
    pub must_set_up_mfa: bool,
}

impl SignedIn {
    fn may(&self, permission: &str) -> bool {
        self.permissions.contains(permission)
    }
}

/// What the guard layer found in the request.
#[derive(Clone)]
pub(super) enum Found {
    Caller(Caller),
    /// A token was sent, and it is worth nothing.
    InvalidToken,
}

impl Found {
    /// The user's id, when one was found.
    pub(super) fn user_id(&self) -> Option<i64> {
        match self {
            Self::Caller(caller) => caller.user_id(),
            Self::InvalidToken => None,
        }
    }
}

impl Caller {
    /// The caller that the guard layer put into a request's extensions.
    ///
    /// # Errors
    /// 401 when a token was sent that is not valid; internal when the request did not pass the layer.
    pub fn of(extensions: &Extensions) -> Result<Self> {
        match extensions.get::<Found>() {
            Some(Found::Caller(caller)) => Ok(caller.clone()),
            Some(Found::InvalidToken) => Err(Error::unauthenticated()),
            None => Err(Error::internal("the route stands outside the guard layer")),
        }
    }

    /// The person, for what concerns their own account.
    ///
    /// # Errors
    /// 401 for a visitor, 403 for a program with an API key.
    pub fn account(&self) -> Result<&SignedIn> {
        let user = self.user()?;
        if user.key.is_some() { Err(for_people_alone()) } else { Ok(user) }
    }

    /// The signed-in user.
    ///
    /// # Errors
    /// 401 for a visitor, 403 for a user who must set up a second factor first.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        let user = self.user()?;
        if user.must_set_up_mfa { Err(mfa_overdue()) } else { Ok(user) }
    }

    fn user(&self) -> Result<&SignedIn> {
        match self {
            Self::Anonymous => Err(Error::unauthenticated()),
            Self::User(user) => Ok(user),
        }
    }

    /// The signed-in user, when they hold `permission`, such as `users:read`.
    ///
    /// # Errors
    /// 401 for a visitor, 403 for a user without it.
    pub fn require(&self, permission: &str) -> Result<&SignedIn> {
        let user = self.signed_in()?;
        if user.may(permission) { Ok(user) } else { Err(Error::forbidden(permission)) }
    }

    /// Checks an access rule of a route or resource.
    ///
    /// # Errors
    /// 401 for a visitor where one must sign in, 403 for a user without the right.
    pub fn check(&self, access: &Access) -> Result<()> {
        match access {
            Access::Public => Ok(()),
            Access::SignedIn => self.signed_in().map(drop),
            Access::Permission(permission) => self.require(permission).map(drop),
            Access::Nobody => {
                self.signed_in()?;
                Err(Error::forbidden("nobody"))
            }
        }
    }

    /// Whether the caller holds `permission`.
    #[must_use]
    pub fn may(&self, permission: &str) -> bool {
        self.signed_in().is_ok_and(|user| user.may(permission))
    }

    /// The user's id; none for a visitor.
    #[must_use]
    pub fn user_id(&self) -> Option<i64> {
        self.user().ok().map(|user| user.id)
    }

    /// The caller as resources and audit know them, in the request with this id. Who must set up a second factor first
    /// is a visitor to them.
    #[must_use]
    pub fn actor(&self, request_id: &str) -> Actor {
        match self.signed_in() {
            Ok(user) => Actor::user(user.id, Arc::clone(&user.permissions), request_id),
            Err(_) => Actor::visitor(request_id),
        }
    }

    /// What a plugin may know of the caller; none for a visitor.
    #[must_use]
    pub fn contract(&self) -> Option<magnetiq_contract::call::Caller> {
        let user = self.signed_in().ok()?;
        let permissions = user.permissions.iter().map(ToString::to_string).collect();
        Some(magnetiq_contract::call::Caller { id: user.id, permissions })
    }
}

fn for_people_alone() -> Error {
    let sentence = (
        "An API key cannot do this; please sign in.",
        "Mit einem API-Schlüssel geht das nicht; bitte melden Sie sich an.",
    );
    Error::new(Code::Forbidden, sentence)
}

fn mfa_overdue() -> Error {
    let sentence = (
        "Your role needs a second factor. Please set it up first, on your account's page.",
        "Ihre Rolle braucht einen zweiten Faktor. Bitte richten Sie ihn zuerst auf der Seite Ihres Kontos ein.",
    );
    Error::new(Code::Forbidden, sentence)
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        Self::of(&parts.extensions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::permissions::Permissions;

    fn user(role: Role) -> Caller {
        let permissions = Permissions::default().of(role);
        Caller::User(Arc::new(SignedIn {
            id: 7,
            role,
            permissions,
            session: "s".into(),
            token_id: "t".into(),
            key: None,
            must_set_up_mfa: false,
        }))
    }

    fn code(answer: Result<()>) -> Option<Code> {
        answer.err().map(|error| error.code())
    }

    #[test]
    fn a_visitor_is_asked_to_sign_in_and_a_user_without_the_right_is_refused() {
        let needed = Access::Permission("users:read".into());
        assert_eq!(code(Caller::Anonymous.check(&needed)), Some(Code::Unauthenticated));
        assert_eq!(code(user(Role::Editor).check(&needed)), Some(Code::Forbidden));
        assert_eq!(code(user(Role::Admin).check(&needed)), None);
    }

    #[test]
    fn what_nobody_may_do_is_refused_to_a_super_admin() {
        assert_eq!(code(user(Role::SuperAdmin).check(&Access::Nobody)), Some(Code::Forbidden));
        assert_eq!(code(Caller::Anonymous.check(&Access::Nobody)), Some(Code::Unauthenticated));
        assert_eq!(code(Caller::Anonymous.check(&Access::Public)), None);
        assert_eq!(code(Caller::Anonymous.check(&Access::SignedIn)), Some(Code::Unauthenticated));
    }

    #[test]
    fn without_an_overdue_second_factor_only_the_own_account_is_open() {
        let Caller::User(user) = user(Role::SuperAdmin) else { unreachable!() };
        let overdue = Caller::User(Arc::new(SignedIn { must_set_up_mfa: true, ..(*user).clone() }));
        assert_eq!(overdue.account().unwrap().id, 7);
        assert_eq!(code(overdue.check(&Access::Public)), None);
        assert_eq!(code(overdue.check(&Access::SignedIn)), Some(Code::Forbidden));
        assert_eq!(code(overdue.check(&Access::Permission("users:read".into()))), Some(Code::Forbidden));
        assert!(!overdue.may("users:read"));
        assert_eq!(overdue.actor("r"), Actor::visitor("r"));
        assert!(overdue.contract().is_none(), "what a plugin learns of the caller");
    }

    #[test]
    fn the_own_account_is_closed_to_a_program_with_a_key() {
        let Caller::User(user) = user(Role::Editor) else { unreachable!() };
        let program = Caller::User(Arc::new(SignedIn { key: Some(1), ..(*user).clone() }));
        assert_eq!(code(program.account().map(drop)), Some(Code::Forbidden));
        assert_eq!(code(program.check(&Access::Permission("content:write".into()))), None);
        assert_eq!(program.user_id(), Some(7));
    }

    #[test]
    fn a_route_outside_the_layer_lets_nobody_in() {
        assert_eq!(Caller::of(&Extensions::new()).unwrap_err().code(), Code::Internal);
    }
}
