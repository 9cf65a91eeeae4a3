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

test("enabling sends what was allowed, cut down where the admin wished it", async () => {
  const calls = hostWith({ ...base, "POST /plugins/webinars/enable": () => ok({ ...plugin, state: "enabled" }) });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  const dialog = await screen.findByRole("dialog", { name: "Enable Webinars?" });
  const quantity = within(dialog).getByLabelText("Up to");
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

test("no more can be granted than was asked", async () => {
  hostWith(base);
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(within(dialog).getByLabelText("Up to"), "0");
  expect(within(dialog).getByText("A whole number from 1 to 1,000.")).toBeTruthy();
  expect(within(dialog).getByRole("button", { name: "Allow and enable" })).toHaveProperty("disabled", true);
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

test("usage is shown in tidy numbers with the last fault", async () => {
  const usage = {
    calls: 18_234,
    faults: 1,
    cpu_ms: 48_230,
    sql_ms: 912,
    writer_ms: 30,
    peak_memory_bytes: 7_340_032,
    last_fault: { at: "2026-03-01T09:00:00Z", message: "deadline exceeded" },
    routes: [],
  };
  hostWith({ ...base, "GET /plugins/webinars/usage": () => ok(usage) });
  openAsAdmin("/plugins/webinars/usage");
  expect(await screen.findByText("18,234")).toBeTruthy();
  expect(screen.getByText(/48\.2\ss/)).toBeTruthy();
  expect(screen.getByText("deadline exceeded")).toBeTruthy();
});

test("a failure names the request, so that it is found in the log", async () => {
  hostWith({ ...base, "GET /plugins": () => refusal(500, "INTERNAL", "Something went wrong.") });
  openAsAdmin("/plugins");
  expect(await screen.findByText("Something went wrong.")).toBeTruthy();
  expect(screen.getByText("req-1")).toBeTruthy();
});
