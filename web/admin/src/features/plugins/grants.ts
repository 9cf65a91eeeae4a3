import type { Capability, Grants, Plugin } from "../../api/types";

/** What the admin is about to allow, as it stands in the inputs. */
export interface Wish {
  allowed: boolean;
  /** Empty where nothing is counted. */
  quantity: string;
}

export type Wishes = Record<string, Wish>;

/** Whether somebody has decided what it may do; one that was uninstalled is decided on anew. */
export function isDecided({ state }: Pick<Plugin, "state">): boolean {
  return state !== "available" && state !== "uninstalled";
}

/** Where the form starts: what is granted now, or all that is asked when nothing was ever decided. Zero is nothing. */
export function wishesFrom(capabilities: Capability[], decided: boolean): Wishes {
  return Object.fromEntries(
    capabilities.map(({ id, granted, quantity }) => {
      const amount = (decided && granted ? quantity?.granted : null) ?? quantity?.asked;
      const allowed = decided ? granted && amount !== 0 : true;
      return [id, { allowed, quantity: String((amount === 0 ? quantity?.asked : amount) ?? "") }];
    }),
  );
}

/** What is sent: a quantity where one is counted, true where not; what is missing is not granted. */
export function grantsFrom(capabilities: Capability[], wishes: Wishes): Grants {
  const allowed = capabilities.filter(({ id }) => wishes[id]?.allowed);
  return Object.fromEntries(
    allowed.map(({ id, quantity }) => [id, isCounted(quantity) ? Number(wishes[id]?.quantity) : true]),
  );
}

/** Whether an allowed quantity is a whole number above nothing; an admin may give more than is asked. */
export function isSound(capability: Capability, wish: Wish | undefined): boolean {
  if (!wish?.allowed || !isCounted(capability.quantity)) return true;
  const amount = Number(wish.quantity);
  return Number.isSafeInteger(amount) && amount > 0;
}

/** Whether more would be given than the plugin asks for, which it may never use. */
export function isMore(capability: Capability, wish: Wish): boolean {
  return isSound(capability, wish) && Number(wish.quantity) > (capability.quantity?.asked ?? Infinity);
}

/** Whether this capability comes in quantities. */
export function isCounted(quantity: Capability["quantity"]): boolean {
  return quantity?.asked != null;
}
