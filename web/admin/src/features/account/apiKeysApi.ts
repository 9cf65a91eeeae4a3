import { api, dataOf, listOf } from "../../api/api";
import type { ApiKey, NewApiKey } from "../../api/identityTypes";

export interface ApiKeyWish {
  name: string;
  scopes: string[];
  expires_at: string;
  password: string;
}

const apiKeysApi = api.injectEndpoints({
  endpoints: (build) => ({
    listApiKeys: build.query<ApiKey[], void>({
      query: () => "/api-keys?per_page=100",
      transformResponse: (envelope: unknown) => listOf<ApiKey>(envelope).rows,
      providesTags: ["ApiKey"],
    }),
    makeApiKey: build.mutation<NewApiKey, ApiKeyWish>({
      query: (body) => ({ url: "/api-keys", method: "POST", body, secret: true }),
      transformResponse: dataOf<NewApiKey>,
      invalidatesTags: ["ApiKey"],
    }),
    rotateApiKey: build.mutation<NewApiKey, { id: number; password: string }>({
      query: ({ id, ...body }) => ({ url: `/api-keys/${id}/rotate`, method: "POST", body, secret: true }),
      transformResponse: dataOf<NewApiKey>,
      invalidatesTags: ["ApiKey"],
    }),
    revokeApiKey: build.mutation<null, number>({
      query: (id) => ({ url: `/api-keys/${id}`, method: "DELETE" }),
      invalidatesTags: ["ApiKey"],
    }),
  }),
});

export const { useListApiKeysQuery, useMakeApiKeyMutation, useRotateApiKeyMutation, useRevokeApiKeyMutation } = apiKeysApi;
