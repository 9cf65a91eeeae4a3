// Tests speak of the wall clock in Berlin, wherever they run.
process.env.TZ = "Europe/Berlin";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const design = fileURLToPath(new URL("../design", import.meta.url));

/** Puts beside each file its packed form, which the host sends to whoever understands it. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle)) {
        const path = join(dir, name);
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  base: "/admin/",
  // The host puts a number of its own here in every answer; only what carries it runs.
  html: { cspNonce: "NONCE-OF-THE-ANSWER" },
  plugins: [react(), tailwindcss(), packed()],
  build: {
    outDir: "../../dist/admin",
    emptyOutDir: true,
    // Every file stays a file: the page is served with a policy that allows no data: addresses.
    assetsInlineLimit: 0,
    // light-dark() stays as it is written, instead of being unrolled into twice the variables.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
  },
  server: {
    port: 5173,
    fs: { allow: [".", design] },
    proxy: { "/api": process.env.MAGNETIQ_API ?? "http://127.0.0.1:8036" },
  },
  test: {
    environment: "jsdom",
    setupFiles: "./tests/setup.ts",
    include: ["tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    // A busy machine is slow, not wrong.
    testTimeout: 60_000,
  },
});
