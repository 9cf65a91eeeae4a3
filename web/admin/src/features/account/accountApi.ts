import { api, dataOf, listOf } from "../../api/api";
import type { BackupCodes, Enrolment, NewPasskey, Passkey, PasskeyQuestion, Session, SignedIn, User } from "../../api/identityTypes";
import type { CreationOptions, NewCredential } from "../../api/passkeys";
import type { Language } from "../../api/types";

export interface ProfileChange {
  name?: string;
  language?: Language;
  timezone?: string;
  avatar_url?: string | null;
}

/** Whoever changes how they sign in says the password again. */
interface Proof {
  password: string;
}

interface CodeProof extends Proof {
  code: string;
}

const accountApi = api.injectEndpoints({
  endpoints: (build) => ({
    changeProfile: build.mutation<User, ProfileChange>({
      query: (body) => ({ url: "/auth/me", method: "PATCH", body }),
      transformResponse: dataOf<User>,
    }),
    changePassword: build.mutation<SignedIn, { current_password: string; new_password: string }>({
      query: (body) => ({ url: "/auth/password/change", method: "POST", body, secret: true }),
      transformResponse: dataOf<SignedIn>,
      invalidatesTags: ["Session"],
    }),
    changeEmail: build.mutation<null, Proof & { email: string }>({
      query: (body) => ({ url: "/auth/email/change", method: "POST", body, secret: true }),
    }),
    enrol: build.mutation<Enrolment, Proof>({
      query: (body) => ({ url: "/auth/mfa/enroll", method: "POST", body, secret: true }),
      transformResponse: dataOf<Enrolment>,
    }),
    confirmEnrolment: build.mutation<BackupCodes, { code: string }>({
      query: (body) => ({ url: "/auth/mfa/confirm", method: "POST", body, secret: true }),
      transformResponse: dataOf<BackupCodes>,
    }),
    disableTwoFactor: build.mutation<null, CodeProof>({
      query: (body) => ({ url: "/auth/mfa/disable", method: "POST", body, secret: true }),
    }),
    makeBackupCodes: build.mutation<BackupCodes, CodeProof>({
      query: (body) => ({ url: "/auth/mfa/backup-codes", method: "POST", body, secret: true }),
      transformResponse: dataOf<BackupCodes>,
    }),
    listPasskeys: build.query<Passkey[], void>({
      query: () => "/auth/passkeys",
      transformResponse: (envelope: unknown) => listOf<Passkey>(envelope).rows,
      providesTags: ["Passkey"],
    }),
    askToMakePasskey: build.mutation<PasskeyQuestion<CreationOptions>, Proof>({
      query: (body) => ({ url: "/auth/passkeys/register/options", method: "POST", body, secret: true }),
      transformResponse: dataOf<PasskeyQuestion<CreationOptions>>,
    }),
    keepPasskey: build.mutation<NewPasskey, { state: string; name: string; credential: NewCredential }>({
      query: (body) => ({ url: "/auth/passkeys/register", method: "POST", body, secret: true }),
      transformResponse: dataOf<NewPasskey>,
      invalidatesTags: ["Passkey"],
    }),
    deletePasskey: build.mutation<null, Passkey["id"]>({
      query: (id) => ({ url: `/auth/passkeys/${id}`, method: "DELETE" }),
      invalidatesTags: ["Passkey"],
    }),
    listSessions: build.query<Session[], void>({
      query: () => "/auth/sessions",
      transformResponse: (envelope: unknown) => listOf<Session>(envelope).rows,
      providesTags: ["Session"],
    }),
    endSession: build.mutation<null, Session["id"]>({
      query: (id) => ({ url: `/auth/sessions/${id}`, method: "DELETE" }),
      invalidatesTags: ["Session"],
    }),
    signOutEverywhere: build.mutation<null, void>({
      query: () => ({ url: "/auth/logout-all", method: "POST", secret: true }),
    }),
  }),
});

export const {
  useChangeProfileMutation,
  useChangePasswordMutation,
  useChangeEmailMutation,
  useEnrolMutation,
  useConfirmEnrolmentMutation,
  useDisableTwoFactorMutation,
  useMakeBackupCodesMutation,
  useListPasskeysQuery,
  useAskToMakePasskeyMutation,
  useKeepPasskeyMutation,
  useDeletePasskeyMutation,
  useListSessionsQuery,
  useEndSessionMutation,
  useSignOutEverywhereMutation,
} = accountApi;
