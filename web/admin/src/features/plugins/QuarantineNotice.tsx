import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail, Quarantine } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { Moment } from "../../components/Moment";
import { Notice } from "../../components/Notice";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { useResetPluginMutation } from "./pluginsApi";

/** Why a plugin is left alone for a while, until when, and the way to end that. */
export function QuarantineNotice({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  if (!plugin.quarantine) return null;
  const { reason, since, until }: Quarantine = plugin.quarantine;
  return (
    <Notice tone="warn" title={t("plugins.quarantine.title")}>
      <p>{t("plugins.quarantine.text")}</p>
      <p>
        {t("plugins.quarantine.since")} <Moment utc={since} />
      </p>
      <p>
        {t("plugins.quarantine.until")} <Moment utc={until} />
      </p>
      <p className="font-mono text-xs break-words">{reason}</p>
      <div className="pt-2">
        <ResetButton plugin={plugin} />
      </div>
    </Notice>
  );
}

function ResetButton({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const toast = useToast();
  const name = useText()(plugin.name);
  const [open, setOpen] = useState(false);
  const [reset, { isLoading, error }] = useResetPluginMutation();

  const run = async () => {
    const answer = await reset(plugin.id);
    if (answer.error) return;
    setOpen(false);
    toast({ text: t("plugins.quarantine.ended", { name }) });
  };

  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("plugins.quarantine.end")}</Button>
      <ConfirmDialog
        open={open}
        title={t("plugins.quarantine.endTitle", { name })}
        confirm={t("plugins.quarantine.endNow")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("plugins.quarantine.endText")}</p>
      </ConfirmDialog>
    </>
  );
}
