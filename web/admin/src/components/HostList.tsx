import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { List } from "../api/types";
import { Button } from "./Button";
import { DataTable, type Column } from "./DataTable";
import { Empty } from "./Empty";
import { ErrorNotice } from "./ErrorNotice";
import type { IconName } from "./Icon";
import type { ListSearch } from "./listSearch";
import { Loading } from "./Loading";
import { Pager } from "./Pager";

interface Props<T> {
  label: string;
  icon: IconName;
  /** What to say where there is nothing at all. */
  empty: string;
  search: ListSearch;
  /** What narrows the list. */
  filters: ReactNode;
  answer: { data?: List<T>; error?: unknown; refetch: () => unknown };
  columns: Column<T>[];
  actions?: (row: T) => ReactNode;
}

/** A list of the host itself, with its filters above and its pages below. */
export function HostList<T extends { id: number }>({ filters, ...props }: Props<T>) {
  const { t } = useTranslation();
  // A phone would show nothing but filters before the first row.
  const [open, setOpen] = useState(props.search.narrowed);
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-sm">
      <div className="flex flex-wrap items-center gap-3 border-b border-line p-4">
        <Button look="quiet" className="md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("rows.filters")}
        </Button>
        <div className={open ? "contents" : "hidden md:contents"}>{filters}</div>
      </div>
      <Rows {...props} />
    </div>
  );
}

function Rows<T extends { id: number }>(props: Omit<Props<T>, "filters">) {
  const { label, icon, empty, search, answer, columns, actions } = props;
  const { t } = useTranslation();
  const { data, error, refetch } = answer;
  if (!data && !error) return <Loading />;
  if (!data) {
    return (
      <div className="p-4">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (data.pagination.total === 0) {
    return <Empty icon={search.narrowed ? "search" : icon} title={search.narrowed ? t("rows.noMatch") : empty} />;
  }
  return (
    <>
      <DataTable
        label={label}
        columns={columns}
        rows={data.rows}
        sort={search.sort}
        onSort={(sort) => search.change({ sort })}
        actions={actions}
      />
      <Pager pagination={data.pagination} onPage={(page) => search.change({ page: String(page) })} />
    </>
  );
}
