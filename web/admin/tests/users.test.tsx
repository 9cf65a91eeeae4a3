import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { admin, panel } from "./support/data";
import { hostWith, none, ok, page, refusal } from "./support/host";
import { openAsAdmin } from "./support/screen";

const owner = { ...admin, permissions: [...admin.permissions, "users:read", "users:manage", "audit:read"] };
const reader = { ...admin, role: "admin" as const, permissions: ["users:read"] };
const grace = {
  id: 2,
  email: "grace@example.org",
  name: "Grace Hopper",
  role: "editor",
  status: "active",
  language: "en",
  timezone: "Europe/Berlin",
  avatar_url: null,
  two_factor_enabled: true,
  last_login_at: null,
  login_count: 0,
  failed_login_attempts: 0,
  locked_until: null,
  password_changed_at: null,
  created_at: "2026-03-01T09:00:00Z",
  updated_at: "2026-03-01T09:00:00Z",
  deleted_at: null,
};
const self = { ...grace, id: 1, name: "Ada Klein", email: "ada@example.org", role: "super_admin" };
const base = {
  "GET /panel": () => ok(panel),
  "GET /users": () => page([self, grace]),
  "GET /users/2": () => ok(grace, { etag: '"u1"' }),
};

async function openMenu(name: string) {
  const opened = openAsAdmin("/users", owner);
  await opened.user.click(await screen.findByRole("button", { name: `Actions for ${name}` }));
  return opened;
}

async function offers(): Promise<(string | null)[]> {
  return (await screen.findAllByRole("menuitem")).map(({ textContent }) => textContent);
}

test("users are listed with their role and state, and narrowed by the host", async () => {
  const calls = hostWith(base);
  const { user, router } = openAsAdmin("/users", owner);
  const table = await screen.findByRole("table", { name: "Users" });
  const text = within(table).getAllByRole("row").at(-1)?.textContent;
  for (const told of ["Grace Hopper", "grace@example.org", "Editor", "Active", "On", "Never"]) expect(text).toContain(told);
  await user.selectOptions(screen.getByRole("combobox", { name: "Role" }), "editor");
  await waitFor(() => expect(router.state.location.search).toBe("?role=editor"));
  await waitFor(() => expect(calls.at(-1)?.query.get("role")).toBe("editor"));
});

test("who may only read them is offered nothing to do", async () => {
  hostWith(base);
  openAsAdmin("/users", reader);
  expect(await screen.findByRole("link", { name: "Grace Hopper" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: /^Actions for/ })).toBeNull();
  expect(screen.queryByRole("link", { name: "Invite somebody" })).toBeNull();
});

test("nobody is offered to lock or delete themselves", async () => {
  hostWith(base);
  await openMenu("Ada Klein");
  expect(await offers()).toEqual(["Edit"]);
});

test("what is offered depends on how somebody stands", async () => {
  hostWith({ ...base, "GET /users": () => page([{ ...grace, status: "invited", two_factor_enabled: false }]) });
  await openMenu("Grace Hopper");
  expect(await offers()).toEqual(["Edit", "Send the invitation again", "Lock …", "Delete …"]);
});

test("a pause after wrong passwords is shown and can be ended", async () => {
  hostWith({ ...base, "GET /users": () => page([{ ...grace, locked_until: "2999-01-01T00:00:00Z" }]) });
  await openMenu("Grace Hopper");
  expect(screen.getByText("Paused")).toBeTruthy();
  expect(await offers()).toContain("Unlock");
});

test.each([
  ["Lock …", "Lock Grace Hopper?", "Lock", "/users/2/lock", "Grace Hopper is locked."],
  ["Reset two-factor sign-in …", "Reset two-factor sign-in of Grace Hopper?", "Reset", "/users/2/mfa/reset", "Two-factor sign-in of Grace Hopper is reset."],
])("%s asks first, then does it", async (offer, title, confirm, path, done) => {
  const calls = hostWith({ ...base, [`POST ${path}`]: none });
  const { user } = await openMenu("Grace Hopper");
  await user.click(await screen.findByRole("menuitem", { name: offer }));
  const dialog = await screen.findByRole("dialog", { name: title });
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
  await user.click(within(dialog).getByRole("button", { name: confirm }));
  expect(await screen.findByText(done)).toBeTruthy();
  expect(calls.find(({ method }) => method === "POST")?.body).toBeUndefined();
});

test("the last super administrator cannot be locked, and the dialog says why", async () => {
  hostWith({ ...base, "POST /users/2/lock": () => refusal(409, "CONFLICT", "The site needs at least one.") });
  const { user } = await openMenu("Grace Hopper");
  await user.click(await screen.findByRole("menuitem", { name: "Lock …" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Lock" }));
  expect(await within(dialog).findByText("The site needs at least one.")).toBeTruthy();
});

test("an invitation needs an address, a name and a role, and goes out at once", async () => {
  const calls = hostWith({ ...base, "POST /users": () => ok({ ...grace, id: 3 }, {}, 201) });
  const { user, router } = openAsAdmin("/users/new", owner);
  await user.type(await screen.findByLabelText("E-mail"), "lin@example.org");
  await user.type(screen.getByLabelText("Name"), "Lin");
  await user.selectOptions(screen.getByLabelText("Role"), "viewer");
  await user.click(screen.getByRole("button", { name: "Send the invitation" }));
  expect(await screen.findByText("Invitation sent to lin@example.org.")).toBeTruthy();
  expect(router.state.location.pathname).toBe("/users");
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    email: "lin@example.org",
    name: "Lin",
    role: "viewer",
    language: "en",
    timezone: "Europe/Berlin",
  });
});

test("an address that somebody has is refused at its field", async () => {
  const details = [{ field: "email", message: "This value is already in use." }];
  hostWith({ ...base, "POST /users": () => refusal(422, "VALIDATION_ERROR", "no", details) });
  const { user } = openAsAdmin("/users/new", owner);
  await user.type(await screen.findByLabelText("E-mail"), "grace@example.org");
  await user.type(screen.getByLabelText("Name"), "Grace");
  await user.click(screen.getByRole("button", { name: "Send the invitation" }));
  expect(await screen.findByText("This value is already in use.")).toBeTruthy();
});

test("a new role is sent alone, for the version that was read, and a later version is not overwritten", async () => {
  const answers = [() => refusal(412, "PRECONDITION_FAILED", "changed"), () => ok({ ...grace, role: "admin" })];
  const calls = hostWith({ ...base, "PATCH /users/2": () => (answers.shift() ?? none)() });
  const { user, router } = openAsAdmin("/users/2/edit", owner);
  await user.selectOptions(await screen.findByLabelText("Role"), "admin");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(/^Somebody else has changed this person meanwhile/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/users/2"));
  const sent = calls.find(({ method }) => method === "PATCH");
  expect(sent?.body).toEqual({ role: "admin" });
  expect(sent?.headers.get("if-match")).toBe('"u1"');
});

test("the menu shows what one may open", async () => {
  hostWith(base);
  openAsAdmin("/users", reader);
  const menu = await screen.findByRole("navigation", { name: "Main menu" });
  expect(within(menu).getByRole("link", { name: "Users" })).toBeTruthy();
  expect(within(menu).queryByRole("link", { name: "Audit log" })).toBeNull();
});

const event = {
  id: 9,
  event_type: "role_changed",
  severity: "high",
  email: "grace@example.org",
  ip_address: "203.0.113.7",
  user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  details: { from: "editor", to: "admin" },
  created_at: "2026-03-01T09:00:00Z",
  updated_at: "2026-03-01T09:00:00Z",
  deleted_at: null,
};

test("security events are told in words, and one that is new to the panel by its name", async () => {
  const calls = hostWith({ ...base, "GET /security-events": () => page([event, { ...event, id: 10, event_type: "moon_rose", details: {} }]) });
  const { user } = openAsAdmin("/security-events", owner);
  const table = await screen.findByRole("table", { name: "Security events" });
  const [, first, second] = within(table).getAllByRole("row").map(({ textContent }) => textContent);
  for (const told of ["Role changed", "grace@example.org", "from: editor, to: admin", "High", "203.0.113.7", "Firefox on Linux"]) {
    expect(first).toContain(told);
  }
  expect(second).toContain("moon_rose");
  await user.selectOptions(screen.getByRole("combobox", { name: "Severity" }), "critical");
  await waitFor(() => expect(calls.at(-1)?.query.get("severity")).toBe("critical"));
});

const record = {
  id: 4,
  actor_kind: "user",
  actor_id: 2,
  action: "change",
  resource: "webinars/topics",
  record_id: 7,
  before: { title: "Old", slug: "same", updated_at: "1" },
  after: { title: "New", slug: "same", updated_at: "2" },
  request_id: "req-9",
  created_at: "2026-03-01T09:00:00Z",
  updated_at: "2026-03-01T09:00:00Z",
  deleted_at: null,
};

test("the audit log names who it was, and shows what differs", async () => {
  hostWith({ ...base, "GET /audit": () => page([record]) });
  const { user } = openAsAdmin("/audit", owner);
  const table = await screen.findByRole("table", { name: "Audit log" });
  expect(await within(table).findByText("Grace Hopper")).toBeTruthy();
  await user.click(within(table).getByRole("button", { name: "Changed" }));
  const dialog = await screen.findByRole("dialog", { name: "Changed: webinars/topics #7" });
  const rows = within(dialog).getAllByRole("row").map(({ textContent }) => textContent);
  expect(rows).toEqual(["FieldBeforeAfter", "titleOldNew"]);
});

test.each([
  [{ intact: true, chained: 1200, older: 0, erased: 0, last_hash: "abc", broken_at: null }, "Yes, every record is as it was written"],
  [{ intact: false, chained: 3, older: 0, erased: 0, last_hash: null, broken_at: { id: 3, what: "hash" } }, "No: record 3 is not as it was written"],
])("the chain of the audit log is looked at: %o", async (verified, said) => {
  hostWith({ ...base, "GET /audit": () => page([record]), "GET /audit/verify": () => ok(verified) });
  const { user } = openAsAdmin("/audit", owner);
  await user.click(await screen.findByRole("button", { name: "Verify" }));
  expect(await screen.findByText(said)).toBeTruthy();
});
