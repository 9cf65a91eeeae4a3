import { lazy, Suspense } from "react";
import { useSelector } from "react-redux";
import { Outlet } from "react-router";
import { selectUser } from "../api/session";
import { Loading } from "../components/Loading";

const MandatorySetUp = lazy(() => import("../features/account/MandatorySetUp"));

/** Whoever should have set up a second factor long ago does that first. The host refuses all else; this says why. */
export function SecondFactorGate() {
  const user = useSelector(selectUser);
  if (!user?.mfa_setup_required) return <Outlet />;
  return (
    <Suspense fallback={<Loading />}>
      <MandatorySetUp />
    </Suspense>
  );
}
