import type { BaseQueryFn } from "@reduxjs/toolkit/query";
import type { Dispatch, UnknownAction } from "@reduxjs/toolkit";
import { errorOf, unreachable } from "./apiError";
import { answered, keyFor } from "./idempotency";
import { signedIn, signedOut, type WithSession } from "./session";
import type { SignedIn } from "./identityTypes";
import type { ApiError, Envelope } from "./types";

export const API = "/api/v1";

export type Params = Record<string, string | number | boolean | null | undefined>;

/** One call. `url` stands below `/api/v1`. */
export interface Call {
  url: string;
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  /** A file that is sent as it is, announced as its type says. */
  file?: Blob;
  params?: Params;
  /** Tag of the version that is being changed. */
  ifMatch?: string | null;
  /** Media types that the caller can read; JSON unless it says otherwise. */
  accept?: string;
  /** Sign-in itself: carries no token, no idempotency key, and a 401 means what it says. */
  anonymous?: boolean;
  /** What is sent or answered is a secret: the host is not asked to keep it in case the call comes again. */
  secret?: boolean;
}

/** What of the answer's head callers need. */
export interface Meta {
  etag: string | null;
}

/** The store, as far as calls need it. */
export interface SessionAccess {
  getState: () => unknown;
  dispatch: Dispatch<UnknownAction>;
}

/** The base of every endpoint: the envelope, or an error of the API. */
export const baseQuery: BaseQueryFn<Call | string, Envelope<unknown> | null, ApiError, object, Meta> = async (
  argument,
  session,
) => {
  const call = typeof argument === "string" ? { url: argument } : argument;
  try {
    const response = await authorizedFetch(call, session, session.signal);
    const meta = { etag: response.headers.get("etag") };
    if (!response.ok) return { error: await errorOf(response), meta };
    const data = response.status === 204 ? null : ((await response.json()) as Envelope<unknown>);
    return { data, meta };
  } catch {
    return { error: unreachable };
  }
};

/** Sends a call with the token; when that has run out, renews it once and sends the call again. */
export async function authorizedFetch(call: Call, session: SessionAccess, signal?: AbortSignal): Promise<Response> {
  const token = tokenOf(session);
  const response = await send(call, token, signal);
  if (response.status !== 401 || call.anonymous) return response;
  const renewed = tokenOf(session) === token ? await renewSession(session) : tokenOf(session) !== null;
  return renewed ? send(call, tokenOf(session), signal) : response;
}

let renewal: Promise<boolean> | null = null;

/**
 * Trades the refresh cookie for a new access token; however many ask at once, one call is made.
 * True: signed in. False: nobody is, or the host could not be reached.
 */
export function renewSession(session: SessionAccess): Promise<boolean> {
  renewal ??= acrossTabs(() => renew(session)).finally(() => {
    renewal = null;
  });
  return renewal;
}

/** Two tabs that spend the same one-time cookie look like a thief, so tabs take turns. */
async function acrossTabs(task: () => Promise<boolean>): Promise<boolean> {
  return "locks" in navigator ? await navigator.locks.request("magnetiq.renewal", task) : await task();
}

async function renew(session: SessionAccess): Promise<boolean> {
  const response = await send({ url: "/auth/refresh", method: "POST", anonymous: true }, null);
  if (!response.ok) {
    if (response.status < 500) session.dispatch(signedOut());
    return false;
  }
  const { data } = (await response.json()) as Envelope<SignedIn>;
  const user = data.user ?? (await readUser(data.access_token));
  session.dispatch(signedIn({ ...data, user }));
  return true;
}

async function readUser(token: string): Promise<SignedIn["user"]> {
  const response = await send({ url: "/auth/me" }, token);
  const { data } = (await response.json()) as Envelope<SignedIn["user"]>;
  return data;
}

async function send(call: Call, token: string | null, signal?: AbortSignal): Promise<Response> {
  const url = `${API}${call.url}${queryOf(call.params)}`;
  const method = call.method ?? "GET";
  const text = call.body === undefined ? undefined : JSON.stringify(call.body);
  const keyed = method === "POST" && !call.anonymous && !call.secret && !call.file;
  const headers = headersOf(call, token);
  if (keyed) headers.set("idempotency-key", keyFor(url, text ?? ""));
  const response = await fetch(url, { method, headers, body: call.file ?? text, signal, credentials: "same-origin" });
  if (keyed) answered(url, text ?? "");
  return response;
}

function headersOf(call: Call, token: string | null): Headers {
  const headers = new Headers({ accept: call.accept ?? "application/json", "accept-language": document.documentElement.lang });
  // No other site can make a browser send this: without it the host takes no notice of the cookie.
  headers.set("x-requested-with", "magnetiq");
  if (call.body !== undefined) headers.set("content-type", "application/json");
  if (call.file) headers.set("content-type", call.file.type);
  if (token && !call.anonymous) headers.set("authorization", `Bearer ${token}`);
  if (call.ifMatch) headers.set("if-match", call.ifMatch);
  return headers;
}

function queryOf(params: Params = {}): string {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return query ? `?${query}` : "";
}

function tokenOf(session: SessionAccess): string | null {
  return (session.getState() as WithSession).session.token;
}
