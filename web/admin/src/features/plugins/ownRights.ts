import type { ThunkDispatch, UnknownAction } from "@reduxjs/toolkit";
import { profileApi } from "../../api/profileApi";
import { userRead } from "../../api/session";

/** A plugin brings permissions and takes them with it, so that who is signed in holds others from then on. */
export async function readRightsAfter(
  change: Promise<unknown>,
  dispatch: ThunkDispatch<unknown, unknown, UnknownAction>,
): Promise<void> {
  try {
    await change;
    const own = profileApi.endpoints.readMe.initiate(undefined, { subscribe: false, forceRefetch: true });
    dispatch(userRead(await dispatch(own).unwrap()));
  } catch {
    // A refused change is said where it was made; rights that could not be read are those of before.
  }
}
