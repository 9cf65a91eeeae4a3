// Two signed packages of the example plugin hello: as it is, and a newer version that may more.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { BINARY } from "./host.js";
import { pack, unpack } from "./zip.js";

const HELLO = resolve(import.meta.dirname, "../../plugin-sdk/examples/hello");

/** What the newer version asks for, and why. */
const MAIL = `
[capabilities.mail]
quantity = 20
reason = { en = "Writes to whom it greets.", de = "Schreibt denen, die es begrüßt." }
`;

/** The files `first` (0.1.0) and `second` (0.2.0), and `remove`, which takes both away. */
export async function packHello() {
  const folder = await mkdtemp(join(tmpdir(), "magnetiq-packages-"));
  const [key, first, second] = ["key", "hello-0.1.0.mqp", "hello-0.2.0.mqp"].map((name) => join(folder, name));
  await plugin("pack", HELLO, "--out", folder);
  await writeFile(second, newer(await readFile(first)));
  await plugin("keygen", key);
  for (const file of [first, second]) await plugin("sign", "--key", key, file);
  return { first, second, remove: () => rm(folder, { recursive: true }) };
}

function newer(bytes) {
  const parts = unpack(bytes);
  edit(parts, "plugin.toml", (text) => text.replace('version = "0.1.0"', 'version = "0.2.0"') + MAIL);
  edit(parts, "templates/hello.html", (text) => `${text}<p>0.2.0</p>`);
  return pack(parts);
}

function edit(parts, path, rewrite) {
  parts.set(path, Buffer.from(rewrite(parts.get(path).toString())));
}

function plugin(...words) {
  return promisify(execFile)(BINARY, ["plugin", ...words]);
}
