import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector, useStore } from "react-redux";
import { mayPass } from "../../api/access";
import { download } from "../../api/download";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import { Button, ButtonLink } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { Empty } from "../../components/Empty";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useErrorText } from "../../components/errorText";
import { iconNamed } from "../../components/Icon";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { Pager } from "../../components/Pager";
import { SearchBox } from "../../components/SearchBox";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { columnsOf } from "./columns";
import { FilterInput } from "./FilterInput";
import { filtersOf, isSearchable, useListQuery } from "./listQuery";
import { ResourceScreen, type Described } from "./ResourceScreen";
import { RestoreButton } from "./RestoreButton";

/** All rows of a resource. */
export default function RowList() {
  return <ResourceScreen>{(described) => <ListPage key={described.path} {...described} />}</ResourceScreen>;
}

function ListPage(described: Described) {
  const { path, resource } = described;
  const { t } = useTranslation();
  const text = useText();
  const user = useSelector(selectUser);
  const query = useListQuery(resource);
  const mayCreate = mayPass(user, resource.create) && !query.trash;
  return (
    <Page
      title={query.trash ? t("rows.trashOf", { label: text(resource.label_plural) }) : text(resource.label_plural)}
      actions={
        <>
          <CsvButton path={path} params={query.narrowing} />
          {mayCreate && (
            <ButtonLink to={`${path}/new`} look="primary" icon="plus">
              {t("rows.new", { label: text(resource.label) })}
            </ButtonLink>
          )}
        </>
      }
    >
      <div className="overflow-hidden rounded-lg border border-line bg-surface shadow-sm">
        <Tools {...described} query={query} />
        <Rows {...described} query={query} mayCreate={mayCreate} />
      </div>
    </Page>
  );
}

type WithQuery = Described & { query: ReturnType<typeof useListQuery> };

function Tools({ plugin, resource, query }: WithQuery) {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const filters = filtersOf(resource);
  // A phone would show nothing but filters before the first row.
  const [open, setOpen] = useState(() => filters.some(({ name }) => query.search.has(name)));
  return (
    <div className="flex flex-wrap items-center gap-3 border-b border-line p-4">
      {isSearchable(resource) && (
        <SearchBox label={t("rows.search")} value={query.search.get("q") ?? ""} onSearch={(q) => query.change({ q })} />
      )}
      {filters.length > 0 && (
        <Button look="quiet" className="md:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("rows.filters")}
        </Button>
      )}
      <div className={open ? "contents" : "hidden md:contents"}>
        {filters.map((field) => (
          <FilterInput
            key={field.name}
            field={field}
            plugin={plugin}
            value={query.search.get(field.name) ?? ""}
            onChange={(value) => query.change({ [field.name]: value })}
          />
        ))}
      </div>
      {mayPass(user, resource.delete) && (
        <Button
          look="quiet"
          icon={query.trash ? "back" : "trash"}
          className="ml-auto"
          onClick={() => query.change({ trash: query.trash ? null : "true" })}
        >
          {query.trash ? t("rows.leaveTrash") : t("rows.trash")}
        </Button>
      )}
    </div>
  );
}

function Rows({ plugin, path, resource, query, mayCreate }: WithQuery & { mayCreate: boolean }) {
  const text = useText();
  const { data, error, isLoading, refetch } = useListRowsQuery({ path, params: query.params });
  if (isLoading) return <Loading />;
  if (error || !data) {
    return (
      <div className="p-4">
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  }
  if (data.pagination.total === 0) {
    return <NoRows {...{ path, resource, query, mayCreate }} />;
  }
  return (
    <>
      <DataTable
        label={text(resource.label_plural)}
        columns={columnsOf({ plugin, path, resource, text, linked: true })}
        rows={data.rows}
        sort={query.sort}
        onSort={(sort) => query.change({ sort })}
        actions={query.trash ? (row) => <RestoreButton path={path} id={row.id} /> : undefined}
      />
      <Pager pagination={data.pagination} onPage={(page) => query.change({ page: String(page) })} />
    </>
  );
}

type NoRowsProps = Pick<WithQuery, "path" | "resource" | "query"> & { mayCreate: boolean };

function NoRows({ path, resource, query, mayCreate }: NoRowsProps) {
  const { t } = useTranslation();
  const text = useText();
  const label = text(resource.label_plural);
  const icon = iconNamed(resource.menu?.icon ?? "table");
  if (query.trash) return <Empty icon="trash" title={t("rows.emptyTrash")} />;
  if (query.narrowed) return <Empty icon="search" title={t("rows.noMatch")} />;
  return (
    <Empty icon={icon} title={t("rows.none", { label })}>
      {mayCreate && (
        <ButtonLink to={`${path}/new`} icon="plus" className="mt-2">
          {t("rows.new", { label: text(resource.label) })}
        </ButtonLink>
      )}
    </Empty>
  );
}

function CsvButton({ path, params }: { path: string; params: Parameters<typeof download>[0]["params"] }) {
  const { t } = useTranslation();
  const store = useStore();
  const toast = useToast();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);

  const save = async () => {
    setBusy(true);
    try {
      await download({ url: `${path}.csv`, params }, `${path.slice(1).replace("/", "-")}.csv`, store);
    } catch (error) {
      toast({ text: say(error), tone: "bad" });
    }
    setBusy(false);
  };

  return (
    <Button icon="download" busy={busy} onClick={() => void save()}>
      {t("rows.csv")}
    </Button>
  );
}
