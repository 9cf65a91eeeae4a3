import type { Capability, Grants } from "../../api/types";

/** What the admin is about to allow, as it stands in the inputs. */
export interface Wish {
  allowed: boolean;
  /** Empty where nothing is counted. */
  quantity: string;
}

export type Wishes = Record<string, Wish>;

/** Where the form starts: what is granted now, or all that is asked when nothing was ever decided. */
export function wishesFrom(capabilities: Capability[], decided: boolean): Wishes {
  return Object.fromEntries(
    capabilities.map(({ id, granted, quantity }) => {
      const amount = (decided && granted ? quantity?.granted : null) ?? quantity?.asked;
      return [id, { allowed: decided ? granted : true, quantity: amount == null ? "" : String(amount) }];
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

/** Whether every allowed quantity is a whole number above nothing and not above what is asked. */
export function isSound(capability: Capability, wish: Wish | undefined): boolean {
  if (!wish?.allowed || !isCounted(capability.quantity)) return true;
  const amount = Number(wish.quantity);
  return Number.isInteger(amount) && amount > 0 && amount <= (capability.quantity?.asked ?? Infinity);
}

/** Whether this capability comes in quantities. */
export function isCounted(quantity: Capability["quantity"]): boolean {
  return quantity?.asked != null;
}
