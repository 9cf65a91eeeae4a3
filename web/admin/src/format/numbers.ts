import { tagOf } from "./moments";

/** `12,345` */
export function formatNumber(value: number, language: string): string {
  return new Intl.NumberFormat(tagOf(language), { maximumFractionDigits: 2 }).format(value);
}

/** Milliseconds in the unit that reads best: `4.2 ms`, `3.1 s`, `12 min`. */
export function formatDuration(milliseconds: number, language: string): string {
  if (milliseconds < 1000) return withUnit(milliseconds, "ms", language);
  if (milliseconds < 120_000) return withUnit(milliseconds / 1000, "s", language);
  if (milliseconds < 7_200_000) return withUnit(milliseconds / 60_000, "min", language);
  return withUnit(milliseconds / 3_600_000, "h", language);
}

/** Bytes by thousands: `12.4 MB`. */
export function formatBytes(bytes: number, language: string): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return withUnit(bytes / 1000 ** step, units[step] ?? "B", language);
}

/** Three digits that count, and a space that never breaks. */
function withUnit(value: number, unit: string, language: string): string {
  const number = new Intl.NumberFormat(tagOf(language), {
    maximumSignificantDigits: value < 1000 ? 3 : 21,
    maximumFractionDigits: 0,
    roundingPriority: "morePrecision",
  });
  return `${number.format(value)}\u00a0${unit}`;
}
