import type { ApiError, FieldProblem } from "./types";

interface WireError {
  error?: { code?: string; message?: string; details?: FieldProblem[] };
}

/** The error that a refused call is answered with, also when the body is not the API's own. */
export async function errorOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as WireError | null;
  return {
    status: response.status,
    code: body?.error?.code ?? `HTTP_${response.status}`,
    message: body?.error?.message ?? response.statusText,
    details: body?.error?.details ?? [],
    requestId: response.headers.get("x-request-id"),
    retryAfter: secondsOf(response.headers.get("retry-after")),
  };
}

/** `Retry-After` as whole seconds; the host never sends a date. */
function secondsOf(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null;
}

/** The error when no answer came at all. */
export const unreachable: ApiError = {
  status: 0,
  code: "UNREACHABLE",
  message: "",
  details: [],
  requestId: null,
  retryAfter: null,
};

/** Whether something that was thrown is an error of the API. */
export function isApiError(error: unknown): error is ApiError {
  return typeof error === "object" && error !== null && "code" in error && "details" in error;
}

/** What was thrown, as an error of the API. */
export function asApiError(error: unknown): ApiError {
  return isApiError(error) ? error : { ...unreachable, code: "UNKNOWN", message: String(error) };
}
