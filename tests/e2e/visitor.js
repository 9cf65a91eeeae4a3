// What a visitor does on the site, with JavaScript off.

import assert from "node:assert/strict";
import { SUMMARY, TITLE } from "./words.js";

export async function findNothing(page, { code, listPath, site }) {
  await page.goto(listPath);
  await page.getByText(site.none).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), code);
}

export async function openTopic(page, { code, listPath, topicPath, site }) {
  await page.goto(listPath);
  const card = page.getByRole("article").filter({ hasText: TITLE[code] });
  await card.getByText(SUMMARY[code]).waitFor();
  await card.getByText(site.time).first().waitFor();
  await card.getByRole("link", { name: TITLE[code] }).click();
  await page.getByRole("heading", { level: 1, name: TITLE[code] }).waitFor();
  assert.equal(new URL(page.url()).pathname, topicPath);
  assert.equal(await page.locator("html").getAttribute("lang"), code);
}

/** A name of blanks passes the browser, not the host; what was typed stays. */
export async function failToRegister(page, { code, site, visitor }) {
  await page.getByLabel(site.email).fill(visitor.email);
  await page.getByLabel(site.name, { exact: true }).fill("   ");
  const [answer] = await Promise.all([page.waitForResponse((one) => one.request().method() === "POST"), page.keyboard.press("Enter")]);
  assert.equal(answer.status(), 422);
  await page.getByRole("alert").getByRole("link", { name: site.name }).waitFor();
  assert.equal(await page.getByLabel(site.name, { exact: true }).getAttribute("aria-invalid"), "true");
  assert.equal(await page.getByLabel(site.email).inputValue(), visitor.email);
  assert.equal(await page.locator("html").getAttribute("lang"), code);
}

export async function register(page, { topicPath, site, visitor }) {
  await page.getByLabel(site.name, { exact: true }).fill(visitor.name);
  await page.keyboard.press("Enter");
  await page.getByRole("status").getByText(site.thanks).waitFor();
  assert.equal(new URL(page.url()).pathname, topicPath);
}
