import type { Field, Row, Text } from "../api/types";
import { isZone, localFromUtc, readerZone, utcFromLocal } from "../format/zone";

/** What an input holds: text for most kinds, also for numbers and local times. */
export type FormValue = string | boolean | { en: string; de: string };
export type FormValues = Record<string, FormValue>;
export type Payload = Record<string, unknown>;

/** Fields that a person fills in. */
export function editable(fields: Field[]): Field[] {
  return fields.filter((field) => !field.read_only);
}

/** A field that may stay empty: it is not required, and nothing stands in for it. */
export function isOptional(field: Field): boolean {
  return !field.required && (field.default === null || field.default === undefined);
}

export function isLocalized(field: Field): boolean {
  return field.kind === "localized" || field.kind === "localized_long";
}

/** The zone in which a time field of this form is read and written. */
export function zoneOf(field: Field, values: Record<string, unknown>): string {
  const named = field.zone_field ? values[field.zone_field] : null;
  return typeof named === "string" && isZone(named) ? named : readerZone();
}

/** What a form starts with: the row, or each field's default. */
export function formValues(fields: Field[], row: Partial<Row> | null): FormValues {
  const stored = Object.fromEntries(
    fields.map((field) => [field.name, row && field.name in row ? row[field.name] : (field.default ?? null)]),
  );
  return Object.fromEntries(fields.map((field) => [field.name, formValue(field, stored)]));
}

function formValue(field: Field, stored: Record<string, unknown>): FormValue {
  const value = stored[field.name];
  if (field.kind === "boolean") return Boolean(value);
  if (isLocalized(field)) return localizedValue(value);
  if (field.kind === "date_time") return localFromUtc(value as string | null, zoneOf(field, stored));
  if (field.kind === "json") return value == null ? "" : JSON.stringify(value, null, 2);
  return value == null ? "" : String(value);
}

/** Both versions of a text, however it was stored. */
export function localizedValue(value: unknown): { en: string; de: string } {
  const text = typeof value === "string" ? { en: value } : (value as Partial<Text> | null);
  return { en: text?.en ?? "", de: text?.de ?? "" };
}

/** What is sent for a form. An empty input is no value. */
export function payloadOf(fields: Field[], values: FormValues): Payload {
  return Object.fromEntries(fields.map((field) => [field.name, sentValue(field, values)]));
}

function sentValue(field: Field, values: FormValues): unknown {
  const value = values[field.name];
  if (typeof value === "object") return value.en || value.de ? value : null;
  if (typeof value !== "string") return value ?? null;
  if (value.trim() === "") return null;
  switch (field.kind) {
    case "integer":
    case "number":
    case "reference":
    case "person":
      return numberFrom(value);
    case "date_time":
      return utcOf(value, zoneOf(field, values));
    case "json":
      return JSON.parse(value) as unknown;
    default:
      return value;
  }
}

/** A number as people write it, with a point or a comma. */
export function numberFrom(text: string): number {
  return Number(text.trim().replace(",", "."));
}

function utcOf(local: string, zone: string): string | null {
  const meaning = utcFromLocal(local, zone);
  return "utc" in meaning ? meaning.utc : null;
}

/** What differs from what the form started with, so that a change of one field overwrites no other. */
export function changesBetween(before: Payload, after: Payload): Payload {
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );
}

/** An address from a title: `Größe & Übersicht` → `groesse-uebersicht`. */
export function slugFrom(title: string): string {
  return title
    .toLowerCase()
    .replace(/ä/g, "ae")
    .replace(/ö/g, "oe")
    .replace(/ü/g, "ue")
    .replace(/ß/g, "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
