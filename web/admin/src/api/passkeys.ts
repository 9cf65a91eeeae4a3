import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from "@simplewebauthn/browser";

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON;
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON;
export type NewCredential = RegistrationResponseJSON;
export type UsedCredential = AuthenticationResponseJSON;

/** Why the browser came back without a passkey. */
export type PasskeyEnd = "cancelled" | "known" | "failed";

/** Whether this browser has passkeys, which it has on secure pages alone. */
export function passkeysWork(): boolean {
  return browserSupportsWebAuthn();
}

/** Lets the browser make a passkey. Its failures are told by `endOf`. */
export function makePasskey(options: CreationOptions): Promise<NewCredential> {
  return startRegistration({ optionsJSON: options });
}

/** Lets the browser prove that it has one. */
export function provePasskey(options: RequestOptions): Promise<UsedCredential> {
  return startAuthentication({ optionsJSON: options });
}

/** What a failure of the browser means. It says on purpose not whether somebody pressed "cancel" or had no passkey. */
export function endOf(failure: unknown): PasskeyEnd {
  const name = failure instanceof Error ? failure.name : "";
  if (name === "NotAllowedError" || name === "AbortError") return "cancelled";
  return name === "InvalidStateError" ? "known" : "failed";
}
