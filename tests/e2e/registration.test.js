// The whole path: from the set-up link that the host prints to the registration that the admin reads, and the reminder.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as admin from "./admin.js";
import { openBrowser, openPerson } from "./browser.js";
import { serveEmptySite } from "./host.js";
import { letterTo } from "./letters.js";
import * as visitor from "./visitor.js";
import { english, german, TITLE } from "./words.js";

let browser;
before(async () => (browser = await openBrowser()));
after(() => browser?.close());

for (const words of [english, german]) {
  test(`a visitor registers for a webinar and is reminded, and the admin reads it, in ${words.code.toUpperCase()}`, { timeout: 180_000 }, async () => {
    const site = await serveEmptySite();
    try {
      await walk(site, words);
    } catch (failure) {
      throw new Error(`${failure.message}\nThe host's log:\n${site.log()}`, { cause: failure });
    } finally {
      assert.equal(await site.end(), 0);
    }
  });
}

async function walk(site, words) {
  const ada = await openPerson(browser, site.root, { locale: words.browser });
  const guest = await openPerson(browser, site.root, { locale: words.browser, javaScriptEnabled: false });

  await admin.setUp(ada.page, site.setUpLink, words);
  await admin.enableWebinars(ada.page, words);
  await admin.createTopic(ada.page, words);
  await admin.createSession(ada.page, words);
  await visitor.findNothing(guest.page, words);
  await admin.publishTopic(ada.page, words);

  await visitor.openTopic(guest.page, words);
  await visitor.failToRegister(guest.page, words);
  await visitor.register(guest.page, words);
  checkLetter(await letterTo(site.mails, words.visitor.email), site, words);

  await admin.readRegistration(ada.page, words);
  await admin.saveRegistrations(ada.page, words);
  await admin.readMailLog(ada.page, words);
  await admin.readUsage(ada.page, words);

  await admin.moveSessionNear(site.root);
  checkReminder(await letterTo(site.mails, words.visitor.email, words.reminder.subject), site, words);
  assert.deepEqual(ada.complaints, []);
  // The browser itself writes down that the nameless form was refused.
  assert.equal(guest.complaints.length, 1, guest.complaints.join("\n"));
  assert.match(guest.complaints[0], /status of 422 .*less-paper-more-time/);
}

function checkLetter(letter, site, { code, listPath, letter: said }) {
  assert.equal(letter.subject, `${said.subject}: ${TITLE[code]}`);
  assert.match(letter.html, new RegExp(`<html[^>]* lang="${code}"`));
  for (const form of [letter.text, letter.html]) {
    for (const wanted of [said.text, said.join, `${site.root}${listPath}/r/`]) assert.ok(form.includes(wanted), `${wanted} in: ${form}`);
  }
  assert.match(letter.calendarType, /method=REQUEST/);
  for (const line of ["METHOD:REQUEST", `DTSTART:${admin.SESSION.startsUtc}`, "SEQUENCE:0"]) {
    assert.ok(letter.calendar.split("\r\n").includes(line), `${line} in: ${letter.calendar}`);
  }
  assert.ok(letter.calendar.includes(TITLE[code].replaceAll(",", "\\,")), letter.calendar);
}

function checkReminder(letter, site, { code, listPath, letter: { join }, reminder }) {
  assert.equal(letter.subject, `${reminder.subject}: ${TITLE[code]}`);
  for (const form of [letter.text, letter.html]) {
    assert.ok(!form.includes(admin.JOIN_LINK), `the personal page alone leads there: ${form}`);
    for (const wanted of [reminder.text, join, `${site.root}${listPath}/r/`]) assert.ok(form.includes(wanted), `${wanted} in: ${form}`);
  }
}
