import { api, dataOf, listOf } from "./api";
import type { Panel, Plugin } from "./types";

/** What the shell, the dashboard and the screens of resources all start from. */
export const panelApi = api.injectEndpoints({
  endpoints: (build) => ({
    getPanel: build.query<Panel, void>({
      query: () => "/panel",
      transformResponse: dataOf<Panel>,
      providesTags: ["Panel"],
    }),
    listPlugins: build.query<Plugin[], void>({
      query: () => "/plugins?per_page=100",
      transformResponse: (envelope: unknown) => listOf<Plugin>(envelope).rows,
      providesTags: ["Plugin", { type: "Plugin", id: "LIST" }],
    }),
  }),
});

export const { useGetPanelQuery, useListPluginsQuery } = panelApi;
