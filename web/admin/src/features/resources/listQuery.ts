import { useSearchParams } from "react-router";
import type { Params } from "../../api/transport";
import type { Field, Resource } from "../../api/types";

const ROWS = 20;

const filterable = new Set(["choice", "boolean", "locale", "reference", "person", "text", "email", "slug", "integer"]);

/** Fields that this screen can filter by; others may be filtered through the API alone. */
export function filtersOf(resource: Resource): Field[] {
  return resource.fields.filter((field) => field.filter && filterable.has(field.kind));
}

export function isSearchable(resource: Resource): boolean {
  return resource.fields.some((field) => field.search);
}

/** What a list shows, as it stands in the address: every view can be kept, sent and gone back to. */
export function useListQuery(resource: Resource) {
  const [search, setSearch] = useSearchParams();
  const filters = filtersOf(resource).map(({ name }) => name);
  const trash = search.get("trash") === "true";
  const sort = search.get("sort") ?? resource.sort;
  const chosen = Object.fromEntries(filters.map((name) => [name, search.get(name)]));
  const narrowing: Params = { q: search.get("q"), ...chosen };
  const params: Params = {
    page: Math.max(1, Number(search.get("page")) || 1),
    per_page: ROWS,
    // The described order need not be one that may be asked for, so it is left to the host.
    sort: search.get("sort"),
    trash: trash || undefined,
    ...narrowing,
  };

  /** Changes a part of the view; anything but turning the page starts at the first page again. */
  const change = (part: Record<string, string | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.delete("page");
        for (const [name, value] of Object.entries(part)) {
          if (value) after.set(name, value);
          else after.delete(name);
        }
        return after;
      },
      { replace: true },
    );

  const narrowed = Object.values(narrowing).some(Boolean);
  return { params, narrowing, narrowed, trash, sort, change, search };
}
