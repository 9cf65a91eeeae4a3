import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail, UpgradePreview } from "../../api/types";
import { Button } from "../../components/Button";
import { CheckBox } from "../../components/CheckBox";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Spinner } from "../../components/Spinner";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { usePreviewUpgradeQuery, useUpgradePluginMutation } from "./lifeApi";
import { UpgradeChanges } from "./UpgradeChanges";

interface Props {
  plugin: PluginDetail;
  version: string;
  onClose: () => void;
}

/** What a newer version would change, rehearsed by the host, and the decision to take it. */
export function UpgradeDialog({ plugin, version, onClose }: Props) {
  const { t } = useTranslation();
  const name = useText()(plugin.name);
  const [agreed, setAgreed] = useState(false);
  const rehearsal = usePreviewUpgradeQuery({ id: plugin.id, version });
  const preview = rehearsal.isFetching ? undefined : rehearsal.currentData;
  const { take, isLoading, error } = useUpgrade(plugin, onClose);
  const ready = preview && (agreed || !preview.grows);
  return (
    <Dialog
      open
      width="wide"
      title={t("life.update.title", { name, version })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button look="primary" busy={isLoading} disabled={!ready} onClick={() => preview && void take(preview)}>
            {t("life.update.start", { version })}
          </Button>
        </>
      }
    >
      <div className="space-y-5">
        {rehearsal.isFetching && <Rehearsing />}
        {!rehearsal.isFetching && rehearsal.error && (
          <ErrorNotice error={rehearsal.error} onRetry={() => void rehearsal.refetch()} />
        )}
        {preview && <UpgradeChanges preview={preview} />}
        {preview?.grows && <CheckBox label={t("life.update.agree")} checked={agreed} onChange={setAgreed} />}
        {Boolean(error) && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}

function Rehearsing() {
  const { t } = useTranslation();
  return (
    <p role="status" className="flex items-center gap-3 py-6 text-muted">
      <Spinner />
      {t("life.update.rehearsing")}
    </p>
  );
}

/** Takes the version that was shown, with the grants that stood beside it, and nothing else. */
function useUpgrade(plugin: PluginDetail, onDone: () => void) {
  const { t } = useTranslation();
  const toast = useToast();
  const name = useText()(plugin.name);
  const [upgrade, { isLoading, error }] = useUpgradePluginMutation();

  const take = async ({ to, grows, grants }: UpgradePreview) => {
    const answer = await upgrade({ id: plugin.id, version: to, ...(grows && { grants }) });
    if (answer.error) return;
    onDone();
    toast({ text: t("life.update.done", { name, version: to }) });
  };

  return { take, isLoading, error };
}
