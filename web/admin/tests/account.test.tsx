import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { User } from "../src/api/identityTypes";
import { browserWithPasskeys } from "./support/browser";
import { admin, panel } from "./support/data";
import { hostWith, lost, none, ok, page, refusal } from "./support/host";
import { openAsAdmin } from "./support/screen";

const protectedAda: User = { ...admin, two_factor_enabled: true, totp_enabled: true };
const codes = ["abcde-fghij", "klmno-pqrst"];
const enrolment = { secret: "JBSWY3DPEHPK3PXP", otpauth_url: "otpauth://totp/Feldwerk:ada%40example.org?secret=JBSWY3DPEHPK3PXP" };
const wrong = () =>
  refusal(422, "VALIDATION_ERROR", "no", [{ field: "current_password", message: "This is not your password." }]);
const base = { "GET /panel": () => ok(panel), "POST /auth/refresh": () => ok({ access_token: "t2", token_type: "Bearer", expires_in: 900, user: admin }), "GET /auth/passkeys": () => page([]) };

test("a profile is changed by what was changed alone, and its language is the panel's at once", async () => {
  const calls = hostWith({ ...base, "PATCH /auth/me": ({ body }) => ok({ ...admin, ...(body as object) }) });
  localStorage.setItem("magnetiq.language", "en");
  const { user, store } = openAsAdmin("/account");
  const name = await screen.findByLabelText("Name");
  expect(screen.getByRole("button", { name: "Save" })).toHaveProperty("disabled", true);
  await user.clear(name);
  await user.type(name, "Ada K.");
  await user.selectOptions(screen.getByLabelText("Language"), "de");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByRole("heading", { name: "Mein Konto" })).toBeTruthy();
  expect(calls.find(({ method }) => method === "PATCH")?.body).toEqual({ name: "Ada K.", language: "de" });
  expect(store.getState().session.user?.name).toBe("Ada K.");
  expect(document.documentElement.lang).toBe("de");
});

test("what the host refuses of a profile is said at its field", async () => {
  const details = [{ field: "avatar_url", message: "Only https." }];
  hostWith({ ...base, "PATCH /auth/me": () => refusal(422, "VALIDATION_ERROR", "no", details) });
  const { user } = openAsAdmin("/account", { ...admin, language: "en" });
  await user.type(await screen.findByLabelText(/^Address of a picture/), "http://pictures.example/a.png");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Only https.")).toBeTruthy();
});

test("a new address is asked for with the password, and both mailboxes are named", async () => {
  const calls = hostWith({ ...base, "POST /auth/email/change": none });
  const { user } = openAsAdmin("/account");
  await user.click(await screen.findByRole("button", { name: "Change …" }));
  const dialog = await screen.findByRole("dialog", { name: "Change your e-mail address" });
  await user.type(within(dialog).getByLabelText("New e-mail address"), "ada@feldwerk.example");
  await user.type(within(dialog).getByLabelText("Your password"), "correct horse");
  await user.click(within(dialog).getByRole("button", { name: "Send the links" }));
  expect(await screen.findByText(/on its way to ada@feldwerk\.example and to ada@example\.org/)).toBeTruthy();
  const sent = calls.find(({ path }) => path === "/auth/email/change");
  expect(sent?.body).toEqual({ email: "ada@feldwerk.example", password: "correct horse" });
  expect(sent?.headers.has("idempotency-key")).toBe(false);
});

test("an address that the host does not take is said at its field, and the dialog stays", async () => {
  const details = [{ field: "email", message: "In use." }];
  hostWith({ ...base, "POST /auth/email/change": () => refusal(422, "VALIDATION_ERROR", "no", details) });
  const { user } = openAsAdmin("/account");
  await user.click(await screen.findByRole("button", { name: "Change …" }));
  await user.type(await screen.findByLabelText("New e-mail address"), "grace@example.org");
  await user.type(screen.getByLabelText("Your password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Send the links" }));
  expect(await screen.findByText("In use.")).toBeTruthy();
});

test("a changed password comes with a new session, and the present one has to be right", async () => {
  const answers = [wrong(), ok({ access_token: "t9", token_type: "Bearer", expires_in: 900, user: admin })];
  hostWith({ ...base, "POST /auth/password/change": () => answers.shift() ?? wrong() });
  const { user, store } = openAsAdmin("/account/security");
  const present = await screen.findByLabelText("Present password");
  expect(present.getAttribute("autocomplete")).toBe("current-password");
  await user.type(present, "not this");
  await user.type(screen.getByLabelText("New password"), "eleven purple tractors{Enter}");
  expect(await screen.findByText("This is not your password.")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(present));
  await user.type(present, " but this{Enter}");
  expect(await screen.findByText("Password changed. All other devices are signed out.")).toBeTruthy();
  expect(store.getState().session.token).toBe("t9");
  expect(screen.getByLabelText("New password")).toHaveProperty("value", "");
});

test("two-factor sign-in is set up by password, app and kept codes", async () => {
  const calls = hostWith({
    ...base,
    "POST /auth/mfa/enroll": () => ok(enrolment),
    "POST /auth/mfa/confirm": () => ok({ backup_codes: codes }),
    "GET /auth/me": () => ok(protectedAda),
  });
  const { user, router } = openAsAdmin("/account/security");
  await user.click(await screen.findByRole("link", { name: "Set it up" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse{Enter}");
  expect(await screen.findByRole("img", { name: "QR code for the authenticator app" })).toBeTruthy();
  expect(document.activeElement?.textContent).toBe("Connect an app");
  expect(screen.getByText("JBSW Y3DP EHPK 3PXP")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Open in an app on this device" }).getAttribute("href")).toBe(enrolment.otpauth_url);
  await user.type(screen.getByLabelText("Code"), "123 456{Enter}");
  const list = await screen.findByRole("list", { name: "Backup codes" });
  expect(within(list).getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(codes);
  expect(screen.getByRole("button", { name: "Done" })).toHaveProperty("disabled", true);
  await user.click(screen.getByRole("checkbox", { name: "I have kept them in a safe place" }));
  await user.click(screen.getByRole("button", { name: "Done" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/account/security"));
  expect(await screen.findByText("On", { selector: "span" })).toBeTruthy();
  const sent = calls.filter(({ path }) => path.startsWith("/auth/mfa"));
  expect(sent.map(({ path, body }) => [path, body])).toEqual([
    ["/auth/mfa/enroll", { password: "correct horse" }],
    ["/auth/mfa/confirm", { code: "123456" }],
  ]);
  expect(sent.some(({ headers }) => headers.has("idempotency-key"))).toBe(false);
});

test("a code that does not fit the app is said at its field, and the picture stays", async () => {
  hostWith({
    ...base,
    "POST /auth/mfa/enroll": () => ok(enrolment),
    "POST /auth/mfa/confirm": () => refusal(422, "VALIDATION_ERROR", "no", [{ field: "code", message: "wrong" }]),
  });
  const { user } = openAsAdmin("/account/two-factor");
  await user.type(await screen.findByLabelText("Your password"), "correct horse{Enter}");
  await user.type(await screen.findByLabelText("Code"), "111111{Enter}");
  expect(await screen.findByText(/^This code is not right/)).toBeTruthy();
  expect(screen.getByLabelText("Code").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("img", { name: "QR code for the authenticator app" })).toBeTruthy();
});

test("backup codes are copied, saved and printed", async () => {
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  hostWith({ ...base, "POST /auth/mfa/backup-codes": () => ok({ backup_codes: codes }) });
  const { user } = openAsAdmin("/account/security", protectedAda);
  await user.click(await screen.findByRole("button", { name: "New backup codes …" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse");
  await user.type(screen.getByLabelText("Code"), "123456");
  await user.click(screen.getByRole("button", { name: "Make new codes" }));
  const dialog = await screen.findByRole("dialog", { name: "Backup codes" });
  await user.click(within(dialog).getByRole("button", { name: "Copy" }));
  expect(await navigator.clipboard.readText()).toBe(codes.join("\n"));
  await user.click(within(dialog).getByRole("button", { name: "Print" }));
  expect(print).toHaveBeenCalledOnce();
  await user.keyboard("{Escape}");
  expect(screen.getByRole("dialog", { name: "Backup codes" })).toBeTruthy();
  await user.click(within(dialog).getByRole("checkbox"));
  await user.click(within(dialog).getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("a role that asks for a second factor keeps it, and why is said", async () => {
  hostWith({ ...base, "POST /auth/mfa/disable": () => refusal(409, "CONFLICT", "Your role asks for it.") });
  const { user } = openAsAdmin("/account/security", protectedAda);
  await user.click(await screen.findByRole("button", { name: "Turn off …" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse");
  await user.type(screen.getByLabelText("Code"), "123456");
  await user.click(screen.getByRole("button", { name: "Turn it off" }));
  expect(await screen.findByText("Your role asks for it.")).toBeTruthy();
});

test("whoever has a passkey alone is offered an app, and no app to turn off", async () => {
  hostWith(base);
  openAsAdmin("/account/security", { ...admin, two_factor_enabled: true, totp_enabled: false });
  expect(await screen.findByRole("link", { name: "Connect an app" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Turn off …" })).toBeNull();
});

test("a passkey is named, confirmed by password, made by the browser and kept", async () => {
  const { made } = browserWithPasskeys();
  const kept = { id: 1, name: "My laptop", created_at: "2026-03-01T09:00:00Z", last_used_at: null };
  const passkeys: unknown[] = [];
  const options = { challenge: "Y2hhbGxlbmdl", rp: { id: "site.test", name: "Feldwerk" }, user: { id: "dXNlcg", name: "ada", displayName: "Ada" }, pubKeyCredParams: [] };
  const calls = hostWith({
    ...base,
    "GET /auth/me": () => ok(admin),
    "GET /auth/passkeys": () => page(passkeys),
    "POST /auth/passkeys/register/options": () => ok({ state: "s1", options }),
    "POST /auth/passkeys/register": () => {
      passkeys.push(kept);
      return ok(kept, {}, 201);
    },
  });
  const { user } = openAsAdmin("/account/security");
  await user.click(await screen.findByRole("button", { name: "Add …" }));
  const name = await screen.findByLabelText("Name");
  await user.clear(name);
  await user.type(name, "My laptop");
  await user.type(screen.getByLabelText("Your password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(await screen.findByText("My laptop")).toBeTruthy();
  expect(made).toHaveLength(1);
  expect(calls.find(({ path }) => path.endsWith("/options"))?.body).toEqual({ password: "correct horse" });
  expect(calls.find(({ path }) => path === "/auth/passkeys/register")?.body).toMatchObject({
    state: "s1",
    name: "My laptop",
    credential: { type: "public-key", response: { attestationObject: "bw" } },
  });
});

test("a passkey that is the first second factor brings backup codes, which are kept before one goes on", async () => {
  browserWithPasskeys();
  const options = { challenge: "Y2hhbGxlbmdl", rp: { id: "site.test", name: "Feldwerk" }, user: { id: "dXNlcg", name: "ada", displayName: "Ada" }, pubKeyCredParams: [] };
  const kept = { id: 1, name: "My laptop", created_at: "2026-03-01T09:00:00Z", last_used_at: null };
  hostWith({
    ...base,
    "GET /auth/me": () => ok(protectedAda),
    "POST /auth/passkeys/register/options": () => ok({ state: "s1", options }),
    "POST /auth/passkeys/register": () => ok({ ...kept, backup_codes: codes }, {}, 201),
  });
  const { user } = openAsAdmin("/account/security");
  await user.click(await screen.findByRole("button", { name: "Add …" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  const dialog = await screen.findByRole("dialog", { name: "Backup codes" });
  expect(within(dialog).getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(codes);
});

test.each([
  ["NotAllowedError", /^The browser has ended this without a passkey/],
  ["InvalidStateError", /^This device holds a passkey of your account already/],
])("a browser that ends with %s is understood", async (failure, said) => {
  browserWithPasskeys(failure);
  const options = { challenge: "Y2hhbGxlbmdl", rp: { id: "site.test", name: "Feldwerk" }, user: { id: "dXNlcg", name: "ada", displayName: "Ada" }, pubKeyCredParams: [] };
  hostWith({ ...base, "POST /auth/passkeys/register/options": () => ok({ state: "s1", options }) });
  const { user } = openAsAdmin("/account/security");
  await user.click(await screen.findByRole("button", { name: "Add …" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Continue" }));
  expect(await screen.findByText(said)).toBeTruthy();
});

test("a passkey is removed after a question", async () => {
  const kept = { id: 4, name: "Old phone", created_at: "2026-03-01T09:00:00Z", last_used_at: "2026-03-02T09:00:00Z" };
  const calls = hostWith({ ...base, "GET /auth/me": () => ok(admin), "GET /auth/passkeys": () => page([kept]), "DELETE /auth/passkeys/4": none });
  const { user } = openAsAdmin("/account/security");
  await user.click(await screen.findByRole("button", { name: "Remove passkey “Old phone”" }));
  const dialog = await screen.findByRole("dialog", { name: "Remove passkey “Old phone”" });
  await user.click(within(dialog).getByRole("button", { name: "Remove …" }));
  await waitFor(() => expect(calls.some(({ method }) => method === "DELETE")).toBe(true));
});

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";
const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
const times = { created_at: "2026-03-01T09:00:00Z", last_used_at: "2026-03-01T10:00:00Z", expires_at: "2026-03-08T10:00:00Z" };
const devices = [
  { id: "a", current: false, ip_address: "203.0.113.7", user_agent: iphone, ...times },
  { id: "b", current: true, ip_address: "198.51.100.2", user_agent: firefox, ...times },
  { id: "c", current: false, ip_address: null, user_agent: "curl/8.5.0", ...times },
];

test("devices are told in words, this one first, and another is signed out", async () => {
  const calls = hostWith({ ...base, "GET /auth/sessions": () => page(devices), "DELETE /auth/sessions/a": none });
  const { user } = openAsAdmin("/account/sessions");
  const list = await screen.findByRole("list", { name: "Where you are signed in" });
  const rows = within(list).getAllByRole("listitem").map(({ textContent }) => textContent);
  expect(rows[0]).toMatch(/^Firefox on WindowsThis deviceAddress 198\.51\.100\.2/);
  expect(rows[1]).toMatch(/^Safari on iOSAddress 203\.0\.113\.7/);
  expect(rows[2]).toMatch(/^curlAddress unknown/);
  expect(within(list).getAllByRole("button")).toHaveLength(2);
  await user.click(screen.getByRole("button", { name: "Sign out: Safari on iOS" }));
  expect(await screen.findByText("Signed out: Safari on iOS")).toBeTruthy();
  expect(calls.filter(({ path }) => path === "/auth/sessions")).toHaveLength(2);
});

test("signing out everywhere ends here too, and only when the host has done it", async () => {
  const answers = [lost, none];
  hostWith({ ...base, "GET /auth/sessions": () => page(devices), "POST /auth/logout-all": () => (answers.shift() ?? none)() });
  const { user, store } = openAsAdmin("/account/sessions");
  await user.click(await screen.findByRole("button", { name: "Sign out everywhere" }));
  const dialog = await screen.findByRole("dialog", { name: "Sign out everywhere?" });
  await user.click(within(dialog).getByRole("button", { name: "Sign out everywhere" }));
  expect(await within(dialog).findByText(/^The server cannot be reached/)).toBeTruthy();
  expect(store.getState().session.status).toBe("signed_in");
  await user.click(within(dialog).getByRole("button", { name: "Sign out everywhere" }));
  await waitFor(() => expect(store.getState().session.status).toBe("left"));
});
