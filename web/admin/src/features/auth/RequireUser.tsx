import { useEffect, useState } from "react";
import { useSelector, useStore } from "react-redux";
import { Navigate, Outlet, useLocation } from "react-router";
import { unreachable } from "../../api/apiError";
import { selectSessionStatus } from "../../api/session";
import { renewSession } from "../../api/transport";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";

/** Lets signed-in people through; on a fresh page the refresh cookie is asked first who this is. */
export function RequireUser() {
  const status = useSelector(selectSessionStatus);
  const { pathname, search } = useLocation();
  const [attempt, setAttempt] = useState(1);
  if (status === "unknown") return <Renewal key={attempt} onRetry={() => setAttempt(attempt + 1)} />;
  if (status === "signed_in") return <Outlet />;
  const here = `${pathname}${search}`;
  // Who signs in after somebody has signed out may be somebody else.
  return <Navigate to={here === "/" || status === "left" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`} replace />;
}

function Renewal({ onRetry }: { onRetry: () => void }) {
  const store = useStore();
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    renewSession(store).then(
      (renewed) => setFailed(!renewed),
      () => setFailed(true),
    );
  }, [store]);

  if (!failed) return <Loading />;
  return (
    <div className="mx-auto max-w-md p-6">
      <ErrorNotice error={unreachable} onRetry={onRetry} />
    </div>
  );
}
