import { api, listOf } from "../../api/api";
import type { List, Mail } from "../../api/types";
import type { Params } from "../../api/transport";

const mailApi = api.injectEndpoints({
  endpoints: (build) => ({
    listMail: build.query<List<Mail>, Params>({
      query: (params) => ({ url: "/mail", params }),
      transformResponse: listOf<Mail>,
      providesTags: ["Mail"],
    }),
    retryMail: build.mutation<unknown, number>({
      query: (id) => ({ url: `/mail/${id}/retry`, method: "POST" }),
      invalidatesTags: ["Mail"],
    }),
  }),
});

export const { useListMailQuery, useRetryMailMutation } = mailApi;
