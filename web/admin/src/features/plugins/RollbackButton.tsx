import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { useRollBackPluginMutation } from "./lifeApi";

interface Props {
  plugin: PluginDetail;
  /** The one before the last upgrade. */
  version: string;
}

/** Makes a plugin the version that it was, after a question that says what stays. */
export function RollbackButton({ plugin, version }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const name = useText()(plugin.name);
  const [open, setOpen] = useState(false);
  const [rollBack, { isLoading, error }] = useRollBackPluginMutation();

  const run = async () => {
    const answer = await rollBack(plugin.id);
    if (answer.error) return;
    setOpen(false);
    toast({ text: t("life.back.done", { name, version }) });
  };

  return (
    <>
      <Button icon="restore" onClick={() => setOpen(true)}>
        {t("life.back.open", { version })}
      </Button>
      <ConfirmDialog
        open={open}
        title={t("life.back.title", { name, version })}
        confirm={t("life.back.start", { version })}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("life.back.text")}</p>
        <p>{t("life.back.rights", { present: plugin.version })}</p>
      </ConfirmDialog>
    </>
  );
}
