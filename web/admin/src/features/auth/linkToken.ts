import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { asApiError } from "../../api/apiError";

/**
 * The token of a link from a mail. It stands in the fragment, which no server and no log ever sees, and leaves the
 * address bar and the history as soon as it is read, so that neither shows it to whoever looks.
 */
export function useLinkToken(): string {
  const { pathname, hash } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(hash.slice(1));
  // A second link, opened where the first one was, is the one that counts.
  if (hash && hash.slice(1) !== token) setToken(hash.slice(1));

  useEffect(() => {
    if (hash) void navigate(pathname, { replace: true });
  }, [hash, navigate, pathname]);

  return token;
}

/** Whether the host says that a link was used, has run out, or never was one; other faults may pass. */
export function isSpent(error: unknown): boolean {
  return [400, 401, 404, 409, 410].includes(asApiError(error).status) || namesToken(error);
}

function namesToken(error: unknown): boolean {
  return asApiError(error).details.some(({ field }) => field === "token");
}
