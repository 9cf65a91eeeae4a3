/** Shapes of people with an account, and of all that lets them in. */

import type { Language } from "./types";

export type Role = "viewer" | "editor" | "admin" | "super_admin";

export const ROLES: Role[] = ["viewer", "editor", "admin", "super_admin"];

/** Somebody who is signed in, as they see themselves. */
export interface User {
  id: number;
  email: string;
  name: string;
  role: Role;
  language: Language | null;
  timezone: string;
  avatar_url: string | null;
  preferences: Record<string, unknown>;
  two_factor_enabled: boolean;
  /** Whether an app makes codes for it; a passkey alone is a second factor too. */
  totp_enabled: boolean;
  /** Until when their role lets them do without a second factor; null where it is set up or not asked for. */
  mfa_setup_due_at: string | null;
  /** That time is over: nothing is open to them but setting it up. */
  mfa_setup_required: boolean;
  permissions: string[];
}

export interface SignedIn {
  access_token: string;
  token_type: "Bearer";
  /** Seconds. */
  expires_in: number;
  user: User;
}

export type SecondFactor = "totp" | "backup_code" | "passkey";

/** The password was right, and something more is asked for. */
export interface Challenge {
  mfa_token: string;
  methods: SecondFactor[];
  /** Seconds. */
  expires_in: number;
}

/** Where an authenticator app takes its secret from. */
export interface Enrolment {
  secret: string;
  otpauth_url: string;
}

/** Shown once, and kept by nobody but their owner. */
export interface BackupCodes {
  backup_codes: string[];
}

export interface Passkey {
  id: number | string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}

/** A passkey that was added; the first second factor of somebody brings backup codes with it. */
export interface NewPasskey extends Passkey {
  backup_codes?: string[];
}

/** What the browser is asked, and what tells the host later which question it was. */
export interface PasskeyQuestion<Options> {
  state: string;
  options: Options;
}

/** A device that somebody is signed in with. */
export interface Session {
  id: number | string;
  current: boolean;
  created_at: string;
  last_used_at: string;
  expires_at: string;
  ip_address: string | null;
  user_agent: string | null;
}

export interface ApiKey {
  id: number;
  name: string;
  /** How it begins, so that its owner knows it again. */
  prefix: string;
  scopes: string[];
  expires_at: string | null;
  last_used_at: string | null;
  created_at: string;
}

/** The one answer that holds the key itself. */
export interface NewApiKey extends ApiKey {
  key: string;
}

/** Who is invited, and as what. */
export interface Invitation {
  email: string;
  name: string;
  role: Role;
  language: Language;
}

/** Both addresses have to agree to a change. */
export interface EmailConfirmation {
  status: "waiting_for_other" | "changed";
}

/** Whether a sign-in is done, or asks for more. */
export function isChallenge(answer: SignedIn | Challenge): answer is Challenge {
  return "mfa_token" in answer;
}
