import { api, listOf } from "./api";
import type { Meta, Params } from "./transport";
import type { Envelope, List, Row, TaggedRow } from "./types";

interface Place {
  /** `/webinars/topics` */
  path: string;
  id: number;
}

interface Count {
  path: string;
  params: Params;
  field: string;
  values: string[];
}

function taggedOf(envelope: unknown, meta: Meta | undefined): TaggedRow {
  return { row: (envelope as Envelope<Row>).data, etag: meta?.etag ?? null };
}

/** Rows of any resource, by its path. A change may reach rows of other resources, so every change renews all rows. */
export const rowsApi = api.injectEndpoints({
  endpoints: (build) => ({
    listRows: build.query<List<Row>, { path: string; params?: Params }>({
      query: ({ path, params }) => ({ url: path, params }),
      transformResponse: listOf<Row>,
      providesTags: ["Row"],
    }),
    /** How many rows have one of the values in a field. */
    countRows: build.query<number, Count>({
      queryFn: async ({ path, params, field, values }, _api, _options, fetch) => {
        const answers = await Promise.all(
          values.map((value) => fetch({ url: path, params: { ...params, [field]: value, per_page: 1 } })),
        );
        const error = answers.find((answer) => answer.error)?.error;
        if (error) return { error };
        return { data: answers.reduce((sum, { data }) => sum + listOf<Row>(data).pagination.total, 0) };
      },
      providesTags: ["Row"],
    }),
    readRow: build.query<TaggedRow, Place>({
      query: ({ path, id }) => `${path}/${id}`,
      transformResponse: taggedOf,
      providesTags: ["Row"],
    }),
    createRow: build.mutation<TaggedRow, { path: string; body: Record<string, unknown> }>({
      query: ({ path, body }) => ({ url: path, method: "POST", body }),
      transformResponse: taggedOf,
      invalidatesTags: (_result, error) => (error ? [] : ["Row"]),
    }),
    changeRow: build.mutation<TaggedRow, Place & { body: Record<string, unknown>; etag: string | null }>({
      query: ({ path, id, body, etag }) => ({ url: `${path}/${id}`, method: "PATCH", body, ifMatch: etag }),
      transformResponse: taggedOf,
      invalidatesTags: (_result, error) => (error ? [] : ["Row"]),
    }),
    deleteRow: build.mutation<null, Place>({
      query: ({ path, id }) => ({ url: `${path}/${id}`, method: "DELETE" }),
      invalidatesTags: ["Row"],
    }),
    restoreRow: build.mutation<unknown, Place>({
      query: ({ path, id }) => ({ url: `${path}/${id}/restore`, method: "POST" }),
      invalidatesTags: ["Row"],
    }),
    runAction: build.mutation<{ message?: string } | null, { url: string }>({
      query: ({ url }) => ({ url, method: "POST", body: {} }),
      invalidatesTags: ["Row", "Mail", "Job"],
    }),
  }),
});

export const {
  useCountRowsQuery,
  useListRowsQuery,
  useReadRowQuery,
  useLazyReadRowQuery,
  useCreateRowMutation,
  useChangeRowMutation,
  useDeleteRowMutation,
  useRestoreRowMutation,
  useRunActionMutation,
} = rowsApi;
