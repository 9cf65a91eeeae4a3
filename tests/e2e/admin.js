// What an admin does in the panel, by labels and names as a screen reader says them.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { SUMMARY, TITLE } from "./words.js";

/** The session's start and end on the clock of its zone, Europe/Berlin; in winter that is UTC+1. */
export const SESSION = { starts: "2031-03-12T15:00", ends: "2031-03-12T16:30", startsUtc: "20310312T140000Z" };

export const JOIN_LINK = "https://meet.example.org/paper";
const ADA = { email: "ada@example.org", password: "eleven purple tractors" };
const HOUR = 3_600_000;

export async function setUp(page, link, { code, panel }) {
  await page.goto(link);
  await page.getByLabel(panel.email).fill(ADA.email);
  await page.getByLabel(panel.name, { exact: true }).fill("Ada Klein");
  await page.getByLabel(panel.password, { exact: true }).fill(ADA.password);
  await page.keyboard.press("Enter");
  await heading(page, panel.hello);
  assert.equal(await page.locator("html").getAttribute("lang"), code);
}

/** Reads the contract before agreeing to it. */
export async function enableWebinars(page, { panel }) {
  await openFromMenu(page, panel, panel.plugins);
  await page.getByRole("main").getByRole("link", { name: panel.plugin }).click();
  await heading(page, panel.plugin);
  await heading(page, panel.mayDo);
  await page.getByText(panel.mail, { exact: true }).waitFor();
  await page.getByText(panel.reason).waitFor();
  await heading(page, panel.becomesPublic);
  await page.getByText("/webinars/{slug}").first().waitFor();
  await page.getByRole("button", { name: panel.enable }).click();
  await page.getByRole("dialog").getByRole("button", { name: panel.allow }).click();
  await page.getByText(panel.enabled, { exact: true }).waitFor();
}

/** A draft, which visitors do not see. */
export async function createTopic(page, { code, panel }) {
  await openFromMenu(page, panel, panel.topics);
  await page.getByRole("link", { name: panel.newTopic }).first().click();
  for (const version of ["en", "de"]) {
    await page.getByLabel(`${panel.title}: ${panel.versions[version]}`).fill(TITLE[version]);
    await page.getByLabel(`${panel.summary}: ${panel.versions[version]}`).fill(SUMMARY[version]);
  }
  await page.getByLabel(panel.address).focus();
  assert.equal(await page.getByLabel(panel.address).inputValue(), "less-paper-more-time");
  await page.keyboard.press("Enter");
  await heading(page, TITLE[code]);
}

/** A session of the topic on the screen, open for registration. */
export async function createSession(page, { code, panel }) {
  await page.getByRole("link", { name: panel.newSession }).click();
  const form = page.getByRole("main");
  await form.getByLabel(panel.starts).fill(SESSION.starts);
  await form.getByLabel(panel.ends).fill(SESSION.ends);
  await form.getByLabel(panel.language).selectOption(code);
  await form.getByLabel(panel.seats).fill("20");
  await form.getByLabel(panel.joinLink).fill(JOIN_LINK);
  await form.getByLabel(panel.status).selectOption("published");
  await page.getByRole("button", { name: panel.create }).click();
  await page.getByText(panel.sessionCreated).waitFor();
}

export async function publishTopic(page, { code, panel }) {
  await openFromMenu(page, panel, panel.topics);
  await page.getByRole("main").getByRole("link", { name: TITLE[code] }).click();
  await page.getByRole("link", { name: panel.edit }).click();
  await page.getByRole("main").getByLabel(panel.status).selectOption("published");
  await page.getByRole("button", { name: panel.save }).click();
  await page.getByText(panel.saved).waitFor();
}

export async function readUsage(page, { panel }) {
  await openFromMenu(page, panel, panel.plugins);
  await page.getByRole("main").getByRole("link", { name: panel.plugin }).click();
  await page.getByRole("link", { name: panel.usage, exact: true }).click();
  await page.getByText(panel.peakMemory, { exact: true }).waitFor();
}

export async function readRegistration(page, { code, panel, visitor }) {
  await openFromMenu(page, panel, panel.registrations);
  const row = page.getByRole("table", { name: panel.registrations }).getByRole("row").nth(1);
  await row.getByText(TITLE[code]).waitFor();
  const text = await row.innerText();
  for (const wanted of ["15:00", visitor.name, visitor.email, panel.confirmed]) assert.ok(text.includes(wanted), `${wanted} in: ${text}`);
}

export async function saveRegistrations(page, { visitor }) {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV" }).click();
  const text = await readFile(await (await saved).path(), "utf8");
  assert.match(text, new RegExp(visitor.email));
}

export async function readMailLog(page, { code, panel, letter, visitor }) {
  await openFromMenu(page, panel, panel.mailLog);
  const row = page.getByRole("row").filter({ hasText: visitor.email });
  await row.waitFor();
  const text = await row.innerText();
  for (const wanted of [letter.subject, TITLE[code], panel.sent]) assert.ok(text.includes(wanted), `${wanted} in: ${text}`);
}

/**
 * Moves the session so that its last reminder, an hour before, is due in a moment; through the API, since forms know no
 * seconds. A host that was too slow, and so came after that moment, is given more time.
 */
export async function moveSessionNear(root) {
  const { access_token: token } = await ask(`${root}/api/v1/auth/login`, "POST", ADA);
  for (let margin = 2_000; ; margin *= 2) {
    const starts = Date.now() + HOUR + margin;
    const times = { starts_at: new Date(starts).toISOString(), ends_at: new Date(starts + HOUR).toISOString() };
    const { updated_at: moved } = await ask(`${root}/api/v1/webinars/sessions/1`, "PATCH", times, token);
    if (Date.parse(moved) < starts - HOUR) return;
  }
}

/** The session's meeting is at this address, and people may join it two hours before. */
export async function openRoom(root, room) {
  const { access_token: token } = await ask(`${root}/api/v1/auth/login`, "POST", ADA);
  await ask(`${root}/api/v1/plugins/webinars/settings`, "PUT", { join_minutes: 120 }, token);
  await ask(`${root}/api/v1/webinars/sessions/1`, "PATCH", { join_url: room }, token);
}

/** Whether the one who has registered was there. */
export async function attendance(root) {
  const { access_token: token } = await ask(`${root}/api/v1/auth/login`, "POST", ADA);
  const registration = await ask(`${root}/api/v1/webinars/registrations/1`, "GET", undefined, token);
  return registration.attended;
}

async function ask(url, method, body, token) {
  const headers = { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, text);
  return JSON.parse(text).data;
}

async function openFromMenu(page, panel, name) {
  await page.getByRole("navigation", { name: panel.menu }).getByRole("link", { name, exact: true }).click();
  await heading(page, name);
}

async function heading(page, name) {
  await page.getByRole("heading", { name, exact: true }).waitFor();
}
