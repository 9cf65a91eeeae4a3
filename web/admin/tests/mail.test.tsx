import { screen, waitFor, within } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Mail } from "../src/api/types";
import { panel, plugin } from "./support/data";
import { hostWith, ok, page } from "./support/host";
import { openAsAdmin } from "./support/screen";

const letter: Mail = {
  id: 3,
  owner: "webinars",
  to_email: "grace@example.org",
  template: "confirmation",
  subject: "You are registered",
  status: "dead",
  attempts: 8,
  next_attempt_at: "2026-03-01T10:00:00.000000Z",
  last_error: "550 no such mailbox",
  sent_at: null,
  created_at: "2026-03-01T09:00:00.000000Z",
};

const base = {
  "GET /panel": () => ok(panel),
  "GET /plugins": () => page([plugin]),
  "GET /mail": () => page([letter]),
};

test("a message of the log tells all about itself, and the focus comes back to it", async () => {
  hostWith(base);
  const { user } = openAsAdmin("/mail");
  const opener = await screen.findByRole("button", { name: "You are registered" });
  await user.click(opener);
  const dialog = await screen.findByRole("dialog", { name: "You are registered" });
  for (const told of ["grace@example.org", "Webinars", "confirmation", "8", "550 no such mailbox", "Given up"]) {
    expect(within(dialog).getByText(told)).toBeTruthy();
  }
  expect(within(dialog).queryByText("Next attempt")).toBeNull();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(document.activeElement).toBe(opener));
});

test("a recipient is searched for by the host, and stands in the address", async () => {
  const calls = hostWith(base);
  const { user, router } = openAsAdmin("/mail?status=dead");
  await user.type(await screen.findByRole("searchbox", { name: "Search by recipient" }), "grace");
  await waitFor(() => expect(router.state.location.search).toBe("?status=dead&q=grace"));
  await waitFor(() => expect(calls.at(-1)?.query.get("q")).toBe("grace"));
});

test("while no server is connected a message was written as a file, and the log says so", async () => {
  hostWith({ ...base, "GET /mail": () => page([{ ...letter, status: "sent" }]) });
  openAsAdmin("/mail");
  expect(await screen.findByText(/^No mail server is connected/)).toBeTruthy();
  expect(await screen.findByText("Written as a file", { selector: "span" })).toBeTruthy();
  expect(screen.queryByText("Sent")).toBeNull();
});

test("a server that is connected sends", async () => {
  const site = { ...panel.site, mail: "smtp" };
  hostWith({ ...base, "GET /panel": () => ok({ ...panel, site }), "GET /mail": () => page([{ ...letter, status: "sent" }]) });
  openAsAdmin("/mail");
  expect(await screen.findByText("Sent", { selector: "span" })).toBeTruthy();
  expect(screen.queryByText(/^No mail server is connected/)).toBeNull();
});

test("a job says what it does, and an event what it tells", async () => {
  const job = { id: 1, owner: "webinars", name: "remind", status: "done", attempts: 1, last_error: null };
  const at = { run_at: "2026-03-01T09:00:00Z", created_at: "2026-03-01T09:00:00Z" };
  const heard = { ...job, id: 2, name: "event:people.erased" };
  hostWith({ ...base, "GET /jobs": () => page([{ ...job, ...at }, { ...heard, ...at }]) });
  openAsAdmin("/jobs");
  expect(await screen.findByText(/^Reminds people/)).toBeTruthy();
  expect(screen.getByText(/^Hears when a person is erased\./)).toBeTruthy();
});
