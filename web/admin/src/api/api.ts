import { createApi } from "@reduxjs/toolkit/query/react";
import { baseQuery } from "./transport";
import type { Envelope, List } from "./types";

/** The one API; features add their endpoints with `injectEndpoints`. */
export const api = createApi({
  reducerPath: "api",
  baseQuery,
  tagTypes: ["Panel", "Plugin", "Row", "Mail", "Job", "Session", "Passkey", "ApiKey"],
  refetchOnMountOrArgChange: true,
  refetchOnReconnect: true,
  endpoints: () => ({}),
});

/** The data inside the envelope. */
export function dataOf<T>(envelope: unknown): T {
  return (envelope as Envelope<T>).data;
}

/** The rows of a list with their place in the whole. */
export function listOf<T>(envelope: unknown): List<T> {
  const { data, pagination } = envelope as Envelope<T[]>;
  return { rows: data, pagination: pagination ?? { page: 1, per_page: data.length, total: data.length } };
}
