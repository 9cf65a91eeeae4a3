import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./Icon";

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  sortable?: boolean;
  align?: "end";
  /** Whether a row has nothing to say here, so that its card leaves the line out. */
  isEmpty?: (row: T) => boolean;
}

interface Props<T> {
  /** Read out as the table's name. */
  label: string;
  columns: Column<T>[];
  rows: T[];
  /** `starts_at`, or `-starts_at` for the last first. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** Buttons at the end of a row. */
  actions?: (row: T) => ReactNode;
}

/** Rows in columns; on a narrow screen each row becomes a card with its own labels. */
export function DataTable<T extends { id: number }>({ label, columns, rows, sort, onSort, actions }: Props<T>) {
  const { t } = useTranslation();
  // The roles are said again because display: block takes them from a table.
  return (
    <div className="overflow-x-auto">
      <table role="table" aria-label={label} className="block w-full text-sm md:table">
        <thead role="rowgroup" className="sr-only md:not-sr-only md:table-header-group">
          <tr role="row" className="md:border-b md:border-line">
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
            {actions && (
              <th role="columnheader" className="px-4 py-3">
                <span className="sr-only">{t("actions.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block divide-y divide-line md:table-row-group">
          {rows.map((row) => (
            <tr role="row" key={row.id} className="block px-4 py-3 hover:bg-canvas md:table-row md:p-0">
              {columns.map((column, index) => (
                <td
                  role="cell"
                  key={column.key}
                  className={`${column.isEmpty?.(row) ? "hidden" : "flex"} gap-4 py-1 md:table-cell md:px-4 md:py-3 md:align-top ${column.align === "end" ? "md:text-right md:tabular-nums" : ""} ${index === 0 ? "text-base font-medium md:text-sm" : ""}`}
                >
                  {index > 0 && (
                    <span aria-hidden="true" className="w-28 shrink-0 text-muted md:hidden">
                      {column.header}
                    </span>
                  )}
                  <div className="min-w-0 break-words">{column.cell(row)}</div>
                </td>
              ))}
              {actions && (
                <td role="cell" className="flex justify-end gap-2 pt-2 md:table-cell md:px-4 md:py-1.5 md:text-right">
                  {actions(row)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeaderProps<T> {
  column: Column<T>;
  sort?: string;
  onSort?: (sort: string) => void;
}

function HeaderCell<T>({ column, sort, onSort }: HeaderProps<T>) {
  const direction = sort === column.key ? "ascending" : sort === `-${column.key}` ? "descending" : undefined;
  const icon = direction === "ascending" ? "sortUp" : direction === "descending" ? "sortDown" : "sort";
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={column.sortable ? (direction ?? "none") : undefined}
      className={`px-4 py-2 font-medium whitespace-nowrap text-muted ${column.align === "end" ? "text-right" : "text-left"}`}
    >
      {column.sortable && onSort ? (
        <button
          type="button"
          onClick={() => onSort(direction === "ascending" ? `-${column.key}` : column.key)}
          className="-mx-2 inline-flex min-h-9 items-center gap-1 rounded-md px-2 hover:bg-sunken hover:text-ink"
        >
          {column.header}
          <Icon name={icon} className={`size-4 ${direction ? "text-accent" : "text-faint"}`} />
        </button>
      ) : (
        column.header
      )}
    </th>
  );
}
