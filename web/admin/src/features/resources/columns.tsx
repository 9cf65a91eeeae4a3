import { Link } from "react-router";
import type { Field, Resource, Row, Text } from "../../api/types";
import type { Column } from "../../components/DataTable";
import { FieldValue, isEmptyValue, PlainValue } from "../../fields/FieldValue";

interface Drawing {
  plugin: string;
  path: string;
  resource: Resource;
  text: (text: Text | undefined) => string;
  /** Whether the first column leads to the row. */
  linked: boolean;
  /** A field that every row shares, so that it says nothing. */
  without?: string;
}

/** The columns of a described list; the first one leads to the row. */
export function columnsOf({ plugin, path, resource, text, linked, without }: Drawing): Column<Row>[] {
  const shown = listed(resource).filter(({ name }) => name !== without);
  const title = shown.find(({ name }) => name === resource.title_field) ?? shown[0];
  const ordered = [title, ...shown.filter((field) => field !== title)].filter((field) => field !== undefined);
  return ordered.map((field) => ({
    key: field.name,
    header: text(field.label),
    sortable: field.sort,
    align: field.kind === "integer" || field.kind === "number" ? ("end" as const) : undefined,
    isEmpty: (row: Row) => field !== title && isEmptyValue(row[field.name]),
    cell: (row: Row) =>
      field === title && linked ? (
        <Link to={`${path}/${row.id}`} className="text-accent hover:underline">
          <PlainValue field={field} row={row} plugin={plugin} />
        </Link>
      ) : (
        <FieldValue field={field} row={row} plugin={plugin} />
      ),
  }));
}

/** Fields marked for the list; where none is, the title and what comes first. */
function listed(resource: Resource): Field[] {
  const marked = resource.fields.filter((field) => field.list);
  if (marked.length > 0) return marked;
  return resource.fields.filter((field, index) => field.name === resource.title_field || index < 4);
}
