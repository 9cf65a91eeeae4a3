import type { UserAction, UserRow } from "./usersApi";

/** Everything that a menu of a user offers, in its order. */
export type Offer = UserAction | "delete";

/** Whether wrong passwords keep somebody out for the moment. */
export function isPaused(until: string | null, now: number): boolean {
  return until !== null && Date.parse(until) > now;
}

/** What makes sense for this user. Nobody locks or deletes themselves; the host refuses it too. */
export function offersFor(user: UserRow, self: number | undefined, now: number): Offer[] {
  const other = user.id !== self;
  const shut = user.status === "locked" || isPaused(user.locked_until, now);
  const offers: [Offer, boolean][] = [
    ["invite", user.status === "invited"],
    ["unlock", shut],
    ["lock", other && user.status !== "locked"],
    ["mfa/reset", other && user.two_factor_enabled],
    ["delete", other],
  ];
  return offers.filter(([, sensible]) => sensible).map(([offer]) => offer);
}

/** The part of a sentence's key that stands for an offer. */
export function keyOf(offer: Offer) {
  return offer === "mfa/reset" ? "reset" : offer;
}
