import type { TFunction } from "i18next";
import { z } from "zod";
import type { Field } from "../api/types";
import { utcFromLocal } from "../format/zone";
import { isLocalized, numberFrom, zoneOf, type FormValue, type FormValues } from "./formValues";

/** What a form checks before it is sent. The host checks again; this only spares the way there. */
export function formSchema(fields: Field[], t: TFunction) {
  const shape = Object.fromEntries(fields.map((field) => [field.name, valueSchema(field, t)]));
  return z.object(shape).superRefine((values, context) => {
    for (const field of fields) {
      const message = timeProblem(field, values as FormValues, t);
      if (message) context.addIssue({ code: "custom", path: [field.name], message });
    }
  }) as unknown as z.ZodType<FormValues, FormValues>;
}

function valueSchema(field: Field, t: TFunction): z.ZodType<FormValue> {
  if (field.kind === "boolean") return z.boolean();
  if (isLocalized(field))
    return z.object({ en: textSchema(field, t), de: textSchema({ ...field, required: false }, t) });
  if (field.kind === "integer" || field.kind === "number") return numberSchema(field, t);
  return textSchema(field, t);
}

function textSchema(field: Field, t: TFunction) {
  const { min, max } = field;
  return z
    .string()
    .trim()
    .refine((text) => text !== "" || !field.required, t("rules.required"))
    .refine((text) => text === "" || min == null || text.length >= min, t("rules.tooShort", { least: min }))
    .refine((text) => max == null || text.length <= max, t("rules.tooLong", { most: max }))
    .refine((text) => text === "" || wellFormed(field, text), t(ruleOf(field)));
}

function numberSchema(field: Field, t: TFunction) {
  const { min, max, kind } = field;
  const valid = (text: string) => {
    const number = numberFrom(text);
    return kind === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number);
  };
  return z
    .string()
    .trim()
    .refine((text) => text !== "" || !field.required, t("rules.required"))
    .refine((text) => text === "" || valid(text), t(kind === "integer" ? "rules.integer" : "rules.number"))
    .refine((text) => text === "" || min == null || !(numberFrom(text) < min), t("rules.tooSmall", { least: min }))
    .refine((text) => text === "" || max == null || !(numberFrom(text) > max), t("rules.tooLarge", { most: max }));
}

function wellFormed(field: Field, text: string): boolean {
  switch (field.kind) {
    case "email":
      return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
    case "url":
      return /^https?:\/\//i.test(text) && URL.canParse(text);
    case "slug":
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
    case "json":
      return isJson(text);
    default:
      return true;
  }
}

function ruleOf(field: Field) {
  switch (field.kind) {
    case "email":
      return "rules.email" as const;
    case "url":
      return "rules.url" as const;
    case "slug":
      return "rules.slug" as const;
    case "json":
      return "rules.json" as const;
    default:
      return "rules.invalid" as const;
  }
}

/** A time that the clocks of its zone jump over cannot be kept. */
function timeProblem(field: Field, values: FormValues, t: TFunction): string | null {
  const value = values[field.name];
  if (field.kind !== "date_time" || typeof value !== "string" || value === "") return null;
  const zone = zoneOf(field, values);
  const { kind } = utcFromLocal(value, zone);
  if (kind === "never") return t("rules.neverOnClock", { zone });
  return kind === "invalid" ? t("rules.invalid") : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
