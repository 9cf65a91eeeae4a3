import { skipToken } from "@reduxjs/toolkit/query";
import { useGetPanelQuery } from "../api/panelApi";
import { useListRowsQuery, useReadRowQuery } from "../api/rowsApi";
import type { Field, Panel, Resource, Row } from "../api/types";
import { formatMoment } from "../format/moments";
import { readerZone } from "../format/zone";
import { textIn, useLanguage } from "../i18n/language";
import { localizedValue, zoneOf } from "./formValues";
import type { Option } from "./Picker";

/** The resource that a field points to. */
export interface Target {
  /** `/webinars/topics` */
  path: string;
  /** Unknown for the host's own people, and for what the reader may not read. */
  resource: Resource | undefined;
}

/** Where a reference leads; one without a plugin's name stays in its own plugin. */
export function targetOf(field: Field, plugin: string, panel: Panel | undefined): Target {
  if (field.kind === "person") return { path: "/people", resource: undefined };
  const name = field.references ?? "";
  const key = name.includes("/") ? name : `${plugin}/${name}`;
  return { path: `/${key}`, resource: panel?.resources[key] };
}

/** What a row is called: by its title field, else by what rows are usually called by. */
export function titleOf(row: Row, resource: Resource | undefined, language: string): string {
  if (!resource) return titleText(row.title ?? row.name ?? row.email, undefined, language) || `#${row.id}`;
  const field = resource.fields.find(({ name }) => name === resource.title_field);
  if (field?.kind === "person") return referencedText(row, field, language) || `#${row.id}`;
  if (field?.kind === "reference" || field?.kind === "date_time") return dated(row, resource, language);
  return titleText(row[resource.title_field], field, language) || `#${row.id}`;
}

/** What a row belongs to tells it from strangers, its time tells it from its sisters. */
function dated(row: Row, resource: Resource, language: string): string {
  const owner = resource.fields.find(({ kind }) => kind === "reference");
  const time = resource.fields.find(({ kind }) => kind === "date_time");
  const parts = [
    owner ? referencedText(row, owner, language) : "",
    time ? momentText(row[time.name], zoneOf(time, row), language) : "",
  ];
  return parts.filter(Boolean).join(" · ") || `#${row.id}`;
}

function referencedText(row: Row, field: Field, language: string): string {
  return titleText(row[`${field.name}_title`], undefined, language);
}

/** The value of a title field as text; empty when there is none. */
export function titleText(value: unknown, field: Field | undefined, language: string): string {
  if (value === null || value === undefined) return "";
  if (field?.kind === "date_time") return momentText(value, readerZone(), language);
  return typeof value === "object" ? textIn(localizedValue(value), language) : String(value);
}

function momentText(value: unknown, zone: string, language: string): string {
  return typeof value === "string" ? formatMoment(value, zone, language) : "";
}

/** Rows that a reference may point to, found by the host where it searches them, else by us among the first hundred. */
export function useReferenceOptions(field: Field, plugin: string, search: string) {
  const language = useLanguage();
  const { data: panel } = useGetPanelQuery();
  const { path, resource } = targetOf(field, plugin, panel);
  const searchable = resource?.fields.some(({ search: found }) => found) ?? false;
  const params = searchable ? { q: search, per_page: 20 } : { per_page: 100 };
  const { data, isFetching } = useListRowsQuery({ path, params });
  const all = (data?.rows ?? []).map((row): Option => ({
    value: String(row.id),
    label: titleOf(row, resource, language),
  }));
  const wanted = search.trim().toLowerCase();
  const options = searchable ? all : all.filter(({ label }) => label.toLowerCase().includes(wanted));
  return { options, loading: isFetching };
}

/** The row that a reference points to, by its name; `meanwhile` until that is read, its number where there is none. */
export function useReferenced(field: Field, plugin: string, id: string, meanwhile = ""): Option | null {
  const language = useLanguage();
  const { data: panel } = useGetPanelQuery();
  const { path, resource } = targetOf(field, plugin, panel);
  const { data } = useReadRowQuery(id ? { path, id: Number(id) } : skipToken);
  if (!id) return null;
  const known = data && String(data.row.id) === id ? titleOf(data.row, resource, language) : meanwhile || `#${id}`;
  return { value: id, label: known };
}
