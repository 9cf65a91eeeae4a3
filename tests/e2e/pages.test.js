// Every page of a visitor and every screen of an admin, on a phone, in both languages and both themes.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setUp } from "./admin.js";
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
  ["mail", "/admin/mail"],
  ["jobs", "/admin/jobs"],
  ["no such screen", "/admin/nowhere"],
];

let browser, site;
before(async () => {
  browser = await openBrowser();
  site = await serveDemoSite();
});
after(async () => {
  await browser?.close();
  assert.equal(await site?.end(), 0);
});

for (const { words, colorScheme, byKeyboard } of PASSES) {
  test(`visitors' pages hold on a phone, in ${words.code.toUpperCase()}, ${colorScheme}`, { timeout: 240_000 }, async () => {
    const { page, close } = await openPhone(words, colorScheme);
    for (const path of [`/${words.code}/`, words.listPath, `${words.listPath}/spreadsheet`, `/${words.code}/nothing`]) {
      await page.goto(path);
      await looksRight(page, path);
      await byKeyboard(page, path);
    }
    await refuseForm(page, words);
    await looksRight(page, "a refused form");
    await page.goto(await personalPath(words));
    await looksRight(page, "a registration");
    await byKeyboard(page, "a registration");
    await page.getByRole("main").getByRole("button").click();
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
  await setUp(page, site.setUpLink, english);
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
async function personalPath({ browser: language, code, listPath, visitor }) {
  const body = { ...visitor, locale: code, consent: { marketing: false } };
  const headers = { "content-type": "application/json", "accept-language": language };
  const address = `${site.root}/api/v1/webinars/sessions/1/registrations`;
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  assert.equal(answer.status, 201);
  const { text } = await letterTo(site.mails, visitor.email);
  return new RegExp(`${listPath}/r/\\S+`).exec(text)[0];
}
