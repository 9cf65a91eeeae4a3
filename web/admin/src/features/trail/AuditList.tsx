import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector, useStore } from "react-redux";
import { holds } from "../../api/access";
import { download } from "../../api/download";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { List } from "../../api/types";
import { Button } from "../../components/Button";
import type { Column } from "../../components/DataTable";
import { useErrorText } from "../../components/errorText";
import { FilterSelect } from "../../components/FilterSelect";
import { HostList } from "../../components/HostList";
import { useListSearch } from "../../components/listSearch";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { SearchBox } from "../../components/SearchBox";
import { useToast } from "../../components/toast";
import { AuditDialog } from "./AuditDialog";
import { ACTION_NAMES, actionNamed } from "./eventNames";
import { AUDIT, ACTORS, type AuditRecord } from "./trailApi";
import { VerifyButton } from "./VerifyButton";

/** Who changed what, the newest first. */
export default function AuditList() {
  const { t } = useTranslation();
  const search = useListSearch(["actor_kind", "action", "resource", "record_id"]);
  const answer = useListRowsQuery({ path: AUDIT, params: search.params });
  const actions = ACTION_NAMES.map((value) => ({ value, label: t(`audit.actions.${value}`) }));
  return (
    <Page
      title={t("audit.title")}
      intro={t("audit.intro")}
      actions={
        <>
          <VerifyButton />
          <ExportButton />
        </>
      }
    >
      <HostList
        label={t("audit.title")}
        icon="list"
        empty={t("audit.none")}
        search={search}
        filters={
          <>
            <SearchBox
              label={t("audit.byResource")}
              value={search.values.resource ?? ""}
              onSearch={(resource) => search.change({ resource })}
            />
            <FilterSelect
              label={t("audit.action")}
              value={search.values.action ?? ""}
              choices={actions.toSorted((one, other) => one.label.localeCompare(other.label))}
              onChange={(action) => search.change({ action })}
            />
            <FilterSelect
              label={t("audit.by")}
              value={search.values.actor_kind ?? ""}
              choices={ACTORS.map((value) => ({ value, label: t(`audit.actors.${value}`) }))}
              onChange={(actor_kind) => search.change({ actor_kind })}
            />
          </>
        }
        answer={answer as { data?: List<AuditRecord>; error?: unknown; refetch: () => unknown }}
        columns={useColumns()}
      />
    </Page>
  );
}

function useColumns(): Column<AuditRecord>[] {
  const { t } = useTranslation();
  const actorText = useActorText();
  return [
    { key: "action", header: t("audit.action"), cell: (record) => <What record={record} /> },
    { key: "resource", header: t("audit.what"), cell: (record) => placeOf(record) },
    { key: "actor_kind", header: t("audit.by"), cell: (record) => actorText(record) },
    { key: "created_at", header: t("events.at"), cell: ({ created_at }) => <Moment utc={created_at} /> },
  ];
}

function What({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const actorText = useActorText();
  const [open, setOpen] = useState(false);
  const name = actionNamed(record.action);
  const title = name ? t(`audit.actions.${name}`) : record.action;
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="min-h-6 text-left font-medium text-accent hover:underline"
      >
        {title}
      </button>
      {open && (
        <AuditDialog
          record={record}
          title={`${title}: ${placeOf(record)}`}
          actor={actorText(record)}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

/** `users #3` */
function placeOf({ resource, record_id: id }: AuditRecord): string {
  return id === null ? resource : `${resource} #${id}`;
}

/** Who it was: by name where one may read the users. */
function useActorText(): (record: AuditRecord) => string {
  const { t } = useTranslation();
  const readsUsers = holds(useSelector(selectUser), "users:read");
  const { data } = useListRowsQuery({ path: "/users", params: { per_page: 100 } }, { skip: !readsUsers });
  return ({ actor_kind: kind, actor_id: id }) => {
    if (kind !== "user" || id === null) return t(`audit.actors.${kind}`);
    const user = data?.rows.find((row) => row.id === id);
    return String(user?.name || user?.email || `${t("audit.actors.user")} #${id}`);
  };
}

function ExportButton() {
  const { t } = useTranslation();
  const store = useStore();
  const toast = useToast();
  const say = useErrorText();
  const [busy, setBusy] = useState(false);

  const save = async () => {
    setBusy(true);
    try {
      await download({ url: `${AUDIT}/export`, accept: "application/x-ndjson, application/json" }, "audit.ndjson", store);
    } catch (error) {
      toast({ text: say(error), tone: "bad" });
    }
    setBusy(false);
  };

  return (
    <Button icon="download" busy={busy} onClick={() => void save()}>
      {t("audit.export")}
    </Button>
  );
}
