import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { showLanguage } from "../src/i18n/language";
import { admin, panel } from "./support/data";
import { hostWith, later, lost, none, ok, page, refusal } from "./support/host";
import { openAsStranger } from "./support/screen";

const welcome = { access_token: "t1", token_type: "Bearer", expires_in: 900, user: admin };
const gone = () => refusal(410, "GONE", "used");
const inside = {
  "POST /auth/refresh": () => refusal(401, "UNAUTHENTICATED", "no"),
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([]),
  "GET /webinars/topics": () => page([]),
  "GET /webinars/sessions": () => page([]),
  "GET /mail": () => page([]),
  "GET /jobs": () => page([]),
};

test("a forgotten password is answered the same whether there is such an account or not", async () => {
  const calls = hostWith({ ...inside, "POST /auth/password/forgot": none });
  const { user } = openAsStranger("/sign-in");
  await user.click(await screen.findByRole("link", { name: "Forgot your password?" }));
  expect(await screen.findByText("We send you a link to choose a new one.")).toBeTruthy();
  await user.type(await screen.findByLabelText("E-mail"), "nobody@example.org{Enter}");
  expect(await screen.findByText(/^If there is an account for nobody@example.org/)).toBeTruthy();
  expect(calls.at(-1)?.body).toEqual({ email: "nobody@example.org" });
});

test("no link is asked for without an address, nor too often", async () => {
  const calls = hostWith({ ...inside, "POST /auth/password/forgot": () => later(429, 3600) });
  const { user } = openAsStranger("/forgot-password");
  await user.type(await screen.findByLabelText("E-mail"), "ada{Enter}");
  expect(await screen.findByText("Please enter a valid e-mail address.")).toBeTruthy();
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
  await user.type(screen.getByLabelText("E-mail"), "@example.org{Enter}");
  expect(await screen.findByText("That was too often. Please try again in 1 hour.")).toBeTruthy();
});

test("the token of a reset leaves the address bar before anything is typed, and makes a new password once", async () => {
  const calls = hostWith({ ...inside, "POST /auth/password/reset": none });
  const { user, router } = openAsStranger("/reset-password#once");
  const field = await screen.findByLabelText("New password");
  await waitFor(() => expect(router.state.location.hash).toBe(""));
  expect(field.getAttribute("autocomplete")).toBe("new-password");
  await user.type(field, "seven7{Enter}");
  expect(await screen.findByText("At least 8 characters.")).toBeTruthy();
  await user.type(field, " and more{Enter}");
  expect(await screen.findByText("Please sign in with the new password.")).toBeTruthy();
  expect(calls.map(({ path, body }) => ({ path, body }))).toEqual([
    { path: "/auth/password/reset", body: { token: "once", password: "seven7 and more" } },
  ]);
});

test("a password that has been stolen elsewhere is refused at its field, and the link still counts", async () => {
  const details = [{ field: "password", message: "This password is known from a theft." }];
  hostWith({ ...inside, "POST /auth/password/reset": () => refusal(422, "VALIDATION_ERROR", "Please check.", details) });
  const { user } = openAsStranger("/reset-password#once");
  await user.type(await screen.findByLabelText("New password"), "password1{Enter}");
  expect(await screen.findByText("This password is known from a theft.")).toBeTruthy();
  expect(screen.getByLabelText("New password").getAttribute("aria-invalid")).toBe("true");
});

test.each([
  ["has run out", gone],
  ["never was one", () => refusal(404, "NOT_FOUND", "no")],
  ["came in pieces", () => refusal(422, "VALIDATION_ERROR", "no", [{ field: "token", message: "Not valid." }])],
])("a link that %s leads to a new one", async (_, answer) => {
  hostWith({ ...inside, "POST /auth/password/reset": answer });
  const { user, router } = openAsStranger("/reset-password#old");
  await user.type(await screen.findByLabelText("New password"), "eleven purple tractors{Enter}");
  expect(await screen.findByText("This link no longer works")).toBeTruthy();
  await user.click(screen.getByRole("link", { name: "Ask for a new link" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/forgot-password"));
});

test("a lost line does not spend the link", async () => {
  hostWith({ ...inside, "POST /auth/password/reset": lost });
  const { user } = openAsStranger("/reset-password#once");
  await user.type(await screen.findByLabelText("New password"), "eleven purple tractors{Enter}");
  expect((await screen.findByRole("alert")).textContent).toMatch(/^The server cannot be reached/);
  expect(screen.getByLabelText("New password")).toHaveProperty("value", "eleven purple tractors");
});

test("somebody who is invited sees as what, chooses a password, and is in", async () => {
  const invitation = { email: "grace@example.org", name: "Grace", role: "editor", language: "en" };
  const calls = hostWith({
    ...inside,
    "GET /auth/invitations/in": () => ok(invitation),
    "POST /auth/invitations/in": () => ok(welcome, {}, 201),
  });
  const { user, router } = openAsStranger("/invitation#in");
  expect(await screen.findByText("You are invited to this site. Your role: Editor.")).toBeTruthy();
  await waitFor(() => expect(router.state.location.hash).toBe(""));
  expect(screen.getByLabelText("E-mail")).toHaveProperty("value", "grace@example.org");
  expect(screen.getByLabelText("E-mail")).toHaveProperty("readOnly", true);
  await user.type(screen.getByLabelText("Name"), " Hopper");
  await user.type(screen.getByLabelText("Password"), "nanoseconds of wire{Enter}");
  expect(await screen.findByRole("heading", { name: "Hello, Ada Klein" })).toBeTruthy();
  expect(calls.find(({ method, path }) => method === "POST" && path === "/auth/invitations/in")?.body).toEqual({
    name: "Grace Hopper",
    password: "nanoseconds of wire",
  });
});

test("an invitation that was accepted already says so", async () => {
  hostWith({ ...inside, "GET /auth/invitations/old": gone });
  openAsStranger("/invitation#old");
  expect(await screen.findByText("This link no longer works")).toBeTruthy();
  expect(screen.getByText(/^The invitation has been used/)).toBeTruthy();
});

test("an account of one's own is made where the site allows it", async () => {
  const calls = hostWith({ ...inside, "POST /auth/register": none });
  const { user } = openAsStranger("/register");
  await showLanguage("de");
  await user.type(await screen.findByLabelText("Name"), "Grace");
  await user.type(screen.getByLabelText("E-Mail"), "grace@example.org");
  await user.type(screen.getByLabelText("Passwort"), "nanoseconds of wire{Enter}");
  expect(await screen.findByText("Sehen Sie in Ihr Postfach")).toBeTruthy();
  expect(calls.at(-1)?.body).toEqual({
    email: "grace@example.org",
    name: "Grace",
    password: "nanoseconds of wire",
    language: "de",
  });
});

test("where it does not, that is said in place of a fault", async () => {
  hostWith({ ...inside, "POST /auth/register": () => refusal(403, "FORBIDDEN", "off") });
  const { user } = openAsStranger("/register");
  await user.type(await screen.findByLabelText("Name"), "Grace");
  await user.type(screen.getByLabelText("E-mail"), "grace@example.org");
  await user.type(screen.getByLabelText("Password"), "nanoseconds of wire{Enter}");
  expect(await screen.findByText("This site does not take registrations")).toBeTruthy();
});

test("opening a link confirms nothing; its button does", async () => {
  const calls = hostWith({ ...inside, "POST /auth/email/verify": none });
  const { user, router } = openAsStranger("/verify-email#mine");
  const confirm = await screen.findByRole("button", { name: "This is my address" });
  await waitFor(() => expect(router.state.location.hash).toBe(""));
  expect(calls).toEqual([]);
  await user.click(confirm);
  expect(await screen.findByText("Thank you. Your address is confirmed.")).toBeTruthy();
  expect(calls.at(-1)?.body).toEqual({ token: "mine" });
});

test.each([
  ["waiting_for_other", /^Thank you\. Now open the link that we have sent to the other address/],
  ["changed", /^Your address is changed/],
])("a change of address that is %s says what comes next", async (status, said) => {
  hostWith({ ...inside, "POST /auth/email/confirm": () => ok({ status }) });
  const { user } = openAsStranger("/confirm-email#one");
  await user.click(await screen.findByRole("button", { name: "I agree to the change" }));
  expect(await screen.findByText(said)).toBeTruthy();
});

test.each(["/verify-email", "/confirm-email", "/reset-password", "/invitation"])("%s without a token says so", async (address) => {
  hostWith(inside);
  openAsStranger(address);
  expect(await screen.findByText("This link no longer works")).toBeTruthy();
});
