import { api, dataOf } from "../../api/api";
import type { Grants, PluginDetail, PluginSettings, PluginUsage } from "../../api/types";
import { readRightsAfter } from "./ownRights";

const pluginsApi = api.injectEndpoints({
  endpoints: (build) => ({
    readPlugin: build.query<PluginDetail, string>({
      query: (id) => `/plugins/${id}`,
      transformResponse: dataOf<PluginDetail>,
      providesTags: ["Plugin"],
    }),
    enablePlugin: build.mutation<unknown, { id: string; grants: Grants }>({
      query: ({ id, grants }) => ({ url: `/plugins/${id}/enable`, method: "POST", body: { grants } }),
      invalidatesTags: ["Plugin", "Panel", "Row"],
      onQueryStarted: (_, { dispatch, queryFulfilled }) => readRightsAfter(queryFulfilled, dispatch),
    }),
    disablePlugin: build.mutation<unknown, string>({
      query: (id) => ({ url: `/plugins/${id}/disable`, method: "POST", body: {} }),
      invalidatesTags: ["Plugin", "Panel", "Row"],
      onQueryStarted: (_, { dispatch, queryFulfilled }) => readRightsAfter(queryFulfilled, dispatch),
    }),
    resetPlugin: build.mutation<unknown, string>({
      query: (id) => ({ url: `/plugins/${id}/reset`, method: "POST", body: {} }),
      invalidatesTags: ["Plugin"],
    }),
    changeGrants: build.mutation<unknown, { id: string; grants: Grants }>({
      query: ({ id, grants }) => ({ url: `/plugins/${id}/grants`, method: "PUT", body: grants }),
      invalidatesTags: ["Plugin"],
    }),
    readSettings: build.query<PluginSettings, string>({
      query: (id) => `/plugins/${id}/settings`,
      transformResponse: dataOf<PluginSettings>,
    }),
    changeSettings: build.mutation<unknown, { id: string; values: Record<string, unknown> }>({
      query: ({ id, values }) => ({ url: `/plugins/${id}/settings`, method: "PUT", body: values }),
    }),
    readUsage: build.query<PluginUsage, string>({
      query: (id) => `/plugins/${id}/usage`,
      transformResponse: dataOf<PluginUsage>,
    }),
  }),
});

export const {
  useReadPluginQuery,
  useEnablePluginMutation,
  useDisablePluginMutation,
  useResetPluginMutation,
  useChangeGrantsMutation,
  useReadSettingsQuery,
  useChangeSettingsMutation,
  useReadUsageQuery,
} = pluginsApi;
