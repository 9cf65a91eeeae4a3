import { useSearchParams } from "react-router";
import type { Params } from "../api/transport";

const ROWS = 25;

/** What a list of the host shows, as it stands in the address: every view can be kept, sent and gone back to. */
export function useListSearch(names: string[]) {
  const [search, setSearch] = useSearchParams();
  const values = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""]));
  const params: Params = {
    page: Math.max(1, Number(search.get("page")) || 1),
    per_page: ROWS,
    sort: search.get("sort"),
    ...values,
  };

  /** Changes a part of the view; anything but turning the page starts at the first page again. */
  const change = (part: Record<string, string>) =>
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

  return { values, params, change, narrowed: Object.values(values).some(Boolean), sort: search.get("sort") ?? undefined };
}

export type ListSearch = ReturnType<typeof useListSearch>;
