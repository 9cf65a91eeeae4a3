import { expect, test } from "vitest";
import { de } from "../src/i18n/de";
import { en } from "../src/i18n/en";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(tree).map(([key, value]) =>
      typeof value === "string" ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
    ),
  );
}

const english = flat(en);
const german = flat(de);

function placeholders(text: string | undefined): string[] {
  return [...(text ?? "").matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? "").toSorted();
}

test("both languages have the same keys", () => {
  expect(Object.keys(german).toSorted()).toEqual(Object.keys(english).toSorted());
});

test("no text is empty", () => {
  const empty = [...Object.entries(english), ...Object.entries(german)].filter(([, text]) => text.trim() === "");
  expect(empty).toEqual([]);
});

test("every text fills in the same words in both languages", () => {
  const different = Object.keys(english).filter(
    (key) => String(placeholders(german[key])) !== String(placeholders(english[key])),
  );
  expect(different).toEqual([]);
});
