import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Provider } from "react-redux";
import { createMemoryRouter, RouterProvider } from "react-router";
import type { User } from "../../src/api/identityTypes";
import { signedIn } from "../../src/api/session";
import { routes } from "../../src/app/routes";
import { createStore } from "../../src/app/store";
import { admin } from "./data";

/** The whole panel at an address, with nobody signed in. */
export function openAsStranger(address: string) {
  const store = createStore();
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <Provider store={store}>
      <RouterProvider router={router} />
    </Provider>,
  );
  return { store, router, user: userEvent.setup() };
}

/** The whole panel at an address, for an administrator, or for somebody else. */
export function openAsAdmin(address: string, who: User = admin) {
  const store = createStore();
  store.dispatch(signedIn({ access_token: "token-1", token_type: "Bearer", expires_in: 900, user: who }));
  const router = createMemoryRouter(routes, { initialEntries: [address] });
  render(
    <Provider store={store}>
      <RouterProvider router={router} />
    </Provider>,
  );
  return { store, router, user: userEvent.setup() };
}
