import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { UpgradePreview } from "../src/api/types";
import { showLanguage } from "../src/i18n/language";
import { panel, plugin } from "./support/data";
import { hostWith, ok, page, refusal, type Seen } from "./support/host";
import { openAsAdmin } from "./support/screen";

const enabled = { ...plugin, state: "enabled" };
const dated = { ...enabled, update: "1.1.0" };
const left = { ...plugin, state: "uninstalled" };

const base = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([dated]),
  "GET /plugins/webinars": () => ok(dated),
};

const preview: UpgradePreview = {
  from: "1.0.0",
  to: "1.1.0",
  grows: true,
  changes: [
    { text: { en: "New right: call other servers.", de: "Neues Recht: andere Server ansprechen." }, grows: true },
    { text: { en: "The page /webinars/old is gone.", de: "Die Seite /webinars/old entfällt." }, grows: false },
  ],
  holds_writer_ms: 2500,
  grants: { mail: 200, http: 60 },
};

/** The panel's host, where an upgrade was rehearsed with this outcome. */
function rehearsed(outcome: UpgradePreview) {
  return {
    ...base,
    "GET /plugins/webinars/upgrade": () => ok(outcome),
    "POST /plugins/webinars/upgrade": () => ok({ ...enabled, version: outcome.to }),
  };
}

function sent(calls: Seen[], path: string) {
  return calls.find((call) => call.method === "POST" && call.path === path);
}

const file = () => new File(["PK bytes"], "webinars-1.0.0.mqp");

/** Opens the list and its dialog for a package. */
async function installing() {
  const { user, router } = openAsAdmin("/plugins");
  await user.click(await screen.findByRole("button", { name: "Install a plugin" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Install a plugin" }));
  return { user, router, dialog };
}

test("a package is sent as it is, and its contract is there to be judged before anything runs", async () => {
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(plugin),
    "POST /plugins/packages": () => ok(plugin, {}, 201),
  });
  const { user, router, dialog } = await installing();
  expect(dialog.getByRole("button", { name: "Install" })).toHaveProperty("disabled", true);
  await user.upload(dialog.getByLabelText("Package"), file());
  expect(dialog.getByText("webinars-1.0.0.mqp")).toBeTruthy();
  await user.click(dialog.getByRole("button", { name: "Install" }));
  expect(await screen.findByText(/^Webinars 1\.0\.0 is installed\./)).toBeTruthy();
  expect(await screen.findByRole("button", { name: "Enable …" })).toBeTruthy();
  expect(router.state.location.pathname).toBe("/plugins/webinars");
  const call = sent(calls, "/plugins/packages");
  expect(call?.headers.get("content-type")).toBe("application/zip");
  expect(call?.body).toHaveProperty("size", "PK bytes".length);
});

test("why a package is refused stands at the field, until another is chosen", async () => {
  const sentence = "The package of webinars is not signed.";
  hostWith({ ...base, "POST /plugins/packages": () => refusal(422, "VALIDATION_ERROR", sentence) });
  const { user, dialog } = await installing();
  const input = dialog.getByLabelText("Package");
  await user.upload(input, file());
  await user.click(dialog.getByRole("button", { name: "Install" }));
  const shown = await dialog.findByText(sentence);
  expect(input.getAttribute("aria-describedby")?.split(" ")).toContain(shown.id);
  expect(input.getAttribute("aria-invalid")).toBe("true");
  await user.upload(input, file());
  expect(dialog.queryByText(sentence)).toBeNull();
});

test("each reason of a refusal is told", async () => {
  const details = [{ field: "capabilities.mail", message: "A reason is missing." }];
  hostWith({ ...base, "POST /plugins/packages": () => refusal(422, "VALIDATION_ERROR", "Please look again.", details) });
  const { user, dialog } = await installing();
  await user.upload(dialog.getByLabelText("Package"), file());
  await user.click(dialog.getByRole("button", { name: "Install" }));
  expect((await dialog.findByText(/Please look again\./)).textContent).toContain("capabilities.mail: A reason is missing.");
});

test("a package can be dropped, and nothing else", async () => {
  hostWith(base);
  const { dialog } = await installing();
  const zone = dialog.getByLabelText("Package").parentElement;
  if (!zone) throw new Error("There is no place to drop it.");
  fireEvent.drop(zone, { dataTransfer: { files: [new File(["a"], "picture.png")] } });
  expect(dialog.getByText("Please choose a single .mqp file.")).toBeTruthy();
  fireEvent.drop(zone, { dataTransfer: { files: [file()] } });
  expect(dialog.getByText("webinars-1.0.0.mqp")).toBeTruthy();
  expect(dialog.queryByText("Please choose a single .mqp file.")).toBeNull();
});

test("while a package is checked the dialog says so and stays", async () => {
  const answers: ((response: Response) => void)[] = [];
  hostWith({ ...base, "POST /plugins/packages": () => new Promise((resolve) => answers.push(resolve)) });
  const { user, dialog } = await installing();
  await user.upload(dialog.getByLabelText("Package"), file());
  await user.click(dialog.getByRole("button", { name: "Install" }));
  expect(await dialog.findByText(/^The package is being checked\./)).toBeTruthy();
  await user.keyboard("{Escape}");
  expect(screen.getByRole("dialog")).toBeTruthy();
  answers[0]?.(ok(dated, {}, 201));
  expect(await screen.findByText(/^Webinars 1\.1\.0 is installed beside 1\.0\.0\./)).toBeTruthy();
});

test("the list tells which plugin can be updated", async () => {
  hostWith(base);
  openAsAdmin("/plugins");
  expect(await screen.findByText("Update available: 1.1.0")).toBeTruthy();
});

test("the list tells which plugin has left its data", async () => {
  hostWith({ ...base, "GET /plugins": () => page([left]) });
  openAsAdmin("/plugins");
  expect(await screen.findByText("Its data is still here.")).toBeTruthy();
});

/** Opens the plugin's page and reviews the update. */
async function reviewing() {
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Review update …" }));
  return { user, dialog: within(await screen.findByRole("dialog", { name: "Update Webinars to 1.1.0?" })) };
}

test("an update shows what grows first, in words, and waits for consent", async () => {
  const calls = hostWith(rehearsed(preview));
  const { user, dialog } = await reviewing();
  await dialog.findByRole("heading", { name: "This version may do more" });
  const listed = dialog.getAllByRole("listitem").map(({ textContent }) => textContent);
  expect(listed).toEqual(["MoreNew right: call other servers.", "The page /webinars/old is gone."]);
  const headings = dialog.getAllByRole("heading", { level: 3 }).map(({ textContent }) => textContent);
  expect(headings).toEqual(["This version may do more", "What else changes"]);
  expect(dialog.getByText(/nobody can save for about 2\.5\ss/)).toBeTruthy();

  const update = dialog.getByRole("button", { name: "Update to 1.1.0" });
  expect(update).toHaveProperty("disabled", true);
  await user.click(dialog.getByRole("checkbox", { name: "I agree that this plugin may do this" }));
  await user.click(update);
  expect(await screen.findByText("Webinars is version 1.1.0 now.")).toBeTruthy();
  expect(calls.find(({ path, method }) => method === "GET" && path.endsWith("/upgrade"))?.query.get("version")).toBe("1.1.0");
  expect(sent(calls, "/plugins/webinars/upgrade")?.body).toEqual({ version: "1.1.0", grants: { mail: 200, http: 60 } });
});

test("an update that may do no more asks for no consent, changes no grants and keeps quiet about a short hold", async () => {
  const calls = hostWith(rehearsed({ ...preview, grows: false, changes: [], holds_writer_ms: 999 }));
  const { user, dialog } = await reviewing();
  expect(await dialog.findByText(/^It may do exactly what it may do now/)).toBeTruthy();
  expect(dialog.queryByText(/nobody can save/)).toBeNull();
  expect(dialog.queryByRole("checkbox")).toBeNull();
  await user.click(dialog.getByRole("button", { name: "Update to 1.1.0" }));
  await screen.findByText("Webinars is version 1.1.0 now.");
  expect(sent(calls, "/plugins/webinars/upgrade")?.body).toEqual({ version: "1.1.0" });
});

test("an update whose rehearsal fails says why and cannot be taken", async () => {
  const sentence = "0002_broken.sql: no such table.";
  hostWith({ ...base, "GET /plugins/webinars/upgrade": () => refusal(409, "CONFLICT", sentence) });
  const { dialog } = await reviewing();
  expect(await dialog.findByText(sentence)).toBeTruthy();
  expect(dialog.getByRole("button", { name: "Update to 1.1.0" })).toHaveProperty("disabled", true);
});

test("an update that fails after all says why, and the dialog stays", async () => {
  const quiet = { ...preview, grows: false, changes: [] };
  hostWith({ ...rehearsed(quiet), "POST /plugins/webinars/upgrade": () => refusal(409, "CONFLICT", "It did not start.") });
  const { user, dialog } = await reviewing();
  await dialog.findByText(/^It may do exactly/);
  await user.click(dialog.getByRole("button", { name: "Update to 1.1.0" }));
  expect(await dialog.findByText("It did not start.")).toBeTruthy();
});

test("going back asks first, says that data stay, and names the version", async () => {
  const upgraded = { ...enabled, version: "1.1.0", previous_version: "1.0.0" };
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(upgraded),
    "POST /plugins/webinars/rollback": () => ok(dated),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Go back to 1.0.0 …" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Go back to Webinars 1.0.0?" }));
  expect(dialog.getByText(/^What the plugin has stored stays/)).toBeTruthy();
  expect(sent(calls, "/plugins/webinars/rollback")).toBeUndefined();
  await user.click(dialog.getByRole("button", { name: "Go back to 1.0.0" }));
  expect(await screen.findByText("Webinars is version 1.0.0 again.")).toBeTruthy();
  expect(sent(calls, "/plugins/webinars/rollback")?.body).toEqual({});
});

test("a plugin that was never updated offers no way back", async () => {
  hostWith({ ...base, "GET /plugins/webinars": () => ok(enabled) });
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByText("There is no earlier version to go back to.")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Go back/ })).toBeNull();
});

test("uninstalling keeps the data unless somebody says otherwise", async () => {
  let gone = false;
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(gone ? left : enabled),
    "POST /plugins/webinars/uninstall": () => {
      gone = true;
      return ok({ id: "webinars", export: null });
    },
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Uninstall …" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Uninstall Webinars?" }));
  expect(dialog.getByRole("radio", { name: "Keep the data" })).toHaveProperty("checked", true);
  await user.click(dialog.getByRole("button", { name: "Uninstall" }));
  expect(await screen.findByText("Uninstalled, its data is still here")).toBeTruthy();
  expect(screen.getByText("Uninstalled")).toBeTruthy();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { level: 1 })));
  expect(screen.getByRole("button", { name: "Enable …" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Uninstall …" })).toBeNull();
  expect(sent(calls, "/plugins/webinars/uninstall")?.body).toEqual({ data: "keep" });
});

test("data are deleted only by who types the plugin's id, and the list says where the export is", async () => {
  const calls = hostWith({
    ...base,
    "POST /plugins/webinars/uninstall": () => ok({ id: "webinars", export: "data/backups/webinars-2026.zip" }),
  });
  const { user, router } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Uninstall …" }));
  const dialog = within(await screen.findByRole("dialog"));
  await user.click(dialog.getByRole("radio", { name: "Export the data, then delete it" }));
  const start = dialog.getByRole("button", { name: "Uninstall and delete data" });
  await user.type(dialog.getByLabelText("Type webinars to confirm"), "webinar");
  expect(start).toHaveProperty("disabled", true);
  await user.type(dialog.getByLabelText("Type webinars to confirm"), "s");
  await user.click(start);
  expect(await screen.findByText("data/backups/webinars-2026.zip")).toBeTruthy();
  expect(router.state.location.pathname).toBe("/plugins");
  expect(sent(calls, "/plugins/webinars/uninstall")?.body).toEqual({ data: "delete" });
  const reads = calls.filter(({ method, path }) => method === "GET" && path === "/plugins/webinars");
  expect(reads).toHaveLength(1);
});

test("what an uninstalled plugin has left can be deleted, in German too", async () => {
  await showLanguage("de");
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(left),
    "POST /plugins/webinars/uninstall": () => ok({ id: "webinars", export: null }),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Daten löschen …" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Daten von Webinare löschen?" }));
  expect(dialog.queryByRole("radio")).toBeNull();
  await user.type(dialog.getByLabelText("Geben Sie zur Bestätigung webinars ein"), "webinars");
  await user.click(dialog.getByRole("button", { name: "Daten löschen" }));
  expect(await screen.findByText("Es hatte nichts gespeichert, also gibt es keinen Export.")).toBeTruthy();
  await waitFor(() => expect(sent(calls, "/plugins/webinars/uninstall")?.body).toEqual({ data: "delete" }));
});

test("an uninstalled plugin is decided on anew: all that it asks for is on offer", async () => {
  const calls = hostWith({
    ...base,
    "GET /plugins/webinars": () => ok(left),
    "POST /plugins/webinars/enable": () => ok(enabled),
  });
  const { user } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Enable …" }));
  await user.click(await screen.findByRole("button", { name: "Allow and enable" }));
  await screen.findByText("Webinars is enabled.");
  expect(sent(calls, "/plugins/webinars/enable")?.body).toEqual({ grants: { mail: 1000, people: true } });
});

test("a plugin that the host cannot run can still go back and be taken away", async () => {
  const broken = { ...enabled, state: "failed", previous_version: "0.9.0", contract: { refused: { en: "It imports wasi:sockets." } } };
  hostWith({ ...base, "GET /plugins/webinars": () => ok(broken) });
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByRole("button", { name: "Go back to 0.9.0 …" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Uninstall …" })).toBeTruthy();
});

test("what was installed and never enabled can be removed", async () => {
  const calls = hostWith({
    ...base,
    "GET /plugins": () => page([]),
    "GET /plugins/webinars": () => ok({ ...plugin, installed: true }),
    "POST /plugins/webinars/uninstall": () => ok({ id: "webinars", export: null }),
  });
  const { user, router } = openAsAdmin("/plugins/webinars");
  await user.click(await screen.findByRole("button", { name: "Remove …" }));
  const dialog = within(await screen.findByRole("dialog", { name: "Remove Webinars 1.0.0?" }));
  await user.click(dialog.getByRole("button", { name: "Remove" }));
  expect(await screen.findByText("Webinars 1.0.0 is removed.")).toBeTruthy();
  expect(sent(calls, "/plugins/webinars/uninstall")?.body).toEqual({ data: "delete" });
  expect(router.state.location.pathname).toBe("/plugins");
});

test("a plugin of the binary that was never enabled offers no removal", async () => {
  hostWith({ ...base, "GET /plugins/webinars": () => ok(plugin) });
  openAsAdmin("/plugins/webinars");
  expect(await screen.findByRole("button", { name: "Enable …" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Remove …" })).toBeNull();
});
