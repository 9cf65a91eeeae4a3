import { onTestFinished } from "vitest";

const bytes = (text: string) => new TextEncoder().encode(text).buffer;

/** What a browser with passkeys is asked for, and what it gives: a passkey, or the failure of that name. */
export function browserWithPasskeys(failure?: string) {
  const asked: CredentialRequestOptions[] = [];
  const made: CredentialCreationOptions[] = [];
  const refuse = () => Promise.reject(new DOMException("no", failure));
  const shared = {
    id: "a2V5",
    rawId: bytes("key"),
    type: "public-key",
    authenticatorAttachment: "platform",
    getClientExtensionResults: () => ({}),
  };
  const credentials = {
    get: (options: CredentialRequestOptions) => {
      asked.push(options);
      const response = { authenticatorData: bytes("a"), clientDataJSON: bytes("c"), signature: bytes("s"), userHandle: null };
      return failure ? refuse() : Promise.resolve({ ...shared, response });
    },
    create: (options: CredentialCreationOptions) => {
      made.push(options);
      const response = { attestationObject: bytes("o"), clientDataJSON: bytes("c"), getTransports: () => ["internal"] };
      return failure ? refuse() : Promise.resolve({ ...shared, response });
    },
  };
  Object.defineProperty(window, "PublicKeyCredential", { value: () => undefined, configurable: true });
  Object.defineProperty(navigator, "credentials", { value: credentials, configurable: true });
  onTestFinished(() => {
    Reflect.deleteProperty(window, "PublicKeyCredential");
    Reflect.deleteProperty(navigator, "credentials");
  });
  return { asked, made };
}
