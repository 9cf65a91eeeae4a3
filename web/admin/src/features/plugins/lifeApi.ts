import { api, dataOf } from "../../api/api";
import type { DataFate, Grants, PluginDetail, Uninstalled, UpgradePreview } from "../../api/types";
import { readRightsAfter } from "./ownRights";

/** What the host wants a `.mqp` file to be announced as. */
const PACKAGE = "application/zip";

const lifeApi = api.injectEndpoints({
  endpoints: (build) => ({
    installPackage: build.mutation<PluginDetail, File>({
      query: (file) => ({ url: "/plugins/packages", method: "POST", file: file.slice(0, file.size, PACKAGE) }),
      transformResponse: dataOf<PluginDetail>,
      invalidatesTags: ["Plugin"],
    }),
    previewUpgrade: build.query<UpgradePreview, { id: string; version: string }>({
      query: ({ id, version }) => ({ url: `/plugins/${id}/upgrade`, params: { version } }),
      transformResponse: dataOf<UpgradePreview>,
    }),
    upgradePlugin: build.mutation<unknown, { id: string; version: string; grants?: Grants }>({
      query: ({ id, ...body }) => ({ url: `/plugins/${id}/upgrade`, method: "POST", body }),
      invalidatesTags: ["Plugin", "Panel", "Row"],
      onQueryStarted: (_, { dispatch, queryFulfilled }) => readRightsAfter(queryFulfilled, dispatch),
    }),
    rollBackPlugin: build.mutation<unknown, string>({
      query: (id) => ({ url: `/plugins/${id}/rollback`, method: "POST", body: {} }),
      invalidatesTags: ["Plugin", "Panel", "Row"],
      onQueryStarted: (_, { dispatch, queryFulfilled }) => readRightsAfter(queryFulfilled, dispatch),
    }),
    uninstallPlugin: build.mutation<Uninstalled, { id: string; data: DataFate }>({
      query: ({ id, data }) => ({ url: `/plugins/${id}/uninstall`, method: "POST", body: { data } }),
      transformResponse: dataOf<Uninstalled>,
      // With its data the package may go too: the screen is left, and what it showed is not asked for again; the list is.
      invalidatesTags: (_, __, { data }) => [data === "keep" ? "Plugin" : { type: "Plugin", id: "LIST" }, "Panel", "Row"],
      onQueryStarted: (_, { dispatch, queryFulfilled }) => readRightsAfter(queryFulfilled, dispatch),
    }),
  }),
});

export const {
  useInstallPackageMutation,
  usePreviewUpgradeQuery,
  useUpgradePluginMutation,
  useRollBackPluginMutation,
  useUninstallPluginMutation,
} = lifeApi;
