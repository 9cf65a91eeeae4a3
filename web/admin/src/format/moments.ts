import { isZone } from "./zone";

const tags: Record<string, string> = { en: "en-GB", de: "de-DE" };

/** The tag that dates and numbers are written by. */
export function tagOf(language: string): string {
  return tags[language] ?? "en-GB";
}

/** `29 Mar 2026, 09:00 CEST` */
export function formatMoment(utc: string, zone: string, language: string): string {
  return format(utc, language, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: isZone(zone) ? zone : "UTC",
    timeZoneName: "short",
  });
}

/** `5 minutes ago`, `in 3 hours` */
export function formatDistance(utc: string, now: number, language: string): string {
  const seconds = Math.round((Date.parse(utc) - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(tagOf(language), { numeric: "auto" });
  const [unit, size] = unitFor(Math.abs(seconds));
  return relative.format(Math.round(seconds / size), unit);
}

function unitFor(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ["second", 1];
  if (seconds < 3600) return ["minute", 60];
  if (seconds < 86_400) return ["hour", 3600];
  return ["day", 86_400];
}

function format(utc: string, language: string, options: Intl.DateTimeFormatOptions): string {
  const at = Date.parse(utc);
  return Number.isNaN(at) ? utc : new Intl.DateTimeFormat(tagOf(language), options).format(at);
}

/** `in 45 seconds`, `in 5 minutes`: never less than it is. */
export function formatWait(seconds: number, language: string): string {
  const relative = new Intl.RelativeTimeFormat(tagOf(language));
  const [unit, size] = unitFor(seconds);
  return relative.format(Math.ceil(seconds / size), unit);
}

/** `29 March 2026` */
export function formatDay(utc: string, language: string): string {
  return format(utc, language, { day: "numeric", month: "long", year: "numeric" });
}
