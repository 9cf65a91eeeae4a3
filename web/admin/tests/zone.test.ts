import { expect, test } from "vitest";
import { formatMoment } from "../src/format/moments";
import { allZones, localFromUtc, sameClock, utcFromLocal } from "../src/format/zone";

test.each([
  ["winter in Berlin", "2026-01-15T09:00", "Europe/Berlin", "2026-01-15T08:00:00Z"],
  ["summer in Berlin", "2026-07-15T09:00", "Europe/Berlin", "2026-07-15T07:00:00Z"],
  ["summer in New York", "2026-07-15T09:00", "America/New_York", "2026-07-15T13:00:00Z"],
  ["half an hour off in Kolkata", "2026-07-15T09:00", "Asia/Kolkata", "2026-07-15T03:30:00Z"],
  ["over the date line in Kiritimati", "2026-01-01T01:00", "Pacific/Kiritimati", "2025-12-31T11:00:00Z"],
  ["UTC itself", "2026-01-01T00:00", "UTC", "2026-01-01T00:00:00Z"],
  ["the last minute before summer time", "2026-03-29T01:59", "Europe/Berlin", "2026-03-29T00:59:00Z"],
  ["the first minute of summer time", "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00Z"],
  ["the hour after the clock is set back", "2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"],
])("%s is one moment, there and back", (_name, local, zone, utc) => {
  expect(utcFromLocal(local, zone)).toEqual({ kind: "exact", utc });
  expect(localFromUtc(utc, zone)).toBe(local);
});

test("a time that the clock skips does not exist", () => {
  expect(utcFromLocal("2026-03-29T02:30", "Europe/Berlin")).toEqual({ kind: "never" });
  expect(utcFromLocal("2026-10-04T02:15", "Australia/Lord_Howe")).toEqual({ kind: "never" });
});

test("a time that comes twice means the first", () => {
  expect(utcFromLocal("2026-10-25T02:30", "Europe/Berlin")).toEqual({ kind: "twice", utc: "2026-10-25T00:30:00Z" });
  expect(utcFromLocal("2026-11-01T01:30", "America/New_York")).toEqual({ kind: "twice", utc: "2026-11-01T05:30:00Z" });
});

test("what is no time, or no zone, is invalid", () => {
  expect(utcFromLocal("", "Europe/Berlin").kind).toBe("invalid");
  expect(utcFromLocal("2026-01-01T09:00", "Europe/Atlantis").kind).toBe("invalid");
  expect(localFromUtc(null, "Europe/Berlin")).toBe("");
});

test("times with microseconds, as the host writes them, are read", () => {
  expect(localFromUtc("2026-07-15T07:00:00.000000Z", "Europe/Berlin")).toBe("2026-07-15T09:00");
});

test("zones agree when their clocks do", () => {
  expect(sameClock("2026-07-15T07:00:00Z", "Europe/Berlin", "Europe/Paris")).toBe(true);
  expect(sameClock("2026-07-15T07:00:00Z", "Europe/Berlin", "Europe/London")).toBe(false);
});

test("a moment is written with its zone in both languages", () => {
  expect(formatMoment("2026-07-15T07:00:00Z", "Europe/Berlin", "en")).toBe("15 Jul 2026, 09:00 CEST");
  expect(formatMoment("2026-07-15T07:00:00Z", "Europe/Berlin", "de")).toBe("15. Juli 2026, 09:00 MESZ");
});

test("every zone of the list can be counted in", () => {
  expect(allZones()).toContain("Europe/Berlin");
  expect(allZones().filter((zone) => utcFromLocal("2026-01-15T12:00", zone).kind !== "exact")).toEqual([]);
});
