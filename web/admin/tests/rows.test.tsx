import { cleanup, screen, waitFor, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { showLanguage } from "../src/i18n/language";
import { panel, session, topic } from "./support/data";
import { hostWith, none, ok, page, refusal } from "./support/host";
import { openAsAdmin } from "./support/screen";

const base = {
  "GET /panel": () => ok(panel),
  "GET /webinars/topics": () => page([topic]),
  "GET /webinars/topics/7": () => ok(topic, { etag: '"t1"' }),
  "GET /webinars/sessions": () => page([session]),
  "GET /webinars/sessions/12": () => ok(session, { etag: '"s1"' }),
};

test("a list shows the described columns in the reader's language and the row's zone", async () => {
  hostWith(base);
  await showLanguage("de");
  openAsAdmin("/webinars/sessions");
  const table = await screen.findByRole("table", { name: "Termine" });
  const headers = within(table).getAllByRole("columnheader");
  expect(headers.map(({ textContent }) => textContent)).toEqual(["Thema", "Beginn", "Plätze", "Status"]);
  expect(within(table).getByRole("link", { name: "Dauermagnete" })).toHaveProperty("pathname", "/webinars/sessions/12");
  expect(within(table).getByText("1. Juli 2026, 09:00 MESZ")).toBeTruthy();
  expect(within(table).getByText("Geplant")).toBeTruthy();
});

test("sorting and filtering are asked of the host and stand in the address", async () => {
  const calls = hostWith(base);
  const { user, router } = openAsAdmin("/webinars/sessions");
  await user.click(await screen.findByRole("button", { name: "Starts" }));
  await user.selectOptions(screen.getByRole("combobox", { name: "Status" }), "cancelled");
  await waitFor(() => expect(router.state.location.search).toBe("?sort=-starts_at&status=cancelled"));
  await waitFor(() => expect(calls.at(-1)?.query.get("status")).toBe("cancelled"));
  expect(calls.at(-1)?.query.get("sort")).toBe("-starts_at");
});

test("an empty list says so and offers the first step", async () => {
  hostWith({ ...base, "GET /webinars/topics": () => page([]) });
  openAsAdmin("/webinars/topics");
  expect(await screen.findByText("No Topics yet")).toBeTruthy();
  expect(screen.getAllByRole("link", { name: "New: Topic" })).toHaveLength(2);
});

test("a form is drawn from the description, and what is missing is said before anything is sent", async () => {
  const calls = hostWith(base);
  const { user } = openAsAdmin("/webinars/sessions/new");
  expect(await screen.findByLabelText("Starts")).toHaveProperty("type", "datetime-local");
  expect(screen.getByLabelText("Time zone")).toHaveProperty("value", "Europe/Berlin");
  expect(screen.getByLabelText("Seats")).toHaveProperty("inputMode", "numeric");
  expect(screen.queryByLabelText("Registered")).toBeNull();
  await user.type(screen.getByLabelText("Seats"), "0");
  await user.click(screen.getByRole("button", { name: "Create" }));
  expect(await screen.findByText("Must be at least 1.")).toBeTruthy();
  expect(screen.getByLabelText("Topic").getAttribute("aria-invalid")).toBe("true");
  expect(calls.some(({ method }) => method === "POST")).toBe(false);
});

test("a new row is sent with its local time turned into a moment", async () => {
  const calls = hostWith({ ...base, "POST /webinars/sessions": () => ok(session, {}, 201) });
  const { user, router } = openAsAdmin("/webinars/sessions/new?topic_id=7");
  const starts = await screen.findByLabelText("Starts");
  await user.type(starts, "2026-07-01T09:00");
  await user.type(screen.getByLabelText("Seats"), "100");
  await user.click(screen.getByRole("button", { name: "Create" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/webinars/sessions/12"));
  expect(calls.find(({ method }) => method === "POST")?.body).toEqual({
    topic_id: 7,
    starts_at: "2026-07-01T07:00:00Z",
    time_zone: "Europe/Berlin",
    language: "de",
    capacity: 100,
    status: "scheduled",
  });
});

test("a reference is found by typing a part of its name", async () => {
  const calls = hostWith(base);
  const { user } = openAsAdmin("/webinars/sessions/new");
  await user.type(await screen.findByLabelText("Topic"), "magn");
  await user.click(await screen.findByRole("option", { name: "Permanent magnets" }));
  await waitFor(() => expect(screen.getByLabelText("Topic")).toHaveProperty("value", "Permanent magnets"));
  expect(calls.some(({ path, query }) => path === "/webinars/topics" && query.get("q") === "magn")).toBe(true);
});

test("a local time that the clock skips is refused at its field", async () => {
  hostWith(base);
  const { user } = openAsAdmin("/webinars/sessions/12/edit");
  const starts = await screen.findByLabelText("Starts");
  await user.clear(starts);
  await user.type(starts, "2026-03-29T02:30");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("The clock skips this time on that day in Europe/Berlin.")).toBeTruthy();
});

test("an address follows the title until it is written by hand", async () => {
  hostWith(base);
  const { user } = openAsAdmin("/webinars/topics/new");
  await user.type(await screen.findByLabelText("Title: English"), "Strong Fields");
  expect(screen.getByLabelText("Address")).toHaveProperty("value", "strong-fields");
  await user.clear(screen.getByLabelText("Address"));
  await user.type(screen.getByLabelText("Address"), "fields");
  await user.type(screen.getByLabelText("Title: English"), " again");
  expect(screen.getByLabelText("Address")).toHaveProperty("value", "fields");
});

test("what the host refuses is said at the field, and the field has the focus", async () => {
  const details = [{ field: "slug", message: "This value is already in use." }];
  hostWith({ ...base, "PATCH /webinars/topics/7": () => refusal(422, "VALIDATION_ERROR", "Please check.", details) });
  const { user } = openAsAdmin("/webinars/topics/7/edit");
  const slug = await screen.findByLabelText("Address");
  await user.clear(slug);
  await user.type(slug, "taken");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("This value is already in use.")).toBeTruthy();
  expect(slug.getAttribute("aria-invalid")).toBe("true");
  expect(slug.getAttribute("aria-describedby")).toBe("field-slug-error");
  expect(document.activeElement).toBe(slug);
});

test("the first field at fault has the focus, also when it is searched by typing", async () => {
  hostWith(base);
  const { user } = openAsAdmin("/webinars/sessions/new");
  const first = await screen.findByLabelText("Topic");
  await user.click(screen.getByRole("button", { name: "Create" }));
  expect((await screen.findAllByText("This field is required.")).length).toBeGreaterThan(1);
  expect(document.activeElement).toBe(first);
});

test("a change sends only what was changed, with the tag it was read with", async () => {
  const calls = hostWith({ ...base, "PATCH /webinars/sessions/12": () => ok(session) });
  const { user, router } = openAsAdmin("/webinars/sessions/12/edit");
  const seats = await screen.findByLabelText("Seats");
  await user.clear(seats);
  await user.type(seats, "150");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/webinars/sessions/12"));
  const change = calls.find(({ method }) => method === "PATCH");
  expect(change?.body).toEqual({ capacity: 150 });
  expect(change?.headers.get("if-match")).toBe('"s1"');
});

/** The choices of a session's status. */
async function offered() {
  openAsAdmin("/webinars/sessions/12/edit");
  const options = within(await screen.findByLabelText("Status")).getAllByRole("option");
  const labels = options.map(({ textContent }) => textContent);
  cleanup();
  return labels;
}

test("a choice that is left to the plugin is offered only where the row has it", async () => {
  let status = "scheduled";
  hostWith({ ...base, "GET /webinars/sessions/12": () => ok({ ...session, status }, { etag: '"s1"' }) });
  expect(await offered()).toEqual(["Please choose", "Scheduled", "Cancelled"]);
  status = "over";
  expect(await offered()).toEqual(["Please choose", "Scheduled", "Cancelled", "Over"]);
});

test("when somebody else saved first, both versions are shown and mine can still be kept", async () => {
  let read = 0;
  const theirs = { ...session, capacity: 80 };
  const calls = hostWith({
    ...base,
    "GET /webinars/sessions/12": () => (read++ === 0 ? ok(session, { etag: '"s1"' }) : ok(theirs, { etag: '"s2"' })),
    "PATCH /webinars/sessions/12": ({ headers }) =>
      headers.get("if-match") === '"s2"' ? ok(theirs) : refusal(412, "PRECONDITION_FAILED", "changed"),
  });
  const { user } = openAsAdmin("/webinars/sessions/12/edit");
  const seats = await screen.findByLabelText("Seats");
  await user.clear(seats);
  await user.type(seats, "150");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const dialog = await screen.findByRole("dialog", { name: "Somebody else has changed this" });
  expect(within(dialog).getByText("80")).toBeTruthy();
  expect(within(dialog).getByText("150")).toBeTruthy();
  await user.click(within(dialog).getByRole("button", { name: "Save mine" }));
  await waitFor(() => expect(calls.filter(({ method }) => method === "PATCH")).toHaveLength(2));
  expect(calls.findLast(({ method }) => method === "PATCH")?.body).toEqual({ capacity: 150 });
  expect(await screen.findByText("Saved.")).toBeTruthy();
});

test("when somebody else saved first, theirs can be taken into the form", async () => {
  let read = 0;
  hostWith({
    ...base,
    "GET /webinars/sessions/12": () =>
      read++ === 0 ? ok(session, { etag: '"s1"' }) : ok({ ...session, capacity: 80 }, { etag: '"s2"' }),
    "PATCH /webinars/sessions/12": () => refusal(412, "PRECONDITION_FAILED", "changed"),
  });
  const { user } = openAsAdmin("/webinars/sessions/12/edit");
  const seats = await screen.findByLabelText("Seats");
  await user.clear(seats);
  await user.type(seats, "150");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await user.click(await screen.findByRole("button", { name: "Discard mine" }));
  await waitFor(() => expect(screen.getByLabelText("Seats")).toHaveProperty("value", "80"));
});

test("leaving a changed form asks first", async () => {
  hostWith(base);
  const { user, router } = openAsAdmin("/webinars/sessions/12/edit");
  await user.type(await screen.findByLabelText("Seats"), "1");
  await user.click(screen.getByRole("link", { name: "Cancel" }));
  const dialog = await screen.findByRole("dialog", { name: "Leave without saving?" });
  expect(router.state.location.pathname).toBe("/webinars/sessions/12/edit");
  await user.click(within(dialog).getByRole("button", { name: "Leave" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/webinars/sessions/12"));
});

test("an action asks its question, says how many people it tells, and is then done on the row", async () => {
  const calls = hostWith({
    ...base,
    "GET /webinars/registrations": ({ query }) => page([], query.get("status") === "confirmed" ? 1200 : 34),
    "POST /webinars/sessions/12/cancel": () => ok({}),
  });
  const { user } = openAsAdmin("/webinars/sessions/12");
  await user.click(await screen.findByRole("button", { name: "Cancel session" }));
  const dialog = await screen.findByRole("dialog", { name: "Cancel session" });
  expect(within(dialog).getByText("Everyone gets a message.")).toBeTruthy();
  expect(await within(dialog).findByText("1,234 people get a message.")).toBeTruthy();
  expect(calls.find(({ path }) => path === "/webinars/registrations")?.query.get("session_id")).toBe("12");
  await user.click(within(dialog).getByRole("button", { name: "Cancel session" }));
  expect(await screen.findByText("Done: Cancel session")).toBeTruthy();
  expect(calls.filter(({ path }) => path === "/webinars/sessions/12/cancel")).toHaveLength(1);
});

test("a row shows the rows that point to it", async () => {
  const calls = hostWith(base);
  openAsAdmin("/webinars/topics/7");
  expect(await screen.findByRole("heading", { name: /Sessions 1/ })).toBeTruthy();
  expect(await screen.findByRole("table", { name: "Sessions" })).toBeTruthy();
  expect(calls.find(({ path }) => path === "/webinars/sessions")?.query.get("topic_id")).toBe("7");
});

test("a deleted row can be brought back from the message", async () => {
  const calls = hostWith({
    ...base,
    "DELETE /webinars/topics/7": none,
    "POST /webinars/topics/7/restore": () => ok(topic),
  });
  const { user, router } = openAsAdmin("/webinars/topics/7");
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(router.state.location.pathname).toBe("/webinars/topics"));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(calls.some(({ path }) => path === "/webinars/topics/7/restore")).toBe(true));
});

test("the file holds what is selected, and is asked for with the token", async () => {
  const calls = hostWith({ ...base, "GET /webinars/sessions.csv": () => new Response("id\n12\n") });
  const saved = vi.fn(() => "blob:1");
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: saved, revokeObjectURL: vi.fn() }));
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
  const { user } = openAsAdmin("/webinars/sessions?status=cancelled&sort=-starts_at");
  await user.click(await screen.findByRole("button", { name: "CSV" }));
  await waitFor(() => expect(saved).toHaveBeenCalled());
  const call = calls.find(({ path }) => path.endsWith(".csv"));
  expect(call?.query.toString()).toBe("status=cancelled");
  expect(call?.headers.get("authorization")).toBe("Bearer token-1");
  expect(call?.headers.get("accept")).toBe("text/csv, application/json");
});

test("a row in the trash can only be restored", async () => {
  const calls = hostWith({
    ...base,
    "GET /webinars/topics/7": () => ok({ ...topic, deleted_at: "2026-03-02T09:00:00.000000Z" }),
    "POST /webinars/topics/7/restore": () => ok(topic),
  });
  const { user } = openAsAdmin("/webinars/topics/7");
  expect(await screen.findByText("In the trash")).toBeTruthy();
  expect(screen.queryByRole("link", { name: "Edit" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Restore" }));
  await waitFor(() => expect(calls.some(({ path }) => path === "/webinars/topics/7/restore")).toBe(true));
});
