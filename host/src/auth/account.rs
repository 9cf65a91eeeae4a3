//! What signing in needs to know of a user.

use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::live::Standing;
use super::permissions::{PermissionSet, Permissions};
use super::roles::Role;
use super::secret::Secret;
use super::store;
use crate::error::Result;
use crate::store::Connection;

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Yes.
    Active,
    /// Not before choosing a password.
    Invited,
    /// Not until an admin opens the account again.
    Locked,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Invited, Self::Locked];

    /// As it stands in the database and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Locked => "locked",
        }
    }

    /// The status with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A user at the door. The rest of the record is `accounts::User`.
#[derive(Clone, Debug)]
pub struct Account {
    /// The user's id.
    pub id: i64,
    /// In lower case.
    pub email: String,
    /// As people read it.
    pub name: String,
    /// The user's role.
    pub role: Role,
    /// Language of panel and mails.
    pub language: Locale,
    /// Whether they may sign in.
    pub status: Status,
    /// Grows with every change that must end all access tokens.
    pub token_epoch: i64,
    /// PHC string; none until a password is chosen.
    pub password_hash: Option<Secret<String>>,
    /// No sign-in before.
    pub locked_until: Option<Timestamp>,
}

impl Account {
    /// The account with this id, unless it is hidden.
    ///
    /// # Errors
    /// The store's.
    pub fn read(connection: &Connection, id: i64) -> Result<Option<Self>> {
        store::account_by_id(connection, id)
    }

    /// Whether the user may sign in now, the password aside.
    #[must_use]
    pub fn may_sign_in(&self, now: Timestamp) -> bool {
        self.status == Status::Active && self.locked_until.is_none_or(|until| until <= now)
    }

    /// What every request must know of the user.
    #[must_use]
    pub fn standing(&self) -> Standing {
        Standing { epoch: self.token_epoch, role: self.role, active: self.status == Status::Active }
    }
}

/// What a signed-in user is told of themselves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Profile {
    /// The user's id.
    pub id: i64,
    /// In lower case.
    pub email: String,
    /// As people read it.
    pub name: String,
    /// The user's role.
    pub role: Role,
    /// Language of panel and mails.
    #[schemars(with = "String")]
    pub language: Locale,
    /// Everything the user may do.
    pub permissions: Arc<PermissionSet>,
}

impl Profile {
    /// The profile of an account.
    #[must_use]
    pub fn new(account: Account, permissions: &Permissions) -> Self {
        let permissions = permissions.of(account.role);
        let Account { id, email, name, role, language, .. } = account;
        Self { id, email, name, role, language, permissions }
    }
}
