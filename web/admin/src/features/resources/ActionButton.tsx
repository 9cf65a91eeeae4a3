import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useCountRowsQuery, useRunActionMutation } from "../../api/rowsApi";
import type { Action, Audience } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useErrorText } from "../../components/errorText";
import { useToast } from "../../components/toast";
import { formatNumber } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";

interface Props {
  plugin: string;
  action: Action;
  id: number;
}

/** Something that a plugin does with a row; it asks first when the plugin wants that. */
export function ActionButton({ plugin, action, id }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const toast = useToast();
  const say = useErrorText();
  const [open, setOpen] = useState(false);
  const [run, { isLoading, error, reset }] = useRunActionMutation();
  const question = text(action.confirm);
  const label = text(action.label);

  const act = async () => {
    const answer = await run({ url: `/${plugin}${action.path.replace("{id}", String(id))}` });
    if (!answer.error) {
      setOpen(false);
      toast({ text: answer.data?.message || t("rows.actionDone", { label }) });
    } else if (!question) {
      toast({ text: say(answer.error), tone: "bad" });
    }
  };

  const ask = () => {
    reset();
    setOpen(true);
  };

  return (
    <>
      <Button
        busy={isLoading && !open}
        className={action.danger ? "text-bad" : ""}
        onClick={question ? ask : () => void act()}
      >
        {label}
      </Button>
      <ConfirmDialog
        open={open}
        tone={action.danger ? "danger" : "primary"}
        title={label}
        confirm={label}
        busy={isLoading}
        error={error}
        onConfirm={() => void act()}
        onClose={() => setOpen(false)}
      >
        <p>{question}</p>
        {action.tells && <Told plugin={plugin} audience={action.tells} id={id} />}
      </ConfirmDialog>
    </>
  );
}

/** How many people get a message; nothing while that is not known. */
function Told({ plugin, audience, id }: { plugin: string; audience: Audience; id: number }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { resource, reference, field, values } = audience;
  const { currentData: count } = useCountRowsQuery({
    path: `/${plugin}/${resource}`,
    params: { [reference]: id },
    field,
    values,
  });
  if (count === undefined) return null;
  return <p className="font-medium text-ink">{t("rows.told", { count, number: formatNumber(count, language) })}</p>;
}
