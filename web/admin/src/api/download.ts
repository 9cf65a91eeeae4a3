import { errorOf } from "./apiError";
import { authorizedFetch, type Call, type SessionAccess } from "./transport";

/** Fetches a file with the token and hands it to the browser. Throws an `ApiError`. */
export async function download(call: Call, fileName: string, session: SessionAccess): Promise<void> {
  const response = await authorizedFetch({ ...call, accept: "text/csv, application/json" }, session);
  if (!response.ok) throw await errorOf(response);
  const address = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: address, download: fileName });
  link.click();
  URL.revokeObjectURL(address);
}
