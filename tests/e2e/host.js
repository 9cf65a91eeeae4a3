// The real binary, serving a data folder of its own on a free port.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

/** The program that is tested. */
export const BINARY = resolve(import.meta.dirname, process.env.MAGNETIQ_BINARY ?? "../../target/release/magnetiq");

/**
 * Serves an empty site with these settings, by their names without `MAGNETIQ_`. `setUpLink` is the one-time link that it
 * prints, `mails` the folder of its letters. Browsers have passkeys for sites with a name alone, such as `localhost`.
 */
export function serveEmptySite(settings = {}, name = "127.0.0.1") {
  return serve([], settings, name);
}

/** Serves the example company, as `make run` does. */
export function serveDemoSite() {
  return serve(["--demo"], {}, "127.0.0.1");
}

/** Runs a command of the program on a site's data folder and returns what it says. */
export async function command(site, ...words) {
  const run = promisify(execFile);
  const { stdout } = await run(BINARY, [...words, "--data-dir", site.folder], { env: environment() });
  return stdout;
}

async function serve(options, settings, name) {
  await access(BINARY).catch(() => {
    throw new Error(`There is no ${BINARY}: \`make build\` makes it, or MAGNETIQ_BINARY names another one.`);
  });
  const folder = await mkdtemp(join(tmpdir(), "magnetiq-e2e-"));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const root = `http://${name}:${port}`;
  const child = spawn(BINARY, ["serve", "--data-dir", folder, "--listen", address, ...options], {
    env: { ...environment(), MAGNETIQ_PUBLIC_URL: root, MAGNETIQ_TIME_ZONE: "Europe/Berlin", ...named(settings) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = keep(child.stderr);
  const setUpLink = await linkFrom(child, log);
  return { root, folder, setUpLink, mails: join(folder, "mail"), log, end: () => end(child, folder) };
}

/** The environment without settings for another site. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MAGNETIQ_")));
}

function named(settings) {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`MAGNETIQ_${name}`, value]));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function keep(stream) {
  const pieces = [];
  stream.setEncoding("utf8").on("data", (piece) => pieces.push(piece));
  return () => pieces.join("");
}

async function linkFrom(child, log) {
  for await (const line of createInterface({ input: child.stdout })) {
    const link = /https?:\/\/\S+\/setup#\S+/.exec(line)?.[0];
    if (link) {
      child.stdout.resume();
      return link;
    }
  }
  throw new Error(`The host ended without a set-up link: ${log()}`);
}

async function end(child, folder) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  await rm(folder, { recursive: true });
  return child.exitCode;
}
