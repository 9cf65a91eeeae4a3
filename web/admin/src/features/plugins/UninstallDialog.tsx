import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DataFate, PluginDetail } from "../../api/types";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Input, Labelled } from "../../components/Input";
import { useText } from "../../i18n/language";
import { FateChoice } from "./FateChoice";
import { useUninstall } from "./uninstalling";

interface Props {
  plugin: PluginDetail;
  onClose: () => void;
}

/** Takes a plugin away and asks what becomes of its data; of one that is gone already, only they are left to delete. */
export function UninstallDialog({ plugin, onClose }: Props) {
  const { t } = useTranslation();
  const name = useText()(plugin.name);
  const left = plugin.state === "uninstalled";
  const [fate, setFate] = useState<DataFate>(left ? "delete" : "keep");
  const [typed, setTyped] = useState("");
  const { uninstall, isLoading, error } = useUninstall(plugin, onClose);
  const sure = fate === "keep" || typed.trim() === plugin.id;
  const start = fate === "keep" ? t("life.uninstall.start") : t("life.uninstall.startDelete");
  return (
    <Dialog
      open
      title={left ? t("life.left.confirm", { name }) : t("life.uninstall.title", { name })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button look="danger" busy={isLoading} disabled={!sure} onClick={() => void uninstall(fate)}>
            {left ? t("life.left.start") : start}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <p className="text-muted">{left ? t("life.uninstall.deleteText") : t("life.uninstall.text")}</p>
        {!left && <FateChoice fate={fate} onChange={setFate} />}
        {fate === "delete" && (
          <Labelled id="uninstall-id" label={t("life.uninstall.typeId", { id: plugin.id })} required>
            <Input
              id="uninstall-id"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Labelled>
        )}
        {Boolean(error) && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}
