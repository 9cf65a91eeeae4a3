import type { User } from "./identityTypes";
import type { Access } from "./types";

/** Whether this user holds a permission such as `plugins:manage`. */
export function holds(user: User | null, permission: string): boolean {
  return user !== null && user.permissions.includes(permission);
}

/** Whether this user passes what a description asks for. The host decides; this only hides what would be refused. */
export function mayPass(user: User | null, access: Access): boolean {
  if (access === "public") return true;
  if (access === "signed_in") return user !== null;
  if (access === "nobody") return false;
  return holds(user, access.permission);
}

/** Whether this user reads the mail log and the jobs. */
export function runsTheSystem(user: User | null): boolean {
  return holds(user, "system:manage") || user?.role === "admin" || user?.role === "super_admin";
}
