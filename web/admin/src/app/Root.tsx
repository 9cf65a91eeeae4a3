import { Outlet } from "react-router";
import { ToastProvider } from "../components/ToastProvider";

/** What stands around every screen. */
export function Root() {
  return (
    <ToastProvider>
      <Outlet />
    </ToastProvider>
  );
}
