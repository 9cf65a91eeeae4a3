//! What signing in needs to know of a user.

use std::sync::Arc;

use jiff::Timestamp;
use magnetiq_contract::text::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// What they prefer in the panel, a JSON object.
    pub preferences: Value,
    /// IANA name.
    pub timezone: String,
    /// Their picture.
    pub avatar_url: Option<String>,
    /// Whether signing in takes a second factor.
    pub two_factor_enabled: bool,
    /// Whether an app makes one-time codes for it.
    pub totp_enabled: bool,
    /// When a second factor must be there; none where none is missing.
    pub mfa_due_at: Option<Timestamp>,
}

impl Account {
    /// The account with this id, unless it is hidden.
    ///
    /// # Errors
    /// The store's.
    pub fn read(connection: &Connection, id: i64) -> Result<Option<Self>> {
        store::account_by_id(connection, id)
    }

    /// Whether the user may sign in, password and lockouts aside.
    #[must_use]
    pub fn may_sign_in(&self) -> bool {
        self.status == Status::Active
    }

    /// What every request must know of the user.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let (epoch, role, active) = (self.token_epoch, self.role, self.may_sign_in());
        Standing { epoch, role, active, mfa_due_at: self.mfa_due_at }
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
    /// IANA name.
    pub timezone: String,
    /// Their picture.
    pub avatar_url: Option<String>,
    /// What they prefer in the panel, a JSON object.
    pub preferences: Value,
    /// Whether signing in takes a second factor.
    pub two_factor_enabled: bool,
    /// Whether an app makes one-time codes for it.
    pub totp_enabled: bool,
    /// When a second factor must be there; none where none is missing.
    #[schemars(with = "Option<String>")]
    pub mfa_setup_due_at: Option<Timestamp>,
    /// That moment has passed: nothing is open but setting one up.
    pub mfa_setup_required: bool,
    /// Everything the user may do.
    pub permissions: Arc<PermissionSet>,
}

impl Profile {
    /// The profile of an account.
    #[must_use]
    pub fn new(account: Account, permissions: &Permissions, now: Timestamp) -> Self {
        let mfa_setup_required = account.standing().is_mfa_overdue(now);
        let Account { id, email, name, role, language, timezone, avatar_url, preferences, .. } = account;
        Self {
            id,
            email,
            name,
            role,
            language,
            timezone,
            avatar_url,
            preferences,
            two_factor_enabled: account.two_factor_enabled,
            totp_enabled: account.totp_enabled,
            mfa_setup_due_at: account.mfa_due_at,
            mfa_setup_required,
            permissions: if mfa_setup_required { Arc::default() } else { permissions.of(role) },
        }
    }
}
