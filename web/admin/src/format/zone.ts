/** Wall clocks of IANA zones, from what every browser knows; a local time is `2026-03-29T09:00`. */

const DAY = 86_400_000;
const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What a local time means in a zone. */
export type Meaning =
  | { kind: "exact"; utc: string }
  /** The clock is set back over it: it comes twice, and the first one is meant. */
  | { kind: "twice"; utc: string }
  /** The clock is set forward over it. */
  | { kind: "never" }
  | { kind: "invalid" };

/** The zone that the reader's device is set to. */
export function readerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Every zone that this browser knows, UTC first. */
export function allZones(): string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

export function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** The local time that a clock in `zone` shows at a moment; empty for no moment. */
export function localFromUtc(utc: string | null | undefined, zone: string): string {
  const at = Date.parse(utc ?? "");
  if (Number.isNaN(at)) return "";
  return new Date(wallClock(at, zone)).toISOString().slice(0, 16);
}

/** The moment that a clock in `zone` shows this local time. */
export function utcFromLocal(local: string, zone: string): Meaning {
  // Browsers guess at what is not quite a time, so only the exact form is read.
  const wall = LOCAL.test(local) ? Date.parse(`${local.slice(0, 16)}:00Z`) : Number.NaN;
  if (Number.isNaN(wall) || !isZone(zone)) return { kind: "invalid" };
  const moments = [offset(wall - DAY, zone), offset(wall + DAY, zone)]
    .map((ahead) => wall - ahead)
    .filter((moment, index, all) => wallClock(moment, zone) === wall && all.indexOf(moment) === index);
  if (moments.length === 0) return { kind: "never" };
  const utc = new Date(Math.min(...moments)).toISOString().replace(".000Z", "Z");
  return { kind: moments.length > 1 ? "twice" : "exact", utc };
}

/** Whether clocks in both zones show the same at a moment. */
export function sameClock(utc: string, one: string, other: string): boolean {
  return one === other || localFromUtc(utc, one) === localFromUtc(utc, other);
}

/** How far the zone's clock is ahead of UTC at a moment, in milliseconds. */
function offset(at: number, zone: string): number {
  return wallClock(at, zone) - at;
}

/** What the zone's clock shows at a moment, to the second, read as if it were UTC. */
function wallClock(at: number, zone: string): number {
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, clock);
  return clock;
}
