import { expect, test } from "vitest";
import type { Resource } from "../src/api/types";
import { titleOf } from "../src/fields/references";
import { session, sessions } from "./support/data";

test("a row that is called by its time says whose time it is, on the clock of its own zone", () => {
  const byTime: Resource = { ...sessions, title_field: "starts_at" };
  const there = { ...session, time_zone: "America/New_York", topic_id_title: { en: "Magnets", de: "Dauermagnete" } };
  expect(titleOf(there, byTime, "en")).toBe("Magnets · 1 Jul 2026, 03:00 GMT-4");
  expect(titleOf(there, byTime, "de")).toMatch(/^Dauermagnete · 1\. Juli 2026, 03:00/);
});
