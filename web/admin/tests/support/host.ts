import { vi } from "vitest";
import type { FieldProblem } from "../../src/api/types";

/** A call as the host saw it. */
export interface Seen {
  method: string;
  /** Below `/api/v1`, without the query. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: unknown;
}

type Answer = Response | Promise<Response>;
type Handler = (seen: Seen) => Answer;

/** Answers calls in place of the host, by `METHOD /path`, and keeps what it saw. */
export function hostWith(handlers: Record<string, Handler>): Seen[] {
  const calls: Seen[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit = {}) => {
    const url = new URL(address, "http://site.test");
    const seen: Seen = {
      method: init.method ?? "GET",
      path: url.pathname.replace("/api/v1", ""),
      query: url.searchParams,
      headers: new Headers(init.headers),
      body: typeof init.body === "string" ? JSON.parse(init.body) : (init.body ?? undefined),
    };
    calls.push(seen);
    const handler = handlers[`${seen.method} ${seen.path}`];
    return handler ? handler(seen) : refusal(404, "NOT_FOUND", `No handler for ${seen.method} ${seen.path}.`);
  });
  return calls;
}

export function ok(data: unknown, headers: Record<string, string> = {}, status = 200): Response {
  return Response.json({ success: true, data }, { status, headers });
}

export function page(rows: unknown[], total = rows.length): Response {
  return Response.json({ success: true, data: rows, pagination: { page: 1, per_page: 20, total } });
}

export function refusal(status: number, code: string, message: string, details: FieldProblem[] = []): Response {
  const body = { success: false, error: { code, message, details } };
  return Response.json(body, { status, headers: { "x-request-id": "req-1" } });
}

/** The host asks for patience. */
export function later(status: 429 | 503, seconds: number): Response {
  const code = status === 429 ? "RATE_LIMITED" : "UNAVAILABLE";
  const body = { success: false, error: { code, message: "later", details: [] } };
  return Response.json(body, { status, headers: { "retry-after": String(seconds) } });
}

/** No answer at all. */
export function lost(): Promise<Response> {
  return Promise.reject(new TypeError("Failed to fetch"));
}

export function none(): Response {
  return new Response(null, { status: 204 });
}
