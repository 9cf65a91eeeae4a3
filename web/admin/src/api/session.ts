import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { SignedIn, User } from "./identityTypes";

/** Who is signed in. The access token lives here, in memory alone; the refresh cookie is out of reach of scripts. */
export interface SessionState {
  /** `left`: somebody has signed out here, as opposed to a session that has run out. */
  status: "unknown" | "anonymous" | "left" | "signed_in";
  token: string | null;
  user: User | null;
}

const initialState: SessionState = { status: "unknown", token: null, user: null };

const slice = createSlice({
  name: "session",
  initialState,
  reducers: {
    signedIn: (_state, { payload }: PayloadAction<SignedIn>): SessionState => ({
      status: "signed_in",
      token: payload.access_token,
      user: payload.user,
    }),
    /** Somebody's name or rights have changed while they are signed in. */
    userRead: (state, { payload }: PayloadAction<User>): SessionState => ({ ...state, user: payload }),
    left: (): SessionState => ({ status: "left", token: null, user: null }),
    signedOut: (): SessionState => ({ status: "anonymous", token: null, user: null }),
  },
});

export const { left, signedIn, signedOut, userRead } = slice.actions;
export const sessionReducer = slice.reducer;

/** The part of the store that this layer reads. */
export interface WithSession {
  session: SessionState;
}

export const selectUser = (state: WithSession): User | null => state.session.user;
export const selectSessionStatus = (state: WithSession): SessionState["status"] => state.session.status;
