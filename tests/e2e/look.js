// What every page owes everybody: nothing is cut off on a phone, all is named and legible, all is reached by keyboard.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The width of a small phone, which the whole page has to fit. */
export const PHONE = { width: 390, height: 844 };

/** Nothing is wider than the screen, and axe finds no fault: names, roles, contrast, size of targets, order of headings. */
export async function looksRight(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name}: ${over} pixels wider than the screen`);
  await page.evaluate(AXE);
  const faults = await page.evaluate(
    async (values) => (await window.axe.run({ runOnly: { type: "tag", values } })).violations.flatMap(
      ({ id, help, nodes }) => nodes.map(({ html, any }) => `${id} (${help}) ${any.map(({ message }) => message).join(" ")} ${html}`),
    ),
    RULES,
  );
  assert.deepEqual(faults, [], `${name}:\n${faults.join("\n")}`);
}

/** Nothing lies above it where a finger comes down. */
export async function isInReach(locator) {
  await locator.scrollIntoViewIfNeeded();
  const covering = await locator.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return element.contains(top) ? null : top.outerHTML.slice(0, 200);
  });
  assert.equal(covering, null, "something covers it");
}

/** The tab key comes to everything that can be used, in the order of the page, and shows where it is. */
export async function isReachedByKeyboard(page, name) {
  const expected = await page.evaluate(markTabStops);
  const reached = [];
  // An input of a date and time has a stop for each of its parts.
  for (let step = 0; step < 8 * expected.length && reached.length < expected.length; step += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(readTabStop);
    if (!stop) break;
    if (stop.mark !== reached.at(-1)) reached.push(stop.mark);
    assert.ok(stop.visible, `${name}: nothing shows that the focus is on ${stop.html}`);
  }
  const missed = expected.filter(({ mark }) => !reached.includes(mark)).map(({ html }) => html);
  assert.deepEqual(missed, [], `${name}: not reached by the tab key`);
  assert.deepEqual(reached, reached.toSorted((one, other) => one - other), `${name}: the focus jumps`);
}

/** Runs in the page: numbers what should be reached and starts before the first. */
function markTabStops() {
  const usable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const groups = new Set();
  const stops = [...document.querySelectorAll(usable)].filter((element) => {
    if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== "radio") return true;
    // A group of radio buttons is one stop: the chosen one.
    const chosen = element.form.elements[element.name];
    const stop = chosen instanceof RadioNodeList && chosen.value ? element.checked : !groups.has(element.name);
    groups.add(element.name);
    return stop;
  });
  document.activeElement?.blur();
  getSelection().removeAllRanges();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  return stops.map((element, mark) => {
    element.dataset.stop = mark;
    return { mark, html: element.outerHTML.slice(0, 200) };
  });
}

/** Runs in the page: where the focus is, and whether an outline or a shadow shows it. */
function readTabStop() {
  const element = document.activeElement;
  if (!element || element === document.body || element.dataset.stop === undefined) return null;
  const shows = (pseudo) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element, pseudo);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || /\b[2-9]px/.test(boxShadow);
  };
  const { width, height } = element.getBoundingClientRect();
  const visible = (shows(null) || shows("::after")) && width > 1 && height > 1;
  return { mark: Number(element.dataset.stop), visible, html: element.outerHTML.slice(0, 200) };
}
