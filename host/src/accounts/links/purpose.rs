//! What links are for.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To choose another password.
    PasswordReset,
    /// To choose the first one.
    Invitation,
    /// To confirm the address of a registration.
    Registration,
    /// To agree, from the address so far, to another one.
    OldEmail,
    /// To confirm the new address.
    NewEmail,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: [Self; 5] =
        [Self::PasswordReset, Self::Invitation, Self::Registration, Self::OldEmail, Self::NewEmail];

    /// As it stands in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
            Self::Registration => "registration",
            Self::OldEmail => "old_email",
            Self::NewEmail => "new_email",
        }
    }

    /// The purpose with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }

    /// How long a link may be used.
    #[must_use]
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::PasswordReset => SignedDuration::from_mins(30),
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Registration | Self::OldEmail | Self::NewEmail => SignedDuration::from_hours(24),
        }
    }

    /// The screen of the panel that a link opens.
    pub(super) const fn screen(self) -> &'static str {
        match self {
            Self::PasswordReset => "reset-password",
            Self::Invitation => "invitation",
            Self::Registration => "verify-email",
            Self::OldEmail | Self::NewEmail => "confirm-email",
        }
    }
}
