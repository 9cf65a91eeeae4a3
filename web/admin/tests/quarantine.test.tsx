import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { showLanguage } from "../src/i18n/language";
import { panel, plugin } from "./support/data";
import { hostWith, ok, page } from "./support/host";
import { openAsAdmin } from "./support/screen";

const quarantine = {
  reason: "it trapped: unreachable",
  since: "2026-03-01T09:00:00Z",
  until: "2026-03-01T09:00:30Z",
};
const resting = { ...plugin, state: "enabled", quarantine };

const base = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([resting]),
  "GET /plugins/webinars": () => ok(resting),
};

test("a plugin in quarantine says why, since when and until when, and not by colour alone", async () => {
  hostWith(base);
  await showLanguage("de");
  openAsAdmin("/plugins/webinars");
  const notice = (await screen.findByText("it trapped: unreachable")).closest('[role="status"]');
  const moments = [...(notice?.querySelectorAll("time") ?? [])].map((moment) => moment.dateTime);
  expect(moments).toEqual([quarantine.since, quarantine.until]);
  expect(screen.getByText("In Quarantäne")).toBeTruthy();
  await showLanguage("en");
});

test("an admin ends the quarantine after a question, and reads that it is over", async () => {
  let ended = false;
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(ended ? { ...resting, quarantine: null } : resting),
    "POST /plugins/webinars/reset": () => {
      ended = true;
      return ok({ ...resting, quarantine: null });
    },
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "End quarantine …" }));
  const dialog = await screen.findByRole("dialog", { name: "Call Webinars again?" });
  expect(calls.some(({ path }) => path.endsWith("/reset"))).toBe(false);
  await user.click(within(dialog).getByRole("button", { name: "End quarantine" }));
  expect(await screen.findByText("Webinars is called again.")).toBeTruthy();
  expect(await screen.findByText("Enabled")).toBeTruthy();
  expect(screen.queryByText("it trapped: unreachable")).toBeNull();
});

test("the list names a plugin in quarantine", async () => {
  hostWith(base);
  openAsAdmin("/plugins");
  expect(await screen.findByText("Quarantined")).toBeTruthy();
});

test("whoever starts the day sees which plugins rest", async () => {
  hostWith(base);
  openAsAdmin("/");
  const link = await screen.findByRole("link", { name: "Webinars failed too often and is left alone for a while" });
  expect(link.getAttribute("href")).toBe("/plugins/webinars");
});

const quantities = [
  { id: "cpu", unit: "s_per_hour", used: 2880.126, granted: 3600, resets_at: "2026-03-01T10:00:00Z" },
  { id: "db", unit: "MB", used: 1.5, granted: 50, resets_at: null },
  { id: "mail", unit: "per_hour", used: 500, granted: 500, resets_at: "2026-03-01T10:00:00Z" },
  { id: "http", host: "https://crm.example", unit: "per_minute", used: 0, granted: 0, resets_at: "2026-03-01T09:01:00Z" },
];

test("each quantity is a meter that says in words what is used of what is granted", async () => {
  const usage = {
    calls: 1, faults: 0, refusals: 0, cpu_ms: 1, sql_ms: 1, writer_ms: 1, peak_memory_bytes: 1, stored_bytes: 1,
    granted_mb: 50, last_fault: null, last_refusal: null, routes: [], quantities,
  };
  hostWith({ ...base, "GET /plugins/webinars/usage": () => ok(usage) });
  openAsAdmin("/plugins/webinars/usage");
  const meters = await screen.findAllByRole("meter");
  const told = meters.map((meter) => [
    meter.getAttribute("aria-label"),
    meter.getAttribute("aria-valuenow"),
    meter.getAttribute("aria-valuetext"),
  ]);
  expect(told).toEqual([
    ["Computing", "80", "2,880.13 of 3,600 s per hour"],
    ["Room in the database", "3", "1.5 of 50 MB"],
    ["Messages", "100", "500 of 500 per hour"],
    ["Calls to other servers: https://crm.example", "100", "0 of 0 per minute"],
  ]);
  expect(screen.getAllByText(/^Begins anew:/)).toHaveLength(2);
});
