import { useCallback } from "react";
import { useDispatch } from "react-redux";
import { api, dataOf } from "./api";
import type { User } from "./identityTypes";
import { userRead } from "./session";

/** Somebody's own account, which the shell and the account's screens both read. */
export const profileApi = api.injectEndpoints({
  endpoints: (build) => ({
    readMe: build.query<User, void>({
      query: () => "/auth/me",
      transformResponse: dataOf<User>,
    }),
  }),
});

const { useLazyReadMeQuery } = profileApi;

/** Reads again who is signed in, after what they may do has changed. True when it could be read. */
export function useRefreshUser(): () => Promise<boolean> {
  const dispatch = useDispatch();
  const [readMe] = useLazyReadMeQuery();
  return useCallback(async () => {
    const { data } = await readMe();
    if (data) dispatch(userRead(data));
    return data !== undefined;
  }, [dispatch, readMe]);
}
