import type { ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { api, dataOf } from "../../api/api";
import { userRead } from "../../api/session";
import type { User } from "../../api/types";

const ownApi = api.injectEndpoints({
  endpoints: (build) => ({
    readOwn: build.query<User, void>({ query: () => "/auth/me", transformResponse: dataOf<User> }),
  }),
});

/** A plugin brings permissions and takes them with it, so that who is signed in holds others from then on. */
export async function readRightsAfter(
  change: Promise<unknown>,
  dispatch: ThunkDispatch<unknown, unknown, UnknownAction>,
): Promise<void> {
  try {
    await change;
    const own = ownApi.endpoints.readOwn.initiate(undefined, { subscribe: false, forceRefetch: true });
    dispatch(userRead(await dispatch(own).unwrap()));
  } catch {
    // A refused change is said where it was made; rights that could not be read are those of before.
  }
}
