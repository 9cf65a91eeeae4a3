import type { Capability, Contract, Grants, Plugin } from "../../api/types";

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

/** All that is decided on: what a plugin asks for, and the time of the machine that every one has. */
export function powersOf({ capabilities, times }: Pick<Contract, "capabilities" | "times">): Capability[] {
  const always = { detail: [], reason: { en: "", de: "" }, granted: true, always: true };
  return [...capabilities, ...times.map((time) => ({ ...time, ...always }))];
}

/** Where the form starts: what is granted now, or all that is asked when nothing was ever decided. Zero is nothing. */
export function wishesFrom(capabilities: Capability[], decided: boolean): Wishes {
  return Object.fromEntries(
    capabilities.map(({ id, granted, quantity, always = false }) => {
      const amount = (decided && granted ? quantity?.granted : null) ?? quantity?.asked;
      const allowed = always || !decided || (granted && amount !== 0);
      return [id, { allowed, quantity: String((amount === 0 ? quantity?.asked : amount) ?? "") }];
    }),
  );
}

/**
 * What is sent: a quantity where one is counted, true where not. What is missing is not granted; of what every plugin has
 * it stays as it is.
 */
export function grantsFrom(capabilities: Capability[], wishes: Wishes): Grants {
  const changed = ({ id, quantity, always }: Capability) =>
    !always || Number(wishes[id]?.quantity) !== quantity?.granted;
  const allowed = capabilities.filter((capability) => wishes[capability.id]?.allowed && changed(capability));
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
