import { expect, test } from "vitest";
import { changesBetween, editable, formValues, numberFrom, payloadOf, slugFrom } from "../src/fields/formValues";
import { formatBytes, formatDuration } from "../src/format/numbers";
import { session, sessions, topic, topics } from "./support/data";

const fields = editable(sessions.fields);

test("a row survives the way through a form unchanged", () => {
  const payload = payloadOf(fields, formValues(fields, session));
  expect(payload).toEqual({
    topic_id: 7,
    starts_at: "2026-07-01T07:00:00Z",
    time_zone: "Europe/Berlin",
    language: "de",
    capacity: 100,
    join_url: null,
    status: "scheduled",
  });
});

test("fields that only code may set are not in the form", () => {
  expect(fields.map(({ name }) => name)).not.toContain("registered");
});

test("a new row starts with the defaults", () => {
  expect(formValues(fields, null)).toMatchObject({ language: "de", status: "scheduled", join_url: "" });
});

test("only what was changed is sent, so that nothing else is overwritten", () => {
  const start = formValues(fields, session);
  const changed = payloadOf(fields, { ...start, capacity: "120" });
  expect(changesBetween(payloadOf(fields, start), changed)).toEqual({ capacity: 120 });
});

test("another zone keeps the local time and so moves the moment", () => {
  const start = formValues(fields, session);
  const moved = payloadOf(fields, { ...start, time_zone: "America/New_York" });
  expect(changesBetween(payloadOf(fields, start), moved)).toEqual({
    starts_at: "2026-07-01T13:00:00Z",
    time_zone: "America/New_York",
  });
});

test("an empty text in both languages is no value", () => {
  const values = formValues(topics.fields, topic);
  expect(values.summary).toEqual({ en: "", de: "" });
  expect(payloadOf(topics.fields, values).summary).toBeNull();
});

test.each([
  ["Größe & Übersicht", "groesse-uebersicht"],
  ["  Été à Nîmes! ", "ete-a-nimes"],
  ["Straße 5/6", "strasse-5-6"],
  ["!!!", ""],
])("the address of %j is %j", (title, slug) => {
  expect(slugFrom(title)).toBe(slug);
});

test("a number may be written with a comma", () => {
  expect(numberFrom(" 1,5 ")).toBe(1.5);
});

test("figures are written in the unit that reads best", () => {
  expect(formatDuration(4.215, "en")).toBe("4.22\u00a0ms");
  expect(formatDuration(48_230, "de")).toBe("48,2\u00a0s");
  expect(formatDuration(7_300_000, "en")).toBe("2.03\u00a0h");
  expect(formatBytes(7_340_032, "en")).toBe("7.34\u00a0MB");
  expect(formatBytes(0, "en")).toBe("0\u00a0B");
});
