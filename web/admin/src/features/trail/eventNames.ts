/** Every event that the panel has words for; a newer host may know more, which are shown by their names. */
export const EVENT_NAMES = [
  "signed_in",
  "sign_in_failed",
  "locked_out",
  "mfa_failed",
  "mfa_enabled",
  "mfa_disabled",
  "mfa_reset",
  "backup_code_used",
  "backup_codes_made",
  "passkey_added",
  "passkey_removed",
  "signed_out",
  "session_ended",
  "all_sessions_ended",
  "refresh_reused",
  "token_rejected",
  "access_denied",
  "cookie_refused",
  "rate_limited",
  "plugin_denied",
  "link_refused",
  "password_changed",
  "password_reset",
  "password_reset_asked",
  "email_change_asked",
  "email_change_agreed",
  "email_changed",
  "invitation_sent",
  "invitation_accepted",
  "registration_asked",
  "user_created",
  "role_changed",
  "user_locked",
  "user_unlocked",
  "api_key_made",
  "api_key_changed",
  "api_key_rotated",
  "api_key_revoked",
  "signing_key_rotated",
  "master_key_rotated",
  "set_up",
] as const;

export type EventName = (typeof EVENT_NAMES)[number];

export function eventNamed(name: string): EventName | undefined {
  return EVENT_NAMES.find((known) => known === name);
}

const ACTION_NAMES = [
  "create",
  "replace",
  "change",
  "delete",
  "restore",
  "lock",
  "unlock",
  "invite",
  "accept",
  "ask_email",
  "reset_mfa",
  "enable_mfa",
  "disable_mfa",
  "renew_backup_codes",
  "retry",
  "test",
  "erase",
  "export",
  "install",
  "enable",
  "disable",
  "upgrade",
  "rollback",
  "uninstall",
  "trust",
  "reset",
  "rotate",
  "revoke",
] as const;

export type ActionName = (typeof ACTION_NAMES)[number];

export function actionNamed(name: string): ActionName | undefined {
  return ACTION_NAMES.find((known) => known === name);
}

export { ACTION_NAMES };
