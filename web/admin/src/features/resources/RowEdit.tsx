import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { asApiError } from "../../api/apiError";
import { useChangeRowMutation, useLazyReadRowQuery, useReadRowQuery } from "../../api/rowsApi";
import type { TaggedRow } from "../../api/types";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { useToast } from "../../components/toast";
import { changesBetween, editable, formValues, payloadOf, type Payload } from "../../fields/formValues";
import { titleOf } from "../../fields/references";
import { useLanguage, useText } from "../../i18n/language";
import { ConflictDialog } from "./ConflictDialog";
import { ResourceScreen, type Described } from "./ResourceScreen";
import { RowForm } from "./RowForm";

/** Changes a row. */
export default function RowEdit() {
  const { id } = useParams();
  return (
    <ResourceScreen>
      {(described) => <Loader key={`${described.path}/${id}`} {...described} id={Number(id)} />}
    </ResourceScreen>
  );
}

function Loader({ id, ...described }: Described & { id: number }) {
  const { data, error, isFetching, refetch } = useReadRowQuery({ path: described.path, id });
  // The form starts from one version and keeps it: a later answer would hide that somebody else changed the row.
  const [start, setStart] = useState<TaggedRow | null>(null);
  if (!start && data && !isFetching) setStart(data);
  if (start) return <EditPage {...described} loaded={start} />;
  return error && !isFetching ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Loading />;
}

function EditPage({ loaded, ...described }: Described & { loaded: TaggedRow }) {
  const { plugin, path, resource } = described;
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const toast = useToast();
  const navigate = useNavigate();
  const [change, { isLoading, error }] = useChangeRowMutation();
  const [readNow] = useLazyReadRowQuery();
  const [base, setBase] = useState(loaded);
  const [conflict, setConflict] = useState<{ theirs: TaggedRow; mine: Payload } | null>(null);
  const fields = useMemo(() => editable(resource.fields), [resource]);
  const start = useMemo(() => formValues(fields, base.row), [fields, base]);
  const here = `${path}/${base.row.id}`;

  const send = async (body: Payload, etag: string | null) => {
    const answer = await change({ path, id: base.row.id, body, etag });
    if (answer.data) {
      toast({ text: t("rows.saved") });
      await navigate(here, { replace: true });
      return undefined;
    }
    if (asApiError(answer.error).status === 412) {
      const theirs = await readNow({ path, id: base.row.id }).unwrap();
      setConflict({ theirs, mine: body });
    }
    return answer.error;
  };

  const save = async (payload: Payload) => {
    const changes = changesBetween(payloadOf(fields, start), payload);
    if (Object.keys(changes).length > 0) return send(changes, base.etag);
    await navigate(here, { replace: true });
    return undefined;
  };

  return (
    <Page
      title={t("rows.edit", { label: text(resource.label) })}
      back={{ to: here, label: titleOf(base.row, resource, language) }}
      width="form"
    >
      <RowForm
        key={base.etag}
        {...described}
        start={start}
        back={here}
        submit={t("actions.save")}
        busy={isLoading}
        error={error}
        onSave={save}
      />
      {conflict && (
        <ConflictDialog
          plugin={plugin}
          fields={fields}
          theirs={conflict.theirs.row}
          mine={conflict.mine}
          busy={isLoading}
          onTakeTheirs={() => {
            setBase(conflict.theirs);
            setConflict(null);
          }}
          onKeepMine={() => {
            setConflict(null);
            void send(conflict.mine, conflict.theirs.etag);
          }}
          onClose={() => setConflict(null)}
        />
      )}
    </Page>
  );
}
