import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { useCreateRowMutation } from "../../api/rowsApi";
import type { Row } from "../../api/types";
import { Page } from "../../components/Page";
import { useToast } from "../../components/toast";
import { editable, formValues, type Payload } from "../../fields/formValues";
import { useText } from "../../i18n/language";
import { ResourceScreen, type Described } from "./ResourceScreen";
import { RowForm } from "./RowForm";

/** A new row. */
export default function RowCreate() {
  return <ResourceScreen>{(described) => <CreatePage key={described.path} {...described} />}</ResourceScreen>;
}

function CreatePage(described: Described) {
  const { path, resource } = described;
  const { t } = useTranslation();
  const text = useText();
  const toast = useToast();
  const navigate = useNavigate();
  const [create, { isLoading, error }] = useCreateRowMutation();
  const start = useStart(described);
  const label = text(resource.label);

  const save = async (payload: Payload) => {
    const given = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== null));
    const answer = await create({ path, body: given });
    if (!answer.data) return answer.error;
    toast({ text: t("rows.created", { label }) });
    await navigate(`${path}/${answer.data.row.id}`, { replace: true });
    return undefined;
  };

  return (
    <Page title={t("rows.new", { label })} back={{ to: path, label: text(resource.label_plural) }} width="form">
      <RowForm
        {...described}
        start={start}
        back={path}
        submit={t("rows.create")}
        busy={isLoading}
        error={error}
        onSave={save}
      />
    </Page>
  );
}

/** Defaults, the site's zone, and what the link here already knew, such as the session to register for. */
function useStart({ resource, panel }: Described) {
  const [search] = useSearchParams();
  return useMemo(() => {
    const fields = editable(resource.fields);
    const zones = fields.filter((field) => field.kind === "time_zone" && !field.default);
    const row: Partial<Row> = Object.fromEntries(zones.map(({ name }) => [name, panel.site.time_zone]));
    for (const { name } of fields) if (search.has(name)) row[name] = search.get(name);
    return formValues(fields, row);
  }, [resource, panel, search]);
}
