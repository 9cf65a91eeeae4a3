import { api, listOf } from "../../api/api";
import type { Job, List } from "../../api/types";
import type { Params } from "../../api/transport";

const jobsApi = api.injectEndpoints({
  endpoints: (build) => ({
    listJobs: build.query<List<Job>, Params>({
      query: (params) => ({ url: "/jobs", params }),
      transformResponse: listOf<Job>,
      providesTags: ["Job"],
    }),
    retryJob: build.mutation<unknown, number>({
      query: (id) => ({ url: `/jobs/${id}/retry`, method: "POST" }),
      invalidatesTags: ["Job"],
    }),
  }),
});

export const { useListJobsQuery, useRetryJobMutation } = jobsApi;
