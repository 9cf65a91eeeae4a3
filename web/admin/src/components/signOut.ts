import { useCallback } from "react";
import { useStore } from "react-redux";
import { useNavigate } from "react-router";
import { api } from "../api/api";
import { left } from "../api/session";
import { authorizedFetch } from "../api/transport";

/** Takes everything of who was signed in from the screen and the memory, once the host knows. */
export function useLeave(): () => Promise<void> {
  const { dispatch } = useStore();
  const navigate = useNavigate();
  return useCallback(async () => {
    dispatch(left());
    dispatch(api.util.resetApiState());
    await navigate("/sign-in", { replace: true });
  }, [dispatch, navigate]);
}

/** Signs out on this device. */
export function useSignOut(): () => Promise<void> {
  const store = useStore();
  const leave = useLeave();
  return async () => {
    // Whatever the host says, nothing of this user may stay on the screen.
    await authorizedFetch({ url: "/auth/logout", method: "POST", secret: true }, store).catch(() => null);
    await leave();
  };
}
