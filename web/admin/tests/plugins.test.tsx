import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { showLanguage } from "../src/i18n/language";
import { admin, panel, plugin } from "./support/data";
import { hostWith, ok, page, refusal } from "./support/host";
import { openAsAdmin } from "./support/screen";

const base = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([plugin]),
  "GET /plugins/webinars": () => ok(plugin),
};

test("a contract says in plain German what a plugin may do and why", async () => {
  hostWith(base);
  await showLanguage("de");
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByRole("heading", { name: "E-Mails senden" })).toBeTruthy();
  expect(screen.getByText("Versendet Bestätigungen.")).toBeTruthy();
  expect(screen.getByText("1.000 pro Stunde")).toBeTruthy();
  expect(screen.getByText("GET /webinars")).toBeTruthy();
  expect(screen.getByText("Täglich um 9:00 Uhr")).toBeTruthy();
});

test("a contract says what of its tables everybody sees, what it hears and what a call may take", async () => {
  hostWith(base);
  await showLanguage("en");
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByText("/api/v1/webinars/sessions")).toBeTruthy();
  expect(screen.getByText(/Everyone reads: Starts, Language\./)).toBeTruthy();
  expect(screen.getByText(/Only those where “Status” is “Published” and “Ends” is in the future\./)).toBeTruthy();
  expect(screen.queryByText("/api/v1/webinars/registrations")).toBeNull();
  expect(screen.getByText("shop.sold")).toBeTruthy();
  expect(screen.getByText("Computing time in the background")).toBeTruthy();
  expect(screen.getByText("64")).toBeTruthy();
});

test("how far a plugin reaches, and what it hears, is said in words where there are words", async () => {
  await showLanguage("de");
  const contract = {
    ...plugin.contract,
    capabilities: [
      { id: "people", quantity: null, detail: ["read own", "write"], reason: { en: "" }, granted: false },
      { id: "events", quantity: null, detail: ["people.erased", "sold"], reason: { en: "" }, granted: false },
    ],
    subscriptions: ["people.erased"],
  };
  hostWith({ ...base, "GET /plugins/webinars": () => ok({ ...plugin, contract }) });
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByText(/^Liest die Kontakte, mit denen es selbst zu tun hatte\./)).toBeTruthy();
  expect(screen.getByText(/^Legt Kontakte an und vermerkt/)).toBeTruthy();
  expect(screen.getAllByText(/^Erfährt, wenn eine Person gelöscht wird\./)).toHaveLength(2);
  expect(screen.getByText("sold").parentElement?.textContent).toBe("Meldet anderen das Ereignis sold");
  expect(screen.queryByText("people.erased")).toBeNull();
  expect(screen.getByText("Webinare ändern", { selector: "span" })).toBeTruthy();
});

test("enabling sends what was allowed, cut down where the admin wished it", async () => {
  const calls = hostWith({ ...base, "POST /plugins/webinars/enable": () => ok({ ...plugin, state: "enabled" }) });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  const dialog = await screen.findByRole("dialog", { name: "Enable Webinars?" });
  const quantity = within(dialog).getByLabelText("Up to (Send e-mail)");
  await user.clear(quantity);
  await user.type(quantity, "200");
  await user.click(within(dialog).getByRole("switch", { name: "Know people" }));
  await user.click(within(dialog).getByRole("button", { name: "Allow and enable" }));
  expect(await screen.findByText("Webinars is enabled.")).toBeTruthy();
  expect(calls.find(({ path }) => path === "/plugins/webinars/enable")?.body).toEqual({ grants: { mail: 200 } });
});

test("whoever enables a plugin holds its rights at once", async () => {
  const grown = { ...admin, permissions: [...admin.permissions, "webinars:manage"] };
  hostWith({ ...base, "POST /plugins/webinars/enable": () => ok(plugin), "GET /auth/me": () => ok(grown) });
  const { user, store } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  await user.click(await screen.findByRole("button", { name: "Allow and enable" }));
  await waitFor(() => expect(store.getState().session.user).toEqual(grown));
});

test.each(["0", "1.5", "many"])("%j is not an amount that can be granted", async (wrong) => {
  hostWith(base);
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  const dialog = await screen.findByRole("dialog");
  await user.clear(within(dialog).getByLabelText("Up to (Send e-mail)"));
  await user.type(within(dialog).getByLabelText("Up to (Send e-mail)"), wrong);
  expect(within(dialog).getByText("A whole number, 1 or more.")).toBeTruthy();
  expect(within(dialog).getByRole("button", { name: "Allow and enable" })).toHaveProperty("disabled", true);
});

test("more can be granted than was asked", async () => {
  const calls = hostWith({ ...base, "POST /plugins/webinars/enable": () => ok({ ...plugin, state: "enabled" }) });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Up to (Send e-mail)"), "0");
  expect(within(dialog).getByText("asks for 1,000 per hour; you give more")).toBeTruthy();
  await user.click(within(dialog).getByRole("button", { name: "Allow and enable" }));
  await screen.findByText("Webinars is enabled.");
  const sent = calls.find(({ path }) => path === "/plugins/webinars/enable")?.body;
  expect(sent).toEqual({ grants: { mail: 10_000, people: true } });
});

test("the time of the machine that every plugin has can be cut down and not refused", async () => {
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok({ ...plugin, state: "enabled" }),
    "PUT /plugins/webinars/grants": () => ok({}),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Adjust …" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).queryByRole("switch", { name: "Compute" })).toBeNull();
  const seconds = within(dialog).getByLabelText("Up to (Compute)");
  expect(seconds).toHaveProperty("value", "3600");
  await user.clear(seconds);
  await user.type(seconds, "60");
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await screen.findByText("The rights of Webinars are changed.");
  expect(calls.find(({ method }) => method === "PUT")?.body).toMatchObject({ cpu: 60 });
  expect(calls.find(({ method }) => method === "PUT")?.body).not.toHaveProperty("writer");
});

test("grants beyond what was asked, which the API can set, do not stand in the way of others", async () => {
  const { contract } = plugin;
  const capabilities = contract.capabilities.map((one) => ({
    ...one,
    granted: true,
    quantity: one.quantity && { ...one.quantity, granted: 9000 },
  }));
  const generous = { ...plugin, state: "enabled", contract: { ...contract, capabilities } };
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(generous),
    "PUT /plugins/webinars/grants": () => ok({}),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Adjust …" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("switch", { name: "Know people" }));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await screen.findByText("The rights of Webinars are changed.");
  expect(calls.find(({ method }) => method === "PUT")?.body).toEqual({ mail: 9000 });
});

test("a plugin that failed says why, and is enabled anew from there", async () => {
  const state_reason = "The migration 0002_more.sql was refused: no such table.";
  let state = "failed";
  hostWith({
    ...base,
    "GET /plugins/webinars": () => ok({ ...plugin, state, state_reason: state === "failed" ? { en: state_reason } : null }),
    "POST /plugins/webinars/enable": () => ok({ ...plugin, state: (state = "enabled") }),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  expect((await screen.findByRole("alert")).textContent).toContain(state_reason);
  await user.click(screen.getByRole("button", { name: "Enable …" }));
  await user.click(within(await screen.findByRole("dialog")).getByRole("switch", { name: "Send e-mail" }));
  await user.click(screen.getByRole("button", { name: "Allow and enable" }));
  expect(await screen.findByText("Enabled")).toBeTruthy();
  expect(screen.queryByText(state_reason)).toBeNull();
});

test("a package that cannot be read says so, and is read again on demand", async () => {
  let contract: object = { refused: { en: "The component imports wasi:sockets." } };
  hostWith({ ...base, "GET /plugins/webinars": () => ok({ ...plugin, contract }) });
  const { user } = openAsAdmin("/plugins/webinars");
  expect((await screen.findByRole("alert")).textContent).toContain("The component imports wasi:sockets.");
  expect(screen.queryByRole("button", { name: "Enable …" })).toBeNull();
  contract = plugin.contract;
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByRole("heading", { name: "Send e-mail" })).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("disabling asks first", async () => {
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok({ ...plugin, state: "enabled" }),
    "POST /plugins/webinars/disable": () => ok(plugin),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Disable" }));
  const dialog = await screen.findByRole("dialog", { name: "Disable Webinars?" });
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
  await user.click(within(dialog).getByRole("button", { name: "Disable" }));
  await waitFor(() => expect(calls.some(({ path }) => path === "/plugins/webinars/disable")).toBe(true));
});

test("a stored secret is never shown, and stays when nothing is written over it", async () => {
  const fields = [
    { name: "sender", kind: "text", label: { en: "Sender" }, required: true },
    { name: "key", kind: "text", label: { en: "Key" }, required: true, secret: true },
  ];
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars/settings": () => ok({ fields, values: { sender: "Feldwerk", key: { set: true } } }),
    "PUT /plugins/webinars/settings": () => ok({}),
  });
  const { user } = openAsAdmin("/plugins/webinars/settings");
  expect(await screen.findByLabelText("Key")).toHaveProperty("value", "");
  await user.type(screen.getByLabelText("Sender"), " GmbH");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("Settings saved.")).toBeTruthy();
  expect(calls.find(({ method }) => method === "PUT")?.body).toEqual({ sender: "Feldwerk GmbH" });
});

const usage = {
  calls: 18_234,
  faults: 1,
  refusals: 2,
  cpu_ms: 48_230,
  sql_ms: 912,
  writer_ms: 30,
  peak_memory_bytes: 7_340_032,
  stored_bytes: 1_204_224,
  granted_mb: 50,
  last_fault: { at: "2026-03-01T09:00:00Z", message: "deadline exceeded" },
  last_refusal: { at: "2026-03-01T10:00:00Z", message: "not granted mail" },
  quantities: [],
  routes: [
    { route: "GET /webinars/{slug}", calls: 18_230, faults: 0, cpu_ms: 45_575, p50_ms: 2.815, p95_ms: 14.335 },
    { route: "POST /webinars/{slug}", calls: 4, faults: 1, cpu_ms: 2_655, p50_ms: 655, p95_ms: 720 },
  ],
};

test("usage is shown in tidy numbers with the last fault", async () => {
  hostWith({ ...base, "GET /plugins/webinars/usage": () => ok(usage) });
  openAsAdmin("/plugins/webinars/usage");
  expect(await screen.findByText("18,234")).toBeTruthy();
  const figures = ["48.2 s", "912 ms", "30 ms", "7.34 MB", "1.2 MB of 50 MB"];
  const shown = screen.getAllByRole("definition").map(({ textContent }) => textContent?.replaceAll("\u00a0", " ").trim());
  expect(shown).toEqual(expect.arrayContaining(figures));
  expect(screen.getByText("deadline exceeded")).toBeTruthy();
  expect(screen.getByText("Last refusal")).toBeTruthy();
  expect(screen.getByText("not granted mail")).toBeTruthy();
});

test("usage tells what each route costs", async () => {
  hostWith({ ...base, "GET /plugins/webinars/usage": () => ok(usage) });
  openAsAdmin("/plugins/webinars/usage");
  const table = await screen.findByRole("table", { name: "By route" });
  const rows = within(table).getAllByRole("row").slice(1);
  const texts = rows.map((row) => within(row).getAllByRole("cell").map(readCell));
  expect(texts).toEqual([
    ["GET /webinars/{slug}", "18,230", "0", "45.6 s", "2.5 ms", "2.82 ms", "14.3 ms"],
    ["POST /webinars/{slug}", "4", "1", "2.66 s", "664 ms", "655 ms", "720 ms"],
  ]);
});

test("a plugin that nobody has called yet has a usage too", async () => {
  const none = { ...usage, calls: 0, faults: 0, last_fault: null, last_refusal: null, granted_mb: null, routes: [] };
  hostWith({ ...base, "GET /plugins/webinars/usage": () => ok(none) });
  openAsAdmin("/plugins/webinars/usage");
  expect(await screen.findByText("No calls yet.")).toBeTruthy();
});

/** A cell's value without the label that it carries on a narrow screen. */
function readCell(cell: HTMLElement) {
  return cell.querySelector("div")?.textContent?.replaceAll("\u00a0", " ");
}

test("whoever starts the day sees which plugins fail", async () => {
  const faulty = { ...plugin, usage: { ...plugin.usage, calls: 9, faults: 1, last_fault: usage.last_fault } };
  const failed = { ...plugin, id: "hello", name: { en: "Hello" }, state: "failed" };
  const refused = {
    ...plugin,
    id: "shop",
    name: { en: "Shop" },
    usage: { ...plugin.usage, last_refusal: usage.last_refusal },
  };
  hostWith({ ...base, "GET /plugins": () => page([plugin, faulty, failed, refused]) });
  openAsAdmin("/");
  const link = await screen.findByRole("link", { name: /^Webinars had a fault, the last one on 1 Mar 2026/ });
  expect(link.getAttribute("href")).toBe("/plugins/webinars/usage");
  expect(screen.getByRole("link", { name: "Hello has failed and is switched off" })).toBeTruthy();
  expect(screen.getByRole("link", { name: /^Shop wanted more than it may, last on 1 Mar 2026/ })).toBeTruthy();
});

test("a failure names the request, so that it is found in the log", async () => {
  hostWith({ ...base, "GET /plugins": () => refusal(500, "INTERNAL", "Something went wrong.") });
  openAsAdmin("/plugins");
  expect(await screen.findByText("Something went wrong.")).toBeTruthy();
  expect(screen.getByText("req-1")).toBeTruthy();
});
