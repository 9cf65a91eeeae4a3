import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { useText } from "../../i18n/language";
import { useRemoval } from "./uninstalling";

/** Takes away what was installed and never enabled, after a question. */
export function RemoveButton({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const name = useText()(plugin.name);
  const [open, setOpen] = useState(false);
  const { remove, isLoading, error } = useRemoval(plugin);
  return (
    <>
      <Button icon="trash" onClick={() => setOpen(true)}>
        {t("life.remove.open")}
      </Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("life.remove.title", { name, version: plugin.version })}
        confirm={t("life.remove.start")}
        busy={isLoading}
        error={error}
        onConfirm={() => void remove()}
        onClose={() => setOpen(false)}
      >
        <p>{t("life.remove.text")}</p>
      </ConfirmDialog>
    </>
  );
}
