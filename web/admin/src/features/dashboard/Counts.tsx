import { Link } from "react-router";
import { useListRowsQuery } from "../../api/rowsApi";
import type { MenuEntry, Panel } from "../../api/types";
import { Icon, iconNamed } from "../../components/Icon";
import { formatNumber } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";

/** How many rows each list of the menu holds, and the way to it. */
export function Counts({ panel: { menu } }: { panel: Panel }) {
  if (menu.length === 0) return null;
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(10rem,1fr))] gap-4">
      {menu.map((entry) => (
        <Count key={`${entry.plugin}/${entry.resource}`} entry={entry} />
      ))}
    </ul>
  );
}

function Count({ entry: { plugin, resource, label, icon } }: { entry: MenuEntry }) {
  const text = useText();
  const language = useLanguage();
  const path = `/${plugin}/${resource}`;
  const { data } = useListRowsQuery({ path, params: { per_page: 1 } });
  return (
    <li>
      <Link
        to={path}
        className="flex h-full flex-col gap-2 rounded-lg border border-line bg-surface p-4 shadow-sm hover:border-line-strong sm:p-5"
      >
        <span className="flex items-center gap-2 text-sm text-muted">
          <Icon name={iconNamed(icon)} className="size-4.5" />
          {text(label)}
        </span>
        <span className="text-2xl font-semibold tabular-nums">
          {data ? formatNumber(data.pagination.total, language) : "–"}
        </span>
      </Link>
    </li>
  );
}
