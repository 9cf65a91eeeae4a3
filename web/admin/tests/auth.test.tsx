import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { admin, panel } from "./support/data";
import { hostWith, none, ok, page, refusal } from "./support/host";
import { openAsAdmin, openAsStranger } from "./support/screen";

const welcome = { access_token: "t1", token_type: "Bearer", expires_in: 900, user: admin };
const refused = () => refusal(401, "UNAUTHENTICATED", "no");
const inside = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([]),
  "GET /webinars/topics": () => page([]),
  "GET /webinars/sessions": () => page([]),
  "GET /mail": () => page([]),
  "GET /jobs": () => page([]),
};

test("a stranger is asked to sign in and then lands where they wanted to go", async () => {
  hostWith({ ...inside, "POST /auth/refresh": refused, "POST /auth/login": () => ok(welcome) });
  const { user, router } = openAsStranger("/mail?status=dead");
  await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/mail"));
  expect(router.state.location.search).toBe("?status=dead");
});

test("a wrong password is said without saying which part was wrong", async () => {
  hostWith({ "POST /auth/refresh": refused, "POST /auth/login": refused });
  const { user } = openAsStranger("/sign-in");
  await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Password"), "wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText("E-mail or password is wrong.")).toBeTruthy();
  expect(screen.getByLabelText("Password")).toHaveProperty("value", "");
});

test("an address of another site is not a way back", async () => {
  hostWith({ ...inside, "POST /auth/login": () => ok(welcome) });
  const { user, router } = openAsStranger("/sign-in?next=//evil.example/");
  await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/"));
});

test("a fresh page is signed in by the cookie alone", async () => {
  hostWith({ ...inside, "POST /auth/refresh": () => ok(welcome) });
  openAsStranger("/");
  expect(await screen.findByRole("heading", { name: "Hello, Ada Klein" })).toBeTruthy();
});

test("signing out leaves nothing behind", async () => {
  const calls = hostWith({ ...inside, "POST /auth/logout": none });
  const { user, store, router } = openAsAdmin("/mail?status=dead");
  await user.click(await screen.findByRole("button", { name: "Account of Ada Klein" }));
  await user.click(await screen.findByRole("menuitem", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
  expect(router.state.location.search).toBe("");
  expect(store.getState().session).toEqual({ status: "left", token: null, user: null });
  expect(Object.keys(store.getState().api.queries)).toEqual([]);
  // With a body the host would look for the refresh token there, and not in the cookie.
  expect(calls.find(({ path }) => path === "/auth/logout")?.body).toBeUndefined();
});

test("the set-up link makes the first administrator", async () => {
  const calls = hostWith({
    ...inside,
    "GET /auth/setup/secret": () => ok({ valid: true }),
    "POST /auth/setup/secret": () => ok(welcome, {}, 201),
  });
  const { user } = openAsStranger("/setup#secret");
  await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Name"), "Ada Klein");
  await user.type(screen.getByLabelText("Password"), "short");
  expect(screen.getByText("3 more, please.")).toBeTruthy();
  await user.type(screen.getByLabelText("Password"), " no longer");
  await user.click(screen.getByRole("button", { name: "Create and sign in" }));
  expect(await screen.findByRole("heading", { name: "Hello, Ada Klein" })).toBeTruthy();
  expect(calls.find(({ method, path }) => method === "POST" && path === "/auth/setup/secret")?.body).toEqual({
    email: "ada@example.org",
    name: "Ada Klein",
    password: "short no longer",
    language: "en",
  });
});

test("a password that the host refuses is said at its field", async () => {
  const details = [{ field: "password", message: "Too common." }];
  hostWith({
    "GET /auth/setup/secret": () => ok({ valid: true }),
    "POST /auth/setup/secret": () => refusal(422, "VALIDATION_ERROR", "Please check.", details),
  });
  const { user } = openAsStranger("/setup#secret");
  await user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await user.type(screen.getByLabelText("Name"), "Ada");
  await user.type(screen.getByLabelText("Password"), "password1");
  await user.click(screen.getByRole("button", { name: "Create and sign in" }));
  expect(await screen.findByText("Too common.")).toBeTruthy();
});

test.each(["/setup", "/setup#used"])("%s without a token that counts says how to go on", async (address) => {
  hostWith({ "GET /auth/setup/used": () => refusal(410, "GONE", "used") });
  openAsStranger(address);
  expect(await screen.findByText("This link no longer works")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Sign in" })).toBeTruthy();
});
