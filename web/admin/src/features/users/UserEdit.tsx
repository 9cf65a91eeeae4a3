import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { asApiError } from "../../api/apiError";
import { useChangeRowMutation, useReadRowQuery } from "../../api/rowsApi";
import type { TaggedRow } from "../../api/types";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Page } from "../../components/Page";
import { useToast } from "../../components/toast";
import type { Payload } from "../../fields/formValues";
import { UserForm } from "./UserForm";
import { USERS, type UserRow } from "./usersApi";

/** Changes somebody's record; a new role counts at once. */
export default function UserEdit() {
  const { id } = useParams();
  const { data, error, isFetching, refetch } = useReadRowQuery({ path: USERS, id: Number(id) });
  // The form starts from one version and keeps it: a later answer would hide that somebody else changed the row.
  const [start, setStart] = useState<TaggedRow | null>(null);
  if (!start && data && !isFetching) setStart(data);
  if (start) return <EditPage loaded={start} />;
  return error && !isFetching ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Loading />;
}

function EditPage({ loaded: { row, etag } }: { loaded: TaggedRow }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const [change, { isLoading }] = useChangeRowMutation();
  const user = row as UserRow;
  const here = `${USERS}/${user.id}`;

  const save = async (body: Payload) => {
    if (Object.keys(body).length > 0) {
      const { error } = await change({ path: USERS, id: user.id, body, etag });
      if (asApiError(error).status === 412) return { ...asApiError(error), message: t("users.changedMeanwhile") };
      if (error) return error;
      toast({ text: t("rows.saved") });
    }
    await navigate(here, { replace: true });
    return undefined;
  };

  return (
    <Page
      title={t("rows.edit", { label: user.name || user.email })}
      back={{ to: here, label: user.name || user.email }}
      width="form"
    >
      <UserForm start={row} submit={t("actions.save")} busy={isLoading} back={here} onSave={save} />
    </Page>
  );
}
