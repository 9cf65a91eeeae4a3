import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { UninstallDialog } from "./UninstallDialog";

/** A plugin is gone and has left its data: enabling it is at the head of the page, deleting them here. */
export function LeftNotice({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (plugin.state !== "uninstalled") return null;
  return (
    <Notice tone="warn" title={t("life.left.title")}>
      <p>{t("life.left.text")}</p>
      <div className="pt-2">
        <Button icon="trash" onClick={() => setOpen(true)}>
          {t("life.left.open")}
        </Button>
      </div>
      {open && <UninstallDialog plugin={plugin} onClose={() => setOpen(false)} />}
    </Notice>
  );
}
