//! Security events: who signed in, who was refused, what was revoked.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::origin::Origin;
use super::store;
use crate::clock::Clock;
use crate::error::Result;
use crate::store::{Connection, Owner, Store};

/// Events that may wait to be written. Beyond it they go to the log alone: a flood must not fill the memory.
const QUEUE: usize = 1024;

/// Events written in one unit of work.
const BATCH: usize = 64;

/// Refusals of one address that fall into the same window are one row with a count: anybody can cause them for nothing.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Rows of such refusals in a window; those of further addresses share one that names none.
const MOST_ADDRESSES: i64 = 200;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody signed in.
    SignedIn,
    /// E-mail and password did not fit, or the account is locked.
    SignInFailed,
    /// Too many failures: an account's door stays closed for a while.
    LockedOut,
    /// A second factor was not right.
    MfaFailed,
    /// A second factor was set up.
    MfaEnabled,
    /// A second factor was taken away.
    MfaDisabled,
    /// A backup code was used.
    BackupCodeUsed,
    /// Backup codes were made in place of those before.
    BackupCodesMade,
    /// A user added a passkey.
    PasskeyAdded,
    /// A user took a passkey away.
    PasskeyRemoved,
    /// Somebody signed out.
    SignedOut,
    /// A user ended one of their sessions.
    SessionEnded,
    /// A user ended all of their sessions.
    AllSessionsEnded,
    /// A refresh token came a second time; its session was revoked.
    RefreshReused,
    /// An access token was not valid.
    TokenRejected,
    /// A signed-in user lacked a permission.
    AccessDenied,
    /// The refresh cookie came without what only our own pages send beside it.
    CookieRefused,
    /// Somebody asked too often.
    RateLimited,
    /// A plugin asked for what it was not granted.
    PluginDenied,
    /// Somebody made an API key.
    ApiKeyMade,
    /// Another API key took the place of one.
    ApiKeyRotated,
    /// An API key was renamed, or lost scopes.
    ApiKeyChanged,
    /// An API key was revoked.
    ApiKeyRevoked,
    /// A user was made.
    UserCreated,
    /// A user's role changed.
    RoleChanged,
    /// A user was locked.
    UserLocked,
    /// A user was unlocked.
    UserUnlocked,
    /// The set-up link made the first super admin.
    SetUp,
    /// Somebody asked for a link to choose another password.
    PasswordResetAsked,
    /// A password was chosen anew by a link.
    PasswordReset,
    /// A password was changed by its owner.
    PasswordChanged,
    /// An invitation was sent again.
    InvitationSent,
    /// An invitation was accepted.
    InvitationAccepted,
    /// Somebody asked for an account.
    RegistrationAsked,
    /// Somebody asked for another address of their account.
    EmailChangeAsked,
    /// One of both addresses agreed.
    EmailChangeAgreed,
    /// An account has another address.
    EmailChanged,
    /// A one-time link was not good, or not any more.
    LinkRefused,
    /// A new key signs tokens.
    SigningKeyRotated,
    /// A new version of the master key seals secrets.
    MasterKeyRotated,
}

impl Kind {
    /// As it stands in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::LockedOut => "locked_out",
            Self::MfaFailed => "mfa_failed",
            Self::MfaEnabled => "mfa_enabled",
            Self::MfaDisabled => "mfa_disabled",
            Self::BackupCodeUsed => "backup_code_used",
            Self::BackupCodesMade => "backup_codes_made",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::SignedOut => "signed_out",
            Self::SessionEnded => "session_ended",
            Self::AllSessionsEnded => "all_sessions_ended",
            Self::RefreshReused => "refresh_reused",
            Self::TokenRejected => "token_rejected",
            Self::AccessDenied => "access_denied",
            Self::CookieRefused => "cookie_refused",
            Self::RateLimited => "rate_limited",
            Self::PluginDenied => "plugin_denied",
            Self::ApiKeyMade => "api_key_made",
            Self::ApiKeyRotated => "api_key_rotated",
            Self::ApiKeyChanged => "api_key_changed",
            Self::ApiKeyRevoked => "api_key_revoked",
            Self::UserCreated => "user_created",
            Self::RoleChanged => "role_changed",
            Self::UserLocked => "user_locked",
            Self::UserUnlocked => "user_unlocked",
            Self::SetUp => "set_up",
            Self::PasswordResetAsked => "password_reset_asked",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::InvitationSent => "invitation_sent",
            Self::InvitationAccepted => "invitation_accepted",
            Self::RegistrationAsked => "registration_asked",
            Self::EmailChangeAsked => "email_change_asked",
            Self::EmailChangeAgreed => "email_change_agreed",
            Self::EmailChanged => "email_changed",
            Self::LinkRefused => "link_refused",
            Self::SigningKeyRotated => "signing_key_rotated",
            Self::MasterKeyRotated => "master_key_rotated",
        }
    }

    /// Whether a caller can cause it at will, by a request that is turned away.
    #[must_use]
    const fn is_refusal(self) -> bool {
        matches!(
            self,
            Self::TokenRejected
                | Self::AccessDenied
                | Self::SignInFailed
                | Self::MfaFailed
                | Self::CookieRefused
                | Self::LinkRefused
                | Self::RateLimited
        )
    }

    /// How much it matters.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::SignedIn | Self::SignedOut | Self::UserUnlocked => Severity::Low,
            Self::SessionEnded | Self::AllSessionsEnded => Severity::Low,
            Self::SignInFailed | Self::TokenRejected | Self::AccessDenied | Self::PluginDenied => Severity::Medium,
            Self::CookieRefused | Self::RateLimited => Severity::Medium,
            Self::ApiKeyMade | Self::ApiKeyRotated | Self::ApiKeyChanged | Self::ApiKeyRevoked => Severity::Medium,
            Self::UserCreated | Self::RoleChanged | Self::UserLocked => Severity::Medium,
            Self::PasswordResetAsked | Self::InvitationSent | Self::InvitationAccepted => Severity::Low,
            Self::RegistrationAsked | Self::EmailChangeAgreed => Severity::Low,
            Self::PasswordReset | Self::PasswordChanged | Self::LinkRefused => Severity::Medium,
            Self::EmailChangeAsked | Self::EmailChanged => Severity::Medium,
            Self::SigningKeyRotated | Self::MasterKeyRotated => Severity::Medium,
            Self::MfaFailed | Self::MfaEnabled | Self::BackupCodeUsed | Self::BackupCodesMade => Severity::Medium,
            Self::PasskeyAdded | Self::PasskeyRemoved => Severity::Medium,
            Self::LockedOut | Self::MfaDisabled | Self::RefreshReused | Self::SetUp => Severity::High,
        }
    }
}

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// For the record.
    Low,
    /// Worth a look when there are many.
    Medium,
    /// Worth a look.
    High,
    /// Somebody should act now.
    Critical,
}

impl Severity {
    /// Every severity.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// As it stands in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// An event to keep.
#[derive(Clone, Debug)]
pub struct SecurityEvent {
    /// What happened.
    pub kind: Kind,
    /// Whose account it was about.
    pub email: Option<String>,
    /// The client.
    pub origin: Origin,
    /// More, as a JSON object without secrets.
    pub details: Value,
}

impl SecurityEvent {
    /// An event without details.
    #[must_use]
    pub fn new(kind: Kind, origin: &Origin) -> Self {
        Self { kind, email: None, origin: origin.clone(), details: json!({}) }
    }

    /// Says whose account it was about.
    #[must_use]
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Adds details, a JSON object.
    #[must_use]
    pub fn details(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// Keeps it in the unit of work that it belongs to.
    ///
    /// # Errors
    /// The store's.
    pub fn record(&self, unit: &Connection, clock: &Clock) -> Result<()> {
        if self.kind.is_refusal() { keep(unit, clock, &(self.clone(), 1)) } else { self.insert(unit, clock) }
    }

    fn insert(&self, unit: &Connection, clock: &Clock) -> Result<()> {
        store::insert_event(unit, self, clock.now())
    }

    /// True for refusals that are kept as one row.
    fn folds_with(&self, other: &Self) -> bool {
        self.kind.is_refusal()
            && self.kind == other.kind
            && self.email == other.email
            && self.origin.ip_address == other.origin.ip_address
            && self.details["user"] == other.details["user"]
    }
}

/// Writes events that belong to no unit of work, without making the answer wait. Clones share the queue.
#[derive(Clone)]
pub struct SecurityEvents(mpsc::Sender<Message>);

enum Message {
    Event(SecurityEvent),
    Flush(oneshot::Sender<()>),
}

impl SecurityEvents {
    /// Starts the task that writes; it ends with the last clone. Needs a tokio runtime.
    #[must_use]
    pub fn start(store: Store, clock: Clock) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write_queued(receiver, store, clock));
        Self(sender)
    }

    /// Queues an event.
    pub fn queue(&self, event: SecurityEvent) {
        if let Err(refused) = self.0.try_send(Message::Event(event)) {
            tracing::warn!(event = ?refused, "a security event was not stored");
        }
    }

    /// Waits until everything queued so far is stored.
    pub async fn flush(&self) {
        let (done, told) = oneshot::channel();
        if self.0.send(Message::Flush(done)).await.is_ok() {
            told.await.unwrap_or_default();
        }
    }
}

async fn write_queued(mut receiver: mpsc::Receiver<Message>, store: Store, clock: Clock) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        for message in batch.drain(..) {
            match message {
                Message::Event(event) => events.push(event),
                Message::Flush(done) => waiting.push(done),
            }
        }
        if !events.is_empty() {
            write(&store, &clock, events).await;
        }
        for done in waiting {
            // Whoever asked may have gone.
            done.send(()).unwrap_or_default();
        }
    }
}

async fn write(store: &Store, clock: &Clock, events: Vec<SecurityEvent>) {
    let (clock, count) = (clock.clone(), events.len());
    let folded = folded(events);
    let written = store.write(Owner::Core, move |unit| folded.iter().try_for_each(|event| keep(unit, &clock, event)));
    let written = written.await;
    if let Err(error) = written {
        tracing::error!(%error, count, "security events were not stored");
    }
}

/// Events in their order, refusals of one address counted.
fn folded(events: Vec<SecurityEvent>) -> Vec<(SecurityEvent, i64)> {
    let mut folded: Vec<(SecurityEvent, i64)> = Vec::new();
    for event in events {
        match folded.iter_mut().find(|(known, _)| known.folds_with(&event)) {
            Some((_, count)) => *count += 1,
            None => folded.push((event, 1)),
        }
    }
    folded
}

fn keep(unit: &Connection, clock: &Clock, (event, count): &(SecurityEvent, i64)) -> Result<()> {
    if !event.kind.is_refusal() {
        return event.insert(unit, clock);
    }
    let (now, mut event) = (clock.now(), event.clone());
    let since = now - WINDOW;
    if store::count_again(unit, &event, *count, since, now)? {
        return Ok(());
    }
    if store::count_events(unit, event.kind, since)? >= MOST_ADDRESSES {
        event.origin = Origin::default();
        event.email = None;
        event.details = json!({});
        if store::count_again(unit, &event, *count, since, now)? {
            return Ok(());
        }
    }
    event.details["count"] = json!(count);
    event.insert(unit, clock)
}
