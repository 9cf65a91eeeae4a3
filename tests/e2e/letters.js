// Reads the .eml files that the host writes while no mail server is set.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds in which the outbox has to be worked off. */
const PATIENCE = 60_000;

/**
 * The first letter to an address whose subject begins so, as soon as it is there:
 * `{ subject, text, html, calendar, calendarType }`.
 */
export async function letterTo(folder, address, subject = "") {
  for (const until = Date.now() + PATIENCE; Date.now() < until; await pause(100)) {
    const letters = await readLetters(folder);
    const own = letters.filter(({ headers }) => headers.get("to")?.includes(address)).map(contentOf);
    const letter = own.find((one) => one.subject.startsWith(subject));
    if (letter) return letter;
  }
  throw new Error(`No letter "${subject}" to ${address} in ${folder}.`);
}

async function readLetters(folder) {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith(".eml"));
  return Promise.all(files.map(async (name) => part(await readFile(join(folder, name), "latin1"))));
}

function contentOf(letter) {
  const parts = leaves(letter);
  const ofType = (type) => parts.find(({ headers }) => headers.get("content-type")?.startsWith(type));
  const calendar = ofType("text/calendar");
  return {
    subject: decodeWords(letter.headers.get("subject")),
    text: ofType("text/plain")?.text ?? "",
    html: ofType("text/html")?.text ?? "",
    calendar: calendar?.text.replaceAll(/\r\n[ \t]/g, "") ?? "",
    calendarType: calendar?.headers.get("content-type") ?? "",
  };
}

/** A MIME part: its headers with its text, or with its parts. */
function part(source) {
  const split = source.indexOf("\r\n\r\n");
  const head = source.slice(0, split).replaceAll(/\r\n[ \t]+/g, " ");
  const body = source.slice(split + 4);
  const headers = new Map(head.split("\r\n").map((line) => [name(line), line.slice(line.indexOf(":") + 1).trim()]));
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get("content-type") ?? "")?.[1];
  if (!boundary) return { headers, text: decode(body, headers.get("content-transfer-encoding")), parts: [] };
  const pieces = body.split(`--${boundary}`).slice(1, -1);
  return { headers, text: "", parts: pieces.map((piece) => part(piece.replace(/^\r\n/, "").replace(/\r\n$/, ""))) };
}

function name(line) {
  return line.slice(0, line.indexOf(":")).toLowerCase();
}

function leaves(whole) {
  return whole.parts.length > 0 ? whole.parts.flatMap(leaves) : [whole];
}

function decode(body, encoding = "7bit") {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding === "quoted-printable") return bytesOf(body.replaceAll("=\r\n", "")).toString("utf8");
  return Buffer.from(body, "latin1").toString("utf8");
}

function bytesOf(quoted) {
  const decoded = quoted.replaceAll(/=([0-9A-F]{2})/gi, (_, code) => String.fromCharCode(parseInt(code, 16)));
  return Buffer.from(decoded, "latin1");
}

/** `=?utf-8?b?…?=` in a header. */
function decodeWords(header = "") {
  return header
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, kind, word) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(word, "base64").toString("utf8")
        : bytesOf(word.replaceAll("_", " ")).toString("utf8"),
    );
}
