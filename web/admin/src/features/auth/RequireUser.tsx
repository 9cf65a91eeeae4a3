import { useEffect } from "react";
import { useSelector, useStore } from "react-redux";
import { Navigate, Outlet, useLocation } from "react-router";
import { selectSessionStatus } from "../../api/session";
import { renewSession } from "../../api/transport";
import { Loading } from "../../components/Loading";
import { ErrorNotice } from "../../components/ErrorNotice";
import { unreachable } from "../../api/apiError";
import { useState } from "react";

/** Lets signed-in people through; on a fresh page the refresh cookie is asked first who this is. */
export function RequireUser() {
  const status = useSelector(selectSessionStatus);
  const { pathname, search } = useLocation();
  if (status === "unknown") return <Renewal />;
  if (status === "signed_in") return <Outlet />;
  const here = `${pathname}${search}`;
  return <Navigate to={here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`} replace />;
}

function Renewal() {
  const store = useStore();
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(1);

  useEffect(() => {
    setFailed(false);
    renewSession(store).then(
      (renewed) => setFailed(!renewed),
      () => setFailed(true),
    );
  }, [store, attempt]);

  if (!failed) return <Loading />;
  return (
    <div className="mx-auto max-w-md p-6">
      <ErrorNotice error={unreachable} onRetry={() => setAttempt(attempt + 1)} />
    </div>
  );
}
