import { api } from "../../api/api";
import type { Role } from "../../api/identityTypes";
import type { Row } from "../../api/types";

export const USERS = "/users";

export type UserStatus = "active" | "invited" | "locked";

export const STATUSES: UserStatus[] = ["active", "invited", "locked"];

/** Somebody with an account, as those see them who manage users. */
export interface UserRow extends Row {
  email: string;
  name: string;
  role: Role;
  status: UserStatus;
  language: "en" | "de";
  timezone: string;
  avatar_url: string | null;
  two_factor_enabled: boolean;
  last_login_at: string | null;
  login_count: number;
  failed_login_attempts: number;
  locked_until: string | null;
  password_changed_at: string | null;
}

/** What can be done with an account beside changing its record. */
export type UserAction = "invite" | "lock" | "unlock" | "mfa/reset";

const usersApi = api.injectEndpoints({
  endpoints: (build) => ({
    actOnUser: build.mutation<unknown, { id: number; action: UserAction }>({
      query: ({ id, action }) => ({ url: `${USERS}/${id}/${action}`, method: "POST" }),
      invalidatesTags: ["Row"],
    }),
  }),
});

export const { useActOnUserMutation } = usersApi;
