import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../src");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));

/** What a file imports from this folder, by its path below `src`. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)];
  return found.map(([, path]) => relative(root, join(root, dirname(file), path ?? "")));
}

function placeOf(path: string): string {
  const [top = "", feature = ""] = path.split("/");
  return top === "features" ? `features/${feature}` : top;
}

const arrows = files.flatMap((file) => importsOf(file).map((target) => ({ file, target })));

test("shared folders know neither features nor the app", () => {
  const shared = arrows.filter(({ file }) => /^(api|components|fields|format|i18n)\//.test(file));
  expect(shared.filter(({ target }) => /^(features|app)\//.test(target))).toEqual([]);
});

test("features know neither each other nor the app", () => {
  const features = arrows.filter(({ file }) => file.startsWith("features/"));
  const astray = features.filter(
    ({ file, target }) =>
      target.startsWith("app/") || (target.startsWith("features/") && placeOf(target) !== placeOf(file)),
  );
  expect(astray).toEqual([]);
});

test("components are named in PascalCase, everything else in camelCase", () => {
  const names = files.map((file) => file.split("/").at(-1) ?? "");
  expect(names.filter((name) => name.endsWith(".tsx") && name !== "main.tsx" && !/^[A-Z]\w*\.tsx$/.test(name))).toEqual(
    ["routes.tsx", "columns.tsx"],
  );
  expect(names.filter((name) => name.endsWith(".ts") && !/^[a-z][A-Za-z0-9]*(\.d)?\.ts$/.test(name))).toEqual([]);
});
