import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { useText } from "../../i18n/language";
import { UpgradeDialog } from "./UpgradeDialog";

/** A newer version is there, and waits for somebody to look at it. */
export function UpdateNotice({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const name = useText()(plugin.name);
  const [reviewed, setReviewed] = useState<string | null>(null);
  const { update, version: present } = plugin;
  return (
    <>
      {update && (
        <Notice tone="accent" title={t("life.update.installed", { version: update })}>
          <p>{t("life.update.text", { name, present })}</p>
          <div className="pt-2">
            <Button onClick={() => setReviewed(update)}>{t("life.update.review")}</Button>
          </div>
        </Notice>
      )}
      {reviewed && <UpgradeDialog plugin={plugin} version={reviewed} onClose={() => setReviewed(null)} />}
    </>
  );
}
