// A plugin's whole life in the panel, on a phone: it comes, is judged, grows, goes back, and goes.

import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { after, before, test } from "node:test";
import { ADA, makeAdmin } from "./account.js";
import { openBrowser, openPerson } from "./browser.js";
import { serveEmptySite } from "./host.js";
import { english, german } from "./lifeWords.js";
import { isInReach, looksRight, PHONE } from "./look.js";
import { packHello } from "./packages.js";

const SCREEN = "/admin/plugins/hello";
const GREETING = "Hello, world!";

let browser, site, packages;
before(async () => {
  [browser, site, packages] = await Promise.all([openBrowser(), serveEmptySite(), packHello()]);
  await makeAdmin(site);
});
after(async () => {
  await browser?.close();
  await packages?.remove();
  assert.equal(await site?.end(), 0);
});

for (const words of [english, german]) {
  test(`a plugin comes, grows and goes, in ${words.code.toUpperCase()}`, { timeout: 120_000 }, async () => {
    const settings = { locale: words.browser, viewport: PHONE, reducedMotion: "reduce" };
    const ada = await openPerson(browser, site.root, settings);
    const { page, complaints, close } = ada;
    await signIn(ada, words);
    await comeAndGoUnused(page, words);
    await install(page, words, packages.first);
    await judgeAndEnable(page, words);
    await shows(words, [GREETING]);
    await grow(page, words);
    await shows(words, [GREETING, "0.2.0"]);
    await goBack(page, words);
    await shows(words, [GREETING], ["0.2.0"]);
    await disable(page, words);
    await isNotThere(words);
    await leaveWithData(page, words);
    await isNotThere(words);
    await enable(page, words);
    await shows(words, [GREETING]);
    await leaveForGood(page, words);
    await isNotThere(words);
    assert.deepEqual(complaints, []);
    await close();
  });
}

async function signIn({ page, complaints }, { code }) {
  await page.addInitScript((language) => localStorage.setItem("magnetiq.language", language), code);
  await page.goto("/admin/");
  await page.locator("input[type=email]").fill(ADA.email);
  await page.locator("input[type=password]").fill(ADA.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Ada Klein/ }).waitFor();
  // The browser itself writes down that nobody was signed in.
  assert.match(complaints.splice(0).join("\n"), /^Failed to load resource: .* 401 .*\/auth\/refresh\)$/);
}

async function install(page, words, file) {
  await page.goto("/admin/plugins");
  await page.getByRole("button", { name: words.install }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(words.package).setInputFiles(file);
  await dialog.getByRole("button", { name: words.start, exact: true }).click();
  await page.waitForURL(`**${SCREEN}`);
}

/** What was never enabled is taken away without a trace. */
async function comeAndGoUnused(page, words) {
  await install(page, words, packages.first);
  await page.getByText(words.installed).waitFor();
  await decide(page, words.remove, words.removeIt);
  await page.getByText(words.removed).waitFor();
  await page.locator(`main a[href="${SCREEN}"]`).waitFor({ state: "detached" });
}

/** The contract stands on the page before anybody has agreed to it, and again where they agree. */
async function judgeAndEnable(page, words) {
  await page.getByRole("heading", { name: words.mayDo }).waitFor();
  await page.getByRole("main").getByText(words.reason).waitFor();
  await isNotThere(words);
  await enable(page, words);
}

async function enable(page, words) {
  await page.getByRole("button", { name: words.enable }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(words.reason).waitFor();
  await looksRight(page, "consent");
  const allow = dialog.getByRole("button", { name: words.allow });
  await isInReach(allow);
  await allow.click();
  await page.getByText(words.enabled, { exact: true }).waitFor();
}

/** What grows is said, and nothing happens before somebody agrees. */
async function grow(page, words) {
  await install(page, words, packages.second);
  await shows(words, [GREETING], ["0.2.0"]);
  await page.getByRole("button", { name: words.review }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("heading", { name: words.grown }).waitFor();
  await dialog.getByRole("listitem").getByText(words.reasonOfMore).first().waitFor();
  await looksRight(page, "an upgrade");
  const update = dialog.getByRole("button", { name: words.update });
  assert.ok(await update.isDisabled(), "nobody has agreed yet");
  await dialog.getByRole("checkbox", { name: words.agree }).check();
  await isInReach(update);
  await update.click();
  await page.getByText(words.updated).waitFor();
}

async function goBack(page, words) {
  await decide(page, words.back, words.goBack);
  await page.getByText(words.isBack).waitFor();
}

async function disable(page, words) {
  await decide(page, words.disable, words.disable);
  await page.getByText(words.disabled).waitFor();
}

async function leaveWithData(page, words) {
  await decide(page, words.uninstall, words.uninstallIt);
  await page.getByText(words.left).waitFor();
}

async function leaveForGood(page, words) {
  await page.getByRole("button", { name: words.uninstall }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: words.delete }).check();
  const uninstall = dialog.getByRole("button", { name: words.uninstallAndDelete });
  assert.ok(await uninstall.isDisabled(), "its name was not typed yet");
  await dialog.getByLabel(words.typeId).fill("hello");
  await looksRight(page, "uninstalling");
  await uninstall.click();
  await page.getByText(words.gone).waitFor();
  await access(await page.locator("main code").innerText());
  await page.locator(`main a[href="${SCREEN}"]`).waitFor({ state: "detached" });
}

/** Opens a question and says yes; whatever was said before covers neither button. */
async function decide(page, question, answer) {
  const opener = page.getByRole("main").getByRole("button", { name: question, exact: true });
  await isInReach(opener);
  await opener.click();
  const yes = page.getByRole("dialog").getByRole("button", { name: answer, exact: true });
  await isInReach(yes);
  await yes.click();
}

/** What a visitor reads on the plugin's page, and what not. */
async function shows({ page }, wanted, unwanted = []) {
  const answer = await fetch(site.root + page);
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  for (const each of wanted) assert.ok(text.includes(each), `${each} in: ${text}`);
  for (const each of unwanted) assert.ok(!text.includes(each), `${each} in: ${text}`);
}

async function isNotThere({ page }) {
  assert.equal((await fetch(site.root + page)).status, 404);
}
