import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { showLanguage } from "../src/i18n/language";
import { admin, panel } from "./support/data";
import { hostWith, none, ok, page } from "./support/host";
import { openAsAdmin } from "./support/screen";

const base = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([]),
  "GET /mail": () => page([]),
  "GET /jobs": () => page([]),
  "GET /webinars/topics": () => page([]),
  "GET /webinars/sessions": () => page([]),
};
const due = { ...admin, mfa_setup_due_at: "2026-04-08T09:00:00Z" };
const late = { ...due, mfa_setup_required: true, permissions: [] };
const enrolment = { secret: "JBSWY3DP", otpauth_url: "otpauth://totp/x?secret=JBSWY3DP" };

test("until a second factor is set up every screen says by when, and where to do it", async () => {
  hostWith(base);
  await showLanguage("de");
  openAsAdmin("/mail", due);
  expect(await screen.findByText("Bitte richten Sie bis 8. April 2026 die Zwei-Faktor-Anmeldung ein")).toBeTruthy();
  expect(screen.getByRole("link", { name: "Einrichten" })).toHaveProperty("pathname", "/account/two-factor");
});

test("the screen that sets it up is not told to do so", async () => {
  hostWith(base);
  openAsAdmin("/account/two-factor", due);
  expect(await screen.findByLabelText("Your password")).toBeTruthy();
  expect(screen.queryByText(/^Please set up two-factor sign-in by/)).toBeNull();
});

test("after that day nothing else is there, and once it is done one is where one wanted to go", async () => {
  const calls = hostWith({
    ...base,
    "POST /auth/mfa/enroll": () => ok(enrolment),
    "POST /auth/mfa/confirm": () => ok({ backup_codes: ["abcde-fghij"] }),
    "GET /auth/me": () => ok({ ...admin, two_factor_enabled: true }),
  });
  const { user } = openAsAdmin("/mail", late);
  expect(await screen.findByRole("heading", { name: "Set up two-factor sign-in" })).toBeTruthy();
  expect(screen.queryByRole("navigation")).toBeNull();
  expect(calls).toEqual([]);
  await user.type(screen.getByLabelText("Your password"), "correct horse{Enter}");
  await user.type(await screen.findByLabelText("Code"), "123456{Enter}");
  await user.click(await screen.findByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(await screen.findByRole("heading", { name: "Mail" })).toBeTruthy();
});

test("the way out is open all the while", async () => {
  hostWith({ ...base, "POST /auth/logout": none });
  const { user, store } = openAsAdmin("/mail", late);
  await user.click(await screen.findByRole("button", { name: "Sign out" }));
  expect(await screen.findByRole("heading", { name: "Sign in" })).toBeTruthy();
  expect(store.getState().session.user).toBeNull();
});
