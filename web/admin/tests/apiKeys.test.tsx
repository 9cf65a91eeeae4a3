import { screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { panel } from "./support/data";
import { hostWith, none, ok, page, refusal } from "./support/host";
import { openAsAdmin } from "./support/screen";

const key = {
  id: 5,
  name: "Nightly export",
  prefix: "mq_a1b2",
  scopes: ["webinars:read", "system:manage"],
  expires_at: "2026-06-01T09:00:00Z",
  last_used_at: null,
  created_at: "2026-03-01T09:00:00Z",
};
const base = { "GET /panel": () => ok(panel), "GET /api-keys": () => page([key]) };

async function openForm() {
  const opened = openAsAdmin("/account/api-keys");
  await opened.user.click(await screen.findByRole("button", { name: "New key" }));
  return { ...opened, dialog: await screen.findByRole("dialog", { name: "New key" }) };
}

test("keys tell what they may do, until when, and whether they were used", async () => {
  vi.setSystemTime("2026-04-01T09:00:00Z");
  hostWith(base);
  openAsAdmin("/account/api-keys");
  const list = await screen.findByRole("list", { name: "API keys" });
  const text = within(list).getByRole("listitem").textContent;
  for (const told of ["Nightly export", "mq_a1b2…", "Webinars: read · System: manage", "Works until", "Never used"]) {
    expect(text).toContain(told);
  }
  expect(text).not.toContain("Expired");
  vi.useRealTimers();
});

test("a new key gets a name, an end and some of one's own rights, and is shown once", async () => {
  vi.setSystemTime("2026-04-01T09:00:00Z");
  const calls = hostWith({ ...base, "POST /api-keys": () => ok({ ...key, key: "mq_a1b2c3d4" }, {}, 201) });
  const { user, dialog } = await openForm();
  await user.type(within(dialog).getByLabelText("Name"), "Nightly export");
  await user.selectOptions(within(dialog).getByLabelText("Works for"), "30 days");
  const webinars = within(dialog).getByRole("group", { name: "Webinars" });
  expect(within(webinars).getAllByRole("checkbox")).toHaveLength(2);
  await user.click(within(webinars).getByRole("checkbox", { name: "read" }));
  await user.type(within(dialog).getByLabelText("Your password"), "correct horse");
  await user.click(within(dialog).getByRole("button", { name: "Create the key" }));
  const shown = await screen.findByRole("dialog", { name: "Your key “Nightly export”" });
  expect(within(shown).getByLabelText("Key")).toHaveProperty("value", "mq_a1b2c3d4");
  await user.keyboard("{Escape}");
  expect(within(shown).getByRole("button", { name: "Done" })).toHaveProperty("disabled", true);
  await user.click(within(shown).getByRole("checkbox"));
  await user.click(within(shown).getByRole("button", { name: "Done" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const sent = calls.find(({ method, path }) => method === "POST" && path === "/api-keys");
  expect(sent?.body).toEqual({
    name: "Nightly export",
    scopes: ["webinars:read"],
    expires_at: expect.stringMatching(/^2026-05-01T09:0/) as string,
    password: "correct horse",
  });
  expect(sent?.headers.has("idempotency-key")).toBe(false);
  vi.useRealTimers();
});

test("a key without a right is not asked for", async () => {
  const calls = hostWith(base);
  const { user, dialog } = await openForm();
  await user.type(within(dialog).getByLabelText("Name"), "Empty");
  await user.type(within(dialog).getByLabelText("Your password"), "correct horse");
  await user.click(within(dialog).getByRole("button", { name: "Create the key" }));
  expect(await within(dialog).findByText("Please choose at least one.")).toBeTruthy();
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
});

test("renewing a key asks for the password and shows the new one", async () => {
  const calls = hostWith({ ...base, "POST /api-keys/5/rotate": () => ok({ ...key, key: "mq_new" }) });
  const { user } = openAsAdmin("/account/api-keys");
  await user.click(await screen.findByRole("button", { name: "Renew “Nightly export”" }));
  await user.type(await screen.findByLabelText("Your password"), "correct horse");
  await user.click(screen.getByRole("button", { name: "Renew the key" }));
  expect(await screen.findByLabelText("Key")).toHaveProperty("value", "mq_new");
  expect(calls.find(({ path }) => path.endsWith("/rotate"))?.body).toEqual({ password: "correct horse" });
});

test("a key is revoked after a question, and a refusal is said in it", async () => {
  const answers = [() => refusal(404, "NOT_FOUND", "gone"), none];
  hostWith({ ...base, "DELETE /api-keys/5": () => (answers.shift() ?? none)() });
  const { user } = openAsAdmin("/account/api-keys");
  await user.click(await screen.findByRole("button", { name: "Revoke “Nightly export”" }));
  const dialog = await screen.findByRole("dialog", { name: "Revoke “Nightly export”?" });
  await user.click(within(dialog).getByRole("button", { name: "Revoke …" }));
  expect(await within(dialog).findByText("This does not exist, or no longer does.")).toBeTruthy();
  await user.click(within(dialog).getByRole("button", { name: "Revoke …" }));
  expect(await screen.findByText("“Nightly export” is revoked.")).toBeTruthy();
});
