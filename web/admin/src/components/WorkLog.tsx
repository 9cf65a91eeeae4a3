import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { List } from "../api/types";
import { DataTable, type Column } from "./DataTable";
import { Empty } from "./Empty";
import { ErrorNotice } from "./ErrorNotice";
import type { IconName } from "./Icon";
import { Select } from "./Input";
import { Loading } from "./Loading";
import { Pager } from "./Pager";
import { SearchBox } from "./SearchBox";

const ROWS = 25;

/** What of a log is shown, as it stands in the address. */
export function useLogQuery() {
  const [search, setSearch] = useSearchParams();
  const status = search.get("status") ?? "";
  const q = search.get("q") ?? "";
  const page = Math.max(1, Number(search.get("page")) || 1);
  return {
    status,
    q,
    params: { page, per_page: ROWS, status, q, sort: "-created_at" },
    showStatus: (wanted: string) => setSearch(filled({ status: wanted, q }), { replace: true }),
    find: (wanted: string) => setSearch(filled({ status, q: wanted }), { replace: true }),
    showPage: (wanted: number) => setSearch(filled({ status, q, page: String(wanted) }), { replace: true }),
  };
}

function filled(search: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== ""));
}

interface Props<T> {
  label: string;
  icon: IconName;
  empty: string;
  query: ReturnType<typeof useLogQuery>;
  /** What can be searched for, where anything can. */
  search?: string;
  statuses: { value: string; label: string }[];
  answer: { data?: List<T>; error?: unknown; refetch: () => unknown };
  columns: Column<T>[];
  actions: (row: T) => ReactNode;
}

/** Work that the host does by itself, the newest first, by status. */
export function WorkLog<T extends { id: number }>(props: Props<T>) {
  const { label, query, search, statuses } = props;
  const { t } = useTranslation();
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-sm">
      <div className="flex flex-wrap gap-3 border-b border-line p-4">
        {search && <SearchBox label={search} value={query.q} onSearch={query.find} />}
        <Select
          aria-label={t("log.status")}
          value={query.status}
          onChange={(event) => query.showStatus(event.target.value)}
          className="w-full sm:w-fit"
        >
          <option value="">{t("log.allStatuses")}</option>
          {statuses.map((status) => (
            <option key={status.value} value={status.value}>
              {status.label}
            </option>
          ))}
        </Select>
      </div>
      <Rows {...props} label={label} />
    </div>
  );
}

function Rows<T extends { id: number }>({ label, icon, empty, query, answer, columns, actions }: Props<T>) {
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
    return <Empty icon={icon} title={query.status || query.q ? t("rows.noMatch") : empty} />;
  }
  return (
    <>
      <DataTable label={label} columns={columns} rows={data.rows} actions={actions} />
      <Pager pagination={data.pagination} onPage={query.showPage} />
    </>
  );
}
