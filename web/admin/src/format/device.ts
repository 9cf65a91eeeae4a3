import Bowser from "bowser";

/** What somebody came with, as far as its own words tell. */
export interface Device {
  /** `Firefox`; null where it is no known browser. */
  browser: string | null;
  /** `Windows` */
  system: string | null;
  kind: "phone" | "computer" | "program";
  /** Its own first word, such as `curl`. */
  word: string;
}

/** Reads what a client calls itself. It may say anything, so it serves to recognise a device and never to trust one. */
export function deviceOf(userAgent: string | null): Device {
  const text = userAgent?.trim() ?? "";
  const word = text.split(/[/\s(;]/)[0]?.slice(0, 40) ?? "";
  // The types name `parse` alone too; the module itself has nothing but the class.
  // oxlint-disable-next-line import/no-named-as-default-member
  const { browser, os, platform } = Bowser.parse(text || "-");
  const known = os.name !== undefined;
  const kind = !known ? "program" : platform.type === "mobile" || platform.type === "tablet" ? "phone" : "computer";
  return { browser: (known && browser.name) || null, system: os.name ?? null, kind, word };
}
