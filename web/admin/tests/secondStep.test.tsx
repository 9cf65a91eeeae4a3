import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { browserWithPasskeys } from "./support/browser";
import { admin, panel } from "./support/data";
import { hostWith, later, lost, ok, page, refusal } from "./support/host";
import { openAsStranger } from "./support/screen";

const welcome = { access_token: "t1", token_type: "Bearer", expires_in: 900, user: admin };
const refused = () => refusal(401, "UNAUTHENTICATED", "no");
const challenge = { mfa_token: "half", methods: ["totp", "backup_code", "passkey"], expires_in: 300 };
const question = { state: "s1", options: { challenge: "Y2hhbGxlbmdl", rpId: "site.test", allowCredentials: [] } };
const inside = {
  "POST /auth/refresh": refused,
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([]),
  "GET /webinars/topics": () => page([]),
  "GET /webinars/sessions": () => page([]),
  "GET /mail": () => page([]),
  "GET /jobs": () => page([]),
};

async function typePassword(address = "/sign-in") {
  const opened = openAsStranger(address);
  await opened.user.type(await screen.findByLabelText("E-mail"), "ada@example.org");
  await opened.user.type(screen.getByLabelText("Password"), "correct horse");
  await opened.user.click(screen.getByRole("button", { name: "Sign in" }));
  return opened;
}

test("six digits are asked for after the password, sent as soon as they are there, and lead where one wanted to go", async () => {
  const calls = hostWith({ ...inside, "POST /auth/login": () => ok(challenge), "POST /auth/mfa": () => ok(welcome) });
  const { user, router } = await typePassword("/sign-in?next=%2Fmail%3Fstatus%3Ddead");
  const code = await screen.findByLabelText("Code");
  expect(code.getAttribute("autocomplete")).toBe("one-time-code");
  expect(code.getAttribute("inputmode")).toBe("numeric");
  await waitFor(() => expect(document.activeElement).toBe(code));
  await user.paste("123 456");
  await waitFor(() => expect(router.state.location.pathname).toBe("/mail"));
  expect(router.state.location.search).toBe("?status=dead");
  const sent = calls.filter(({ path }) => path === "/auth/mfa");
  expect(sent.map(({ body }) => body)).toEqual([{ mfa_token: "half", code: "123456" }]);
  expect(sent[0]?.headers.has("idempotency-key")).toBe(false);
});

test("a wrong code is said, taken away, and the next may be typed at once", async () => {
  hostWith({ ...inside, "POST /auth/login": () => ok(challenge), "POST /auth/mfa": refused });
  const { user } = await typePassword();
  await user.type(await screen.findByLabelText("Code"), "111111");
  expect((await screen.findByRole("alert")).textContent).toMatch(/^This code is not right/);
  await waitFor(() => expect(screen.getByLabelText("Code")).toHaveProperty("value", ""));
  expect(document.activeElement).toBe(screen.getByLabelText("Code"));
});

test("five digits are not sent", async () => {
  const calls = hostWith({ ...inside, "POST /auth/login": () => ok(challenge) });
  const { user } = await typePassword();
  await user.type(await screen.findByLabelText("Code"), "11111{Enter}");
  expect(await screen.findByText("Please enter all six digits.")).toBeTruthy();
  expect(calls.some(({ path }) => path === "/auth/mfa")).toBe(false);
});

test("whoever has lost the phone takes a backup code", async () => {
  const calls = hostWith({ ...inside, "POST /auth/login": () => ok(challenge), "POST /auth/mfa": () => ok(welcome) });
  const { user } = await typePassword();
  await user.click(await screen.findByRole("button", { name: "Use a backup code" }));
  await user.type(screen.getByLabelText("Backup code"), " ABCDE-fghij {Enter}");
  expect(await screen.findByRole("heading", { name: "Hello, Ada Klein" })).toBeTruthy();
  expect(calls.find(({ path }) => path === "/auth/mfa")?.body).toEqual({ mfa_token: "half", code: "ABCDE-fghij" });
});

test("a passkey is the second step where the account has one", async () => {
  const { asked } = browserWithPasskeys();
  const calls = hostWith({
    ...inside,
    "POST /auth/login": () => ok(challenge),
    "POST /auth/passkeys/sign-in/options": () => ok(question),
    "POST /auth/passkeys/sign-in": () => ok(welcome),
  });
  const { user } = await typePassword();
  await user.click(await screen.findByRole("button", { name: "Use a passkey" }));
  expect(await screen.findByRole("heading", { name: "Hello, Ada Klein" })).toBeTruthy();
  expect(calls.find(({ path }) => path.endsWith("/options"))?.body).toEqual({ mfa_token: "half" });
  expect(calls.find(({ path }) => path === "/auth/passkeys/sign-in")?.body).toMatchObject({
    state: "s1",
    credential: { id: "a2V5", type: "public-key", response: { signature: "cw" } },
  });
  expect(new TextDecoder().decode(asked[0]?.publicKey?.challenge)).toBe("challenge");
});

test("a passkey stands for e-mail and password too", async () => {
  browserWithPasskeys();
  const calls = hostWith({
    ...inside,
    "POST /auth/passkeys/sign-in/options": () => ok(question),
    "POST /auth/passkeys/sign-in": () => ok(welcome),
  });
  const { user, router } = openAsStranger("/mail");
  await user.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/mail"));
  expect(calls.find(({ path }) => path.endsWith("/options"))?.body).toEqual({});
});

test("a passkey that was not given is said without blaming anybody", async () => {
  browserWithPasskeys("NotAllowedError");
  hostWith({ ...inside, "POST /auth/passkeys/sign-in/options": () => ok(question) });
  const { user } = openAsStranger("/sign-in");
  await user.click(await screen.findByRole("button", { name: "Sign in with a passkey" }));
  expect((await screen.findByRole("alert")).textContent).toMatch(/^The browser has ended this without a passkey/);
  expect(screen.getByRole("button", { name: "Sign in with a passkey" })).toBeTruthy();
});

test("a browser without passkeys offers none", async () => {
  hostWith(inside);
  openAsStranger("/sign-in");
  expect(await screen.findByLabelText("E-mail")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Sign in with a passkey" })).toBeNull();
});

test("too many tries are told with the time to wait, and nothing typed is lost", async () => {
  hostWith({ ...inside, "POST /auth/login": () => later(429, 300) });
  await typePassword();
  expect((await screen.findByRole("alert")).textContent).toBe("That was too often. Please try again in 5 minutes.");
  expect(screen.getByLabelText("Password")).toHaveProperty("value", "correct horse");
});

test("a busy host says when to come back", async () => {
  hostWith({ ...inside, "POST /auth/login": () => later(503, 2) });
  await typePassword();
  expect((await screen.findByRole("alert")).textContent).toBe("The server is busy. Please try again in 2 seconds.");
});

test("a lost line at the second step is said, and the code may be sent again", async () => {
  hostWith({ ...inside, "POST /auth/login": () => ok(challenge), "POST /auth/mfa": lost });
  const { user } = await typePassword();
  await user.type(await screen.findByLabelText("Code"), "123456");
  expect((await screen.findByRole("alert")).textContent).toMatch(/^The server cannot be reached/);
  expect(screen.getByLabelText("Code")).toHaveProperty("value", "123456");
});

test("when the time for the second step is over, the password is asked for again, and why is said", async () => {
  hostWith({ ...inside, "POST /auth/login": () => ok({ ...challenge, expires_in: 0.05 }) });
  await typePassword();
  expect(await screen.findByText("That took too long. Please sign in again.")).toBeTruthy();
  expect(screen.getByLabelText("E-mail")).toBeTruthy();
});
