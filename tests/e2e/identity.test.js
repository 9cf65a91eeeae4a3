// An account from its set-up link to its last way in: second step, backup code, forgotten password, passkey.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { after, before, test } from "node:test";
import { Secret, TOTP } from "otpauth";
import { ADA } from "./account.js";
import { setUp } from "./admin.js";
import { openBrowser, openPerson } from "./browser.js";
import { serveEmptySite } from "./host.js";
import { letterTo } from "./letters.js";
import { looksRight, PHONE } from "./look.js";
import { english } from "./words.js";

const NEW_PASSWORD = "twelve orange bulldozers";
const RESET_SUBJECT = "A new password for";
const CODE_LIVES = 30_000;

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

for (const settings of [{ colorScheme: "light" }, { colorScheme: "dark", viewport: PHONE }]) {
  test(`an account is set up, guarded, lost and found again, ${settings.colorScheme}`, { timeout: 240_000 }, async () => {
    const site = await serveEmptySite({}, "localhost");
    try {
      await walk(site, settings);
    } catch (failure) {
      throw new Error(`${failure.message}\nThe host's log:\n${site.log()}`, { cause: failure });
    } finally {
      assert.equal(await site.end(), 0);
    }
  });
}

async function walk(site, settings) {
  const { page, complaints, close } = await openPerson(browser, site.root, { locale: "en-GB", reducedMotion: "reduce", ...settings });
  await setUp(page, site.setUpLink, english);
  assert.equal(new URL(page.url()).hash, "");
  await page.getByText("Please set up two-factor sign-in by").waitFor();

  const { app, codes } = await enrol(page);
  await signOut(page);
  await signInByCode(page, app);
  await signOut(page);
  await signInByBackupCode(page, codes[0]);
  await signOut(page);
  // A refusal is what the browser writes down by itself.
  complaints.length = 0;
  await refuseBackupCode(page, codes[0]);
  assert.ok(complaints.every((complaint) => /status of 401/.test(complaint)), complaints.join("\n"));

  await forget(page);
  await choosePassword(page, await resetLink(site));
  await signInByCode(page, app, NEW_PASSWORD);
  complaints.length = 0;
  await addPasskey(page);
  await signOut(page);
  await signInByPasskey(page);
  await readDevices(page);
  assert.deepEqual(complaints, []);
  await close();
}

/** Reads the secret as people would who type it, and keeps the backup codes. */
async function enrol(page) {
  await page.getByRole("link", { name: "Set it up" }).first().click();
  await page.getByLabel("Your password", { exact: true }).fill(ADA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("img", { name: "QR code for the authenticator app" }).waitFor();
  await looksRight(page, "the app's step");
  const typed = await page.locator("code").innerText();
  const app = new TOTP({ secret: Secret.fromBase32(typed.replaceAll(/\s/g, "")), period: CODE_LIVES / 1000 });
  await page.getByLabel("Code", { exact: true }).fill(app.generate());
  await page.keyboard.press("Enter");
  const list = page.getByRole("list", { name: "Backup codes" });
  await list.waitFor();
  await looksRight(page, "backup codes");
  const codes = await list.getByRole("listitem").allInnerTexts();
  assert.equal(codes.length, 10);
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText("Two-factor sign-in is on.").waitFor();
  assert.equal(await page.getByText("Please set up two-factor sign-in by").count(), 0);
  return { app, codes };
}

async function signOut(page) {
  await page.getByRole("button", { name: "Account of Ada Klein" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}

async function typePassword(page, password) {
  await page.getByLabel("E-mail").fill(ADA.email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Second step" }).waitFor();
}

/** A code works once, so the next one is waited for; it is sent by itself. */
async function signInByCode(page, app, password = ADA.password) {
  await typePassword(page, password);
  await looksRight(page, "the second step");
  await pause(CODE_LIVES - (Date.now() % CODE_LIVES) + 500);
  await page.getByLabel("Code", { exact: true }).pressSequentially(app.generate());
  await page.getByRole("heading", { name: english.panel.hello }).waitFor();
}

async function signInByBackupCode(page, code) {
  await typePassword(page, ADA.password);
  await useBackupCode(page, code);
  await page.getByRole("heading", { name: english.panel.hello }).waitFor();
}

async function refuseBackupCode(page, code) {
  await typePassword(page, ADA.password);
  await useBackupCode(page, code);
  await page.getByText("This backup code is not right, or it has been used.").waitFor();
  await page.getByRole("button", { name: "Start again" }).click();
}

async function useBackupCode(page, code) {
  await page.getByRole("button", { name: "Use a backup code" }).click();
  await page.getByLabel("Backup code").fill(code);
  await page.keyboard.press("Enter");
}

async function forget(page) {
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByText("We send you a link to choose a new one.").waitFor();
  await page.getByLabel("E-mail").fill(ADA.email);
  await page.keyboard.press("Enter");
  await page.getByText(`If there is an account for ${ADA.email}`).waitFor();
}

async function resetLink({ root, mails }) {
  const { text } = await letterTo(mails, ADA.email, RESET_SUBJECT);
  return new RegExp(`${root}/admin/reset-password#\\S+`).exec(text)[0];
}

/** The token is gone from the address before anything is typed. */
async function choosePassword(page, link) {
  await page.goto(link);
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  assert.equal(new URL(page.url()).hash, "");
  await page.keyboard.press("Enter");
  await page.getByText("Please sign in with the new password.").waitFor();
  await page.getByRole("link", { name: "Sign in" }).click();
}

/** A device that makes passkeys, in the browser itself. */
async function plugInKey(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

async function addPasskey(page) {
  await plugInKey(page);
  await page.goto("/admin/account/security");
  await page.getByRole("button", { name: "Add …" }).click();
  await page.getByLabel("Name", { exact: true }).fill("My laptop");
  await page.getByLabel("Your password", { exact: true }).fill(NEW_PASSWORD);
  await looksRight(page, "a new passkey");
  await page.keyboard.press("Enter");
  await page.getByText("Passkey “My laptop” added.").waitFor();
}

async function signInByPasskey(page) {
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.getByRole("heading", { name: english.panel.hello }).waitFor();
}

async function readDevices(page) {
  await page.goto("/admin/account/sessions");
  const first = page.getByRole("list", { name: "Where you are signed in" }).getByRole("listitem").first();
  await first.getByText("This device").waitFor();
  assert.match(await first.innerText(), /Chrom\w+ on Linux/);
  await looksRight(page, "devices");
}
