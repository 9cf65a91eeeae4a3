/** Keys of calls whose answer never came, by what was sent. */
const unanswered = new Map<string, string>();

/**
 * The idempotency key for a POST. A call whose answer was lost keeps its key when it is sent again,
 * so that pressing the button twice on a bad line does the thing once.
 */
export function keyFor(url: string, body: string): string {
  const sent = `${url} ${body}`;
  const key = unanswered.get(sent) ?? randomKey();
  unanswered.set(sent, key);
  return key;
}

/** The host answered: the next same call is a new one. */
export function answered(url: string, body: string): void {
  unanswered.delete(`${url} ${body}`);
}

/** 128 random bits. `crypto.randomUUID` is missing on plain http, where a panel may run too. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
