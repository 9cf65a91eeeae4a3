// Every page of a visitor and every screen of an admin, on a phone, in both languages and both themes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ADA, makeAdmin } from "./account.js";
import { openBrowser, openPerson } from "./browser.js";
import { serveDemoSite } from "./host.js";
import { letterTo } from "./letters.js";
import { isReachedByKeyboard, looksRight, PHONE } from "./look.js";
import { english, german } from "./words.js";

/** The order of the focus is the same in every language, so that one walk by keyboard will do. */
const PASSES = [
  { words: english, colorScheme: "light", byKeyboard: isReachedByKeyboard },
  { words: german, colorScheme: "dark", byKeyboard: async () => {} },
];

/** The demo's rows stand in the order of its files; the first of each is there from the start. */
const SCREENS = [
  ["dashboard", "/admin/"],
  ["plugins", "/admin/plugins"],
  ["contract", "/admin/plugins/webinars"],
  ["settings", "/admin/plugins/webinars/settings"],
  ["usage", "/admin/plugins/webinars/usage"],
  ["topics", "/admin/webinars/topics"],
  ["topic", "/admin/webinars/topics/1"],
  ["topic's form", "/admin/webinars/topics/1/edit"],
  ["trash", "/admin/webinars/topics?trash=true"],
  ["sessions", "/admin/webinars/sessions"],
  ["session", "/admin/webinars/sessions/1"],
  ["new session", "/admin/webinars/sessions/new"],
  ["speakers", "/admin/webinars/speakers"],
  ["registrations", "/admin/webinars/registrations"],
  ["registration", "/admin/webinars/registrations/1"],
  ["replay views", "/admin/webinars/views"],
  ["account", "/admin/account"],
  ["sign-in and second factor", "/admin/account/security"],
  ["devices", "/admin/account/sessions"],
  ["API keys", "/admin/account/api-keys"],
  ["set-up of a second factor", "/admin/account/two-factor"],
  ["users", "/admin/users"],
  ["user", "/admin/users/1"],
  ["user's form", "/admin/users/1/edit"],
  ["invitation", "/admin/users/new"],
  ["security events", "/admin/security-events"],
  ["audit log", "/admin/audit"],
  ["mail", "/admin/mail"],
  ["jobs", "/admin/jobs"],
  ["no such screen", "/admin/nowhere"],
];

/** A topic that can be watched again, its replay, one of its speakers; the sessions of old are the last of the demo's. */
const watched = ({ listPath }) => ["compressed-air", "replays/13", "speakers/marlene-ostervik"].map((page) => `${listPath}/${page}`);

let browser, site;
before(async () => {
  browser = await openBrowser();
  site = await serveDemoSite();
  await makeAdmin(site);
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.end(), 0);
});

for (const { words, colorScheme, byKeyboard } of PASSES) {
  test(`visitors' pages hold on a phone, in ${words.code.toUpperCase()}, ${colorScheme}`, { timeout: 240_000 }, async () => {
    const { page, close } = await openPhone(words, colorScheme);
    for (const path of [`/${words.code}/`, words.listPath, `${words.listPath}/spreadsheet`, ...watched(words), `/${words.code}/nothing`]) {
      await page.goto(path);
      await looksRight(page, path);
      await byKeyboard(page, path);
    }
    await refuseForm(page, words);
    await looksRight(page, "a refused form");
    await page.goto(await personalPath(words));
    await looksRight(page, "a registration");
    await byKeyboard(page, "a registration");
    await page.locator("summary").press("Enter");
    await looksRight(page, "a question before cancelling");
    await page.locator("details[open] button").press("Enter");
    await page.locator(".banner-bad").waitFor();
    await looksRight(page, "a cancelled registration");
    await close();
  });
}

test("an admin's screens hold on a phone, in both languages and themes", { timeout: 480_000 }, async () => {
  const { page } = await openPhone(english, "light");
  await page.goto("/admin/");
  await page.getByLabel(english.panel.password, { exact: true }).waitFor();
  await looksRight(page, "sign-in");
  await isReachedByKeyboard(page, "sign-in");
  await signIn(page);
  for (const { words, colorScheme, byKeyboard } of PASSES) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate((code) => localStorage.setItem("magnetiq.language", code), words.code);
    for (const [name, path] of SCREENS) {
      await openScreen(page, path);
      await looksRight(page, `${name} ${words.code}`);
      await byKeyboard(page, `${name} ${words.code}`);
    }
  }
});

test("dialogs hold the focus and give it back, faults take it, and the menu is skipped", { timeout: 120_000 }, async () => {
  const { page, close } = await openPhone(english, "light");
  await signIn(page);
  await openScreen(page, "/admin/plugins/webinars");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "content", "the first stop skips the menu");
  for (const name of ["Open the menu", "Adjust …", "Uninstall …", "Install a plugin"]) {
    if (name === "Install a plugin") await openScreen(page, "/admin/plugins");
    const opener = page.getByRole("button", { name });
    await opener.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "attached" });
    await looksRight(page, name);
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.closest("[role=dialog]")), "the focus left the dialog");
    }
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await opener.evaluate((element) => element === document.activeElement), "the focus did not come back");
  }
  await openScreen(page, "/admin/webinars/sessions/new");
  await page.getByRole("button", { name: english.panel.create }).press("Enter");
  await page.locator("[aria-invalid=true]").first().waitFor();
  const { invalid, told } = await page.evaluate(() => {
    const { ariaInvalid, attributes } = document.activeElement;
    const [id] = (attributes["aria-describedby"]?.value ?? "").split(" ").toReversed();
    return { invalid: ariaInvalid, told: document.getElementById(id)?.textContent };
  });
  assert.deepEqual({ invalid, told }, { invalid: "true", told: "This field is required." });
  await close();
});

test("beside a session's time stands the visitor's own, where that is another", { timeout: 120_000 }, async () => {
  for (const words of [english, german]) {
    for (const zone of ["America/New_York", "Europe/Berlin"]) {
      const { page, close } = await openPerson(browser, site.root, { locale: words.browser, timezoneId: zone });
      for (const path of [words.listPath, `${words.listPath}/spreadsheet`]) {
        await page.goto(path);
        const times = await page.locator("main time[data-zone]").evaluateAll((elements) =>
          elements.map(({ dateTime, dataset, nextElementSibling: next }) => {
            return { moment: dateTime, announced: dataset.zone, own: next?.className === "own-time" ? next.textContent : "" };
          }),
        );
        assert.notEqual(times.length, 0, path);
        for (const { moment, announced, own } of times) {
          const wanted = clock(moment, zone) === clock(moment, announced) ? "^$" : `^${words.site.ownTime}: .+ ${clock(moment, zone)}$`;
          assert.match(own, new RegExp(wanted), `${path} in ${zone}`);
        }
      }
      // The mails name that zone too.
      assert.equal(await page.locator("[data-own-zone]").first().inputValue(), zone);
      await close();
    }
  }
});

/** Hours and minutes on the clocks of a zone. */
function clock(moment, timeZone) {
  return new Date(moment).toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
}

async function signIn(page) {
  await page.goto("/admin/");
  await page.getByLabel(english.panel.email).fill(ADA.email);
  await page.getByLabel(english.panel.password, { exact: true }).fill(ADA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: english.panel.hello }).waitFor();
}

function openPhone(words, colorScheme) {
  const settings = { locale: words.browser, viewport: PHONE, colorScheme, reducedMotion: "reduce" };
  return openPerson(browser, site.root, { ...settings, timezoneId: "America/New_York" });
}

/** A screen with everything on it that is read from the host. */
async function openScreen(page, path) {
  await page.goto(path);
  await page.locator("main h1").waitFor();
  await page.waitForFunction(() => !document.querySelector("main .loading"));
}

/** A name of blanks passes the browser, not the host. */
async function refuseForm(page, words) {
  await page.goto(`${words.listPath}/spreadsheet`);
  await page.getByLabel(words.site.email).fill(words.visitor.email);
  await page.getByLabel(words.site.name, { exact: true }).fill("   ");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
}

/** Registers, and follows the link in the letter. */
async function personalPath({ code, listPath, visitor }) {
  const body = { ...visitor, locale: code, consent: { marketing: false } };
  assert.equal((await post("/api/v1/webinars/sessions/1/registrations", body)).status, 201);
  const { text } = await letterTo(site.mails, visitor.email);
  return new RegExp(`${listPath}/r/\\S+`).exec(text)[0];
}

function post(path, body) {
  const headers = { "content-type": "application/json" };
  return fetch(`${site.root}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}
