import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { mayPass } from "../../api/access";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { Panel, Resource, Row } from "../../api/types";
import { ButtonLink } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { ListCard } from "../../components/ListCard";
import { Loading } from "../../components/Loading";
import { formatNumber } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";
import { columnsOf } from "./columns";
import type { Described } from "./ResourceScreen";

const SHOWN = 5;

interface Relation {
  plugin: string;
  path: string;
  resource: Resource;
  /** The field that points here. */
  field: string;
}

/** Rows of other resources that point to this one, such as the registrations of a session. */
export function RelatedRows({ path, panel, row }: Described & { row: Row }) {
  return relationsOf(path.slice(1), panel).map((relation) => (
    <Related key={`${relation.path}.${relation.field}`} relation={relation} row={row} />
  ));
}

/** Every filterable reference to a resource; one that cannot be filtered cannot be asked for. */
export function relationsOf(target: string, panel: Panel): Relation[] {
  return Object.entries(panel.resources).flatMap(([key, resource]) => {
    const plugin = key.split("/")[0] ?? "";
    return resource.fields
      .filter(({ kind, filter }) => kind === "reference" && filter)
      .filter(({ references }) => (references?.includes("/") ? references : `${plugin}/${references}`) === target)
      .map((field) => ({ plugin, path: `/${key}`, resource, field: field.name }));
  });
}

function Related({ relation: { plugin, path, resource, field }, row }: { relation: Relation; row: Row }) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const user = useSelector(selectUser);
  const params = { [field]: row.id, per_page: SHOWN };
  const { currentData: data, error } = useListRowsQuery({ path, params });
  const total = data?.pagination.total ?? 0;
  const here = `${field}=${row.id}`;
  return (
    <ListCard
      title={
        <>
          {text(resource.label_plural)}{" "}
          {data && <span className="font-normal text-muted">{formatNumber(total, language)}</span>}
        </>
      }
      actions={
        <>
          {total > 0 && <ButtonLink to={`${path}?${here}`}>{t("rows.showAll")}</ButtonLink>}
          {mayPass(user, resource.create) && (
            <ButtonLink to={`${path}/new?${here}`} icon="plus">
              {t("rows.new", { label: text(resource.label) })}
            </ButtonLink>
          )}
        </>
      }
    >
      {!data && !error && <Loading />}
      {error && <ErrorNotice error={error} />}
      {data && total === 0 && <p className="px-4 py-6 text-sm text-muted">{t("rows.noneYet")}</p>}
      {data && total > 0 && (
        <DataTable
          label={text(resource.label_plural)}
          columns={columnsOf({ plugin, path, resource, text, linked: true, without: field })}
          rows={data.rows}
        />
      )}
    </ListCard>
  );
}
