//! Mails that tell the owner of an account what has happened to it: what, when, from which address, and what to do if
//! it was somebody else.

use magnetiq_contract::text::Text;
use serde_json::json;

use super::letters::{self, Recipient};
use crate::auth::events::Kind;
use crate::auth::{Account, Origin};
use crate::clock::Clock;
use crate::error::Result;
use crate::store::Connection;

/// What has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The password was changed by somebody who knew the one before.
    PasswordChanged,
    /// The password was chosen anew by a link from a mail.
    PasswordReset,
    /// The address was changed; it goes to the one before.
    EmailChanged {
        /// The address before.
        old: String,
    },
    /// Signing in takes a second factor from now on.
    MfaEnabled,
    /// Signing in takes no second factor any more.
    MfaDisabled,
    /// An administrator took the second factors away.
    MfaReset,
    /// New backup codes; those before are worth nothing.
    BackupCodesMade,
    /// Somebody signed in with a backup code.
    BackupCodeUsed,
    /// Another passkey opens the account.
    PasskeyAdded,
    /// A passkey opens the account no more.
    PasskeyRemoved,
    /// A refresh token came twice, and its session was ended.
    SessionsRevokedForReuse,
    /// There is a new key for programs.
    ApiKeyMade,
    /// Too many failed sign-ins closed the door for a while.
    LockedOut,
    /// Somebody signed in on a device that was not seen before.
    NewSignIn,
}

impl Notice {
    /// What the owner is told of a security event that they caused themselves; none where the event is all there is.
    #[must_use]
    pub const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::MfaEnabled => Some(Self::MfaEnabled),
            Kind::MfaDisabled => Some(Self::MfaDisabled),
            Kind::BackupCodesMade => Some(Self::BackupCodesMade),
            Kind::PasskeyAdded => Some(Self::PasskeyAdded),
            Kind::PasskeyRemoved => Some(Self::PasskeyRemoved),
            _ => None,
        }
    }

    /// The headline.
    fn title(&self) -> Text {
        let (en, de) = match self {
            Self::PasswordChanged | Self::PasswordReset => ("Your password was changed", "Ihr Passwort wurde geändert"),
            Self::EmailChanged { .. } => ("Your e-mail address was changed", "Ihre E-Mail-Adresse wurde geändert"),
            Self::MfaEnabled => ("Two-factor sign-in is on", "Die Zwei-Faktor-Anmeldung ist eingeschaltet"),
            Self::MfaDisabled | Self::MfaReset => {
                ("Two-factor sign-in is off", "Die Zwei-Faktor-Anmeldung ist ausgeschaltet")
            }
            Self::BackupCodesMade => ("You have new backup codes", "Sie haben neue Ersatzcodes"),
            Self::BackupCodeUsed => ("A backup code was used", "Ein Ersatzcode wurde benutzt"),
            Self::PasskeyAdded => ("A passkey was added", "Ein Passkey ist dazugekommen"),
            Self::PasskeyRemoved => ("A passkey was removed", "Ein Passkey wurde entfernt"),
            Self::SessionsRevokedForReuse => {
                ("A session was ended for safety", "Eine Sitzung wurde vorsorglich beendet")
            }
            Self::ApiKeyMade => ("A new API key was made", "Ein neuer API-Schlüssel wurde angelegt"),
            Self::LockedOut => ("Sign-in is closed for a while", "Die Anmeldung ist für eine Weile gesperrt"),
            Self::NewSignIn => ("A new sign-in", "Eine neue Anmeldung"),
        };
        Text::new(en, de)
    }

    /// The sentence.
    fn what(&self) -> Text {
        let (en, de) = match self {
            Self::PasswordChanged => (
                "The password of your account was changed. All other sessions have ended.",
                "Das Passwort Ihres Kontos wurde geändert. Alle anderen Sitzungen sind beendet.",
            ),
            Self::PasswordReset => (
                "A new password was chosen for your account, by a link from a mail to this address. All sessions have \
                 ended.",
                "Für Ihr Konto wurde ein neues Passwort gewählt, über einen Link aus einer Nachricht an diese Adresse. \
                 Alle Sitzungen sind beendet.",
            ),
            Self::EmailChanged { .. } => (
                "Your account has another e-mail address now. This one does not belong to it any more.",
                "Ihr Konto hat jetzt eine andere E-Mail-Adresse. Diese hier gehört nicht mehr dazu.",
            ),
            Self::MfaEnabled => (
                "From now on signing in to your account takes a second factor.",
                "Zur Anmeldung an Ihrem Konto gehört ab jetzt ein zweiter Faktor.",
            ),
            Self::MfaDisabled => (
                "Signing in to your account takes nothing but the password from now on.",
                "Zur Anmeldung an Ihrem Konto genügt ab jetzt das Passwort.",
            ),
            Self::MfaReset => (
                "An administrator has removed the second factors of your account and ended its sessions.",
                "Die Administration hat die zweiten Faktoren Ihres Kontos entfernt und seine Sitzungen beendet.",
            ),
            Self::BackupCodesMade => (
                "New backup codes were made for your account. Those before are worth nothing any more.",
                "Für Ihr Konto wurden neue Ersatzcodes erzeugt. Die bisherigen gelten nicht mehr.",
            ),
            Self::BackupCodeUsed => (
                "Somebody signed in to your account with one of your backup codes. It is used up now.",
                "Jemand hat sich mit einem Ihrer Ersatzcodes an Ihrem Konto angemeldet. Er ist jetzt verbraucht.",
            ),
            Self::PasskeyAdded => {
                ("Another passkey opens your account now.", "Ein weiterer Passkey öffnet jetzt Ihr Konto.")
            }
            Self::PasskeyRemoved => (
                "One of the passkeys of your account was removed. It opens the account no more.",
                "Einer der Passkeys Ihres Kontos wurde entfernt. Er öffnet das Konto nicht mehr.",
            ),
            Self::SessionsRevokedForReuse => (
                "A session of your account was continued from two places. One of them may be a stranger's, so the \
                 session has ended.",
                "Eine Sitzung Ihres Kontos wurde von zwei Stellen aus fortgesetzt. Eine davon kann fremd sein, darum \
                 ist die Sitzung beendet.",
            ),
            Self::ApiKeyMade => (
                "A new key lets programs act in your name.",
                "Ein neuer Schlüssel lässt Programme in Ihrem Namen handeln.",
            ),
            Self::LockedOut => (
                "Somebody entered a wrong password for your account again and again. Sign-in is closed for a while; \
                 your password is unchanged.",
                "Jemand hat für Ihr Konto wieder und wieder ein falsches Passwort eingegeben. Die Anmeldung ist für \
                 eine Weile gesperrt; Ihr Passwort ist unverändert.",
            ),
            Self::NewSignIn => (
                "Somebody signed in to your account from a device that was not seen before.",
                "Jemand hat sich von einem bisher unbekannten Gerät aus an Ihrem Konto angemeldet.",
            ),
        };
        Text::new(en, de)
    }
}

/// Tells the owner of an account, in the unit of work of what has happened. A hidden user is told nothing.
///
/// # Errors
/// The store's.
pub fn queue(unit: &Connection, clock: &Clock, origin: &Origin, user: i64, notice: &Notice) -> Result<()> {
    let Some(account) = Account::read(unit, user)? else { return Ok(()) };
    let owner = Recipient::owner(&account);
    let (to, owns_address) = match notice {
        Notice::EmailChanged { old } => (Recipient { email: old, ..owner }, false),
        _ => (owner, true),
    };
    let data = json!({
        "title": notice.title().get(to.language),
        "what": notice.what().get(to.language),
        "when": to.date(clock.now()),
        "address": origin.ip_address,
        "owns_address": owns_address,
    });
    letters::queue(unit, clock, &to, "security-notice", data)
}
