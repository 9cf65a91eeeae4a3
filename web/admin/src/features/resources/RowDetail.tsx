import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { useNavigate, useParams } from "react-router";
import { mayPass } from "../../api/access";
import { useDeleteRowMutation, useReadRowQuery, useRestoreRowMutation } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { Row } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Button, ButtonLink } from "../../components/Button";
import { Card } from "../../components/Card";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { DefinitionList } from "../../components/DefinitionList";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { useErrorText } from "../../components/errorText";
import { useToast } from "../../components/toast";
import { FullValue } from "../../fields/FieldValue";
import { titleOf } from "../../fields/references";
import { useLanguage, useText } from "../../i18n/language";
import { ActionButton } from "./ActionButton";
import { RelatedRows } from "./RelatedRows";
import { ResourceScreen, type Described } from "./ResourceScreen";
import { RestoreButton } from "./RestoreButton";

/** One row: what it holds, what can be done with it, what hangs on it. */
export default function RowDetail() {
  const { id } = useParams();
  return <ResourceScreen>{(described) => <Loader {...described} id={Number(id)} />}</ResourceScreen>;
}

function Loader({ id, ...described }: Described & { id: number }) {
  const text = useText();
  const { currentData, error, refetch } = useReadRowQuery({ path: described.path, id });
  if (currentData) return <DetailPage {...described} row={currentData.row} />;
  if (!error) return <Loading />;
  const list = text(described.resource.label_plural);
  return (
    <Page title={text(described.resource.label)} back={{ to: described.path, label: list }}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

function DetailPage({ row, ...described }: Described & { row: Row }) {
  const { plugin, path, resource } = described;
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const user = useSelector(selectUser);
  const mayChange = mayPass(user, resource.update);
  return (
    <Page
      title={titleOf(row, resource, language)}
      back={{ to: path, label: text(resource.label_plural) }}
      badge={row.deleted_at && <Badge tone="warn">{t("rows.inTrash")}</Badge>}
      actions={
        row.deleted_at ? (
          mayPass(user, resource.delete) && <RestoreButton path={path} id={row.id} />
        ) : (
          <>
            {mayPass(user, resource.delete) && <DeleteButton {...described} row={row} />}
            {mayChange &&
              resource.actions?.map((action) => (
                <ActionButton key={action.name} plugin={plugin} action={action} id={row.id} />
              ))}
            {mayChange && (
              <ButtonLink to={`${path}/${row.id}/edit`} look="primary" icon="edit">
                {t("actions.edit")}
              </ButtonLink>
            )}
          </>
        )
      }
    >
      <div className="space-y-6">
        <Card>
          <DefinitionList entries={entriesOf(described, row, text, t)} />
        </Card>
        <RelatedRows {...described} row={row} />
      </div>
    </Page>
  );
}

type Say = ReturnType<typeof useText>;

function entriesOf({ plugin, resource }: Described, row: Row, text: Say, t: TFunction) {
  const fields = resource.fields.filter(({ name }) => name in row);
  const described = fields.map((field) => ({
    key: field.name,
    label: text(field.label) || field.name,
    value: <FullValue field={field} row={row} plugin={plugin} />,
  }));
  return [
    ...described,
    { key: "created_at", label: t("rows.createdAt"), value: <Moment utc={row.created_at} /> },
    { key: "updated_at", label: t("rows.updatedAt"), value: <Moment utc={row.updated_at} /> },
  ];
}

function DeleteButton({ path, resource, row }: Described & { row: Row }) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const toast = useToast();
  const say = useErrorText();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [remove, { isLoading, error }] = useDeleteRowMutation();
  const [restore] = useRestoreRowMutation();
  const place = { path, id: row.id };

  const undo = async () => {
    const answer = await restore(place);
    toast(answer.error ? { text: say(answer.error), tone: "bad" } : { text: t("rows.restored") });
  };

  const run = async () => {
    const answer = await remove(place);
    if (answer.error) return;
    toast({ text: t("rows.deleted"), action: { label: t("actions.undo"), run: () => void undo() } });
    await navigate(path, { replace: true });
  };

  return (
    <>
      <Button icon="trash" onClick={() => setOpen(true)}>
        {t("actions.delete")}
      </Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("rows.deleteTitle", { label: text(resource.label) })}
        confirm={t("actions.delete")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p className="font-medium text-ink">{titleOf(row, resource, language)}</p>
        <p>{t("rows.deleteText")}</p>
      </ConfirmDialog>
    </>
  );
}
