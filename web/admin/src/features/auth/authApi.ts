import { api, dataOf } from "../../api/api";
import type { Challenge, EmailConfirmation, Invitation, PasskeyQuestion, SignedIn } from "../../api/identityTypes";
import type { RequestOptions, UsedCredential } from "../../api/passkeys";
import type { Language } from "../../api/types";

export interface FirstUser {
  email: string;
  name: string;
  password: string;
}

/** The door: everybody may knock, so nothing here carries a token. */
const authApi = api.injectEndpoints({
  endpoints: (build) => ({
    signIn: build.mutation<SignedIn | Challenge, { email: string; password: string }>({
      query: (body) => ({ url: "/auth/login", method: "POST", body, anonymous: true }),
      transformResponse: dataOf<SignedIn | Challenge>,
    }),
    proveSecondFactor: build.mutation<SignedIn, { mfa_token: string; code: string }>({
      query: (body) => ({ url: "/auth/mfa", method: "POST", body, anonymous: true }),
      transformResponse: dataOf<SignedIn>,
    }),
    askForPasskey: build.mutation<PasskeyQuestion<RequestOptions>, { mfa_token?: string }>({
      query: (body) => ({ url: "/auth/passkeys/sign-in/options", method: "POST", body, anonymous: true }),
      transformResponse: dataOf<PasskeyQuestion<RequestOptions>>,
    }),
    signInWithPasskey: build.mutation<SignedIn, { state: string; credential: UsedCredential }>({
      query: (body) => ({ url: "/auth/passkeys/sign-in", method: "POST", body, anonymous: true }),
      transformResponse: dataOf<SignedIn>,
    }),
    checkSetUp: build.query<{ valid: boolean }, string>({
      query: (token) => ({ url: `/auth/setup/${encodeURIComponent(token)}`, anonymous: true }),
      transformResponse: dataOf<{ valid: boolean }>,
    }),
    setUp: build.mutation<SignedIn, { token: string; user: FirstUser & { language: Language } }>({
      query: ({ token, user }) => ({
        url: `/auth/setup/${encodeURIComponent(token)}`,
        method: "POST",
        body: user,
        anonymous: true,
      }),
      transformResponse: dataOf<SignedIn>,
    }),
    forgetPassword: build.mutation<null, { email: string }>({
      query: (body) => ({ url: "/auth/password/forgot", method: "POST", body, anonymous: true }),
    }),
    resetPassword: build.mutation<null, { token: string; password: string }>({
      query: (body) => ({ url: "/auth/password/reset", method: "POST", body, anonymous: true }),
    }),
    readInvitation: build.query<Invitation, string>({
      query: (token) => ({ url: `/auth/invitations/${encodeURIComponent(token)}`, anonymous: true }),
      transformResponse: dataOf<Invitation>,
    }),
    acceptInvitation: build.mutation<SignedIn, { token: string; name: string; password: string }>({
      query: ({ token, ...body }) => ({
        url: `/auth/invitations/${encodeURIComponent(token)}`,
        method: "POST",
        body,
        anonymous: true,
      }),
      transformResponse: dataOf<SignedIn>,
    }),
    register: build.mutation<null, FirstUser & { language: Language }>({
      query: (body) => ({ url: "/auth/register", method: "POST", body, anonymous: true }),
    }),
    verifyEmail: build.mutation<null, { token: string }>({
      query: (body) => ({ url: "/auth/email/verify", method: "POST", body, anonymous: true }),
    }),
    confirmEmail: build.mutation<EmailConfirmation, { token: string }>({
      query: (body) => ({ url: "/auth/email/confirm", method: "POST", body, anonymous: true }),
      transformResponse: dataOf<EmailConfirmation>,
    }),
  }),
});

export const {
  useSignInMutation,
  useProveSecondFactorMutation,
  useAskForPasskeyMutation,
  useSignInWithPasskeyMutation,
  useCheckSetUpQuery,
  useSetUpMutation,
  useForgetPasswordMutation,
  useResetPasswordMutation,
  useReadInvitationQuery,
  useAcceptInvitationMutation,
  useRegisterMutation,
  useVerifyEmailMutation,
  useConfirmEmailMutation,
} = authApi;
