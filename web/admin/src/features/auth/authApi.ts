import { api, dataOf } from "../../api/api";
import type { Language, SignedIn } from "../../api/types";

export interface FirstUser {
  email: string;
  name: string;
  password: string;
}

const authApi = api.injectEndpoints({
  endpoints: (build) => ({
    signIn: build.mutation<SignedIn, { email: string; password: string }>({
      query: (body) => ({ url: "/auth/login", method: "POST", body, anonymous: true }),
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
  }),
});

export const { useSignInMutation, useCheckSetUpQuery, useSetUpMutation } = authApi;
