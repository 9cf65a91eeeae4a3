// A browser whose pages are watched: none may complain, and none may load anything from elsewhere.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** Milliseconds in which whatever a step waits for has to be there. */
const PATIENCE = 15_000;

export async function openBrowser() {
  return chromium.launch({ executablePath: await findBrowser() });
}

/** A person with a fresh browser: `page`, and `complaints`, which stays empty while all is well. */
export async function openPerson(browser, root, settings) {
  const context = await browser.newContext({ baseURL: root, timezoneId: "Europe/Berlin", ...settings });
  context.setDefaultTimeout(PATIENCE);
  const complaints = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("request", (request) => {
    if (!request.url().startsWith(`${root}/`) && !request.url().startsWith("data:")) complaints.push(`loads ${request.url()}`);
  });
  return { page: await context.newPage(), complaints, close: () => context.close() };
}

/** Fails with the script's own sentence when there is no browser. */
async function findBrowser() {
  try {
    const { stdout } = await promisify(execFile)(join(import.meta.dirname, "browser.sh"));
    return stdout.trim();
  } catch (failure) {
    throw new Error(failure.stderr.trim().split("\n").at(-1) || String(failure), { cause: failure });
  }
}
