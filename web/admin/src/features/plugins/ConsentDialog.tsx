import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReadablePlugin } from "../../api/types";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { GrantInputs } from "./GrantInputs";
import { grantsFrom, isDecided, isSound, powersOf, wishesFrom } from "./grants";
import { useChangeGrantsMutation, useEnablePluginMutation } from "./pluginsApi";
import { PublicParts } from "./PublicParts";

interface Props {
  plugin: ReadablePlugin;
  onClose: () => void;
}

/** The admin's decision: read what the plugin may do, cut down what is too much, and enable it or keep the change. */
export function ConsentDialog({ plugin, onClose }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const powers = powersOf(plugin.contract);
  const enabled = plugin.state === "enabled";
  const [wishes, setWishes] = useState(() => wishesFrom(powers, isDecided(plugin)));
  const { decide, isLoading, error } = useDecision(plugin, onClose);
  const sound = powers.every((capability) => isSound(capability, wishes[capability.id]));
  const name = text(plugin.name);
  return (
    <Dialog
      open
      width="wide"
      title={enabled ? t("plugins.adjustTitle", { name }) : t("plugins.enableTitle", { name })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button
            look="primary"
            busy={isLoading}
            disabled={!sound}
            onClick={() => void decide(grantsFrom(powers, wishes))}
          >
            {enabled ? t("actions.save") : t("plugins.allowAndEnable")}
          </Button>
        </>
      }
    >
      <p className="mb-3 text-muted">{t("plugins.consent")}</p>
      {Boolean(error) && <ErrorNotice error={error} />}
      <GrantInputs capabilities={powers} wishes={wishes} onChange={setWishes} />
      <div className="border-t border-line pt-4 pb-2">
        <h3 className="mb-2 text-base font-medium">{t("plugins.becomesPublic")}</h3>
        <PublicParts contract={plugin.contract} />
      </div>
    </Dialog>
  );
}

function useDecision(plugin: ReadablePlugin, onDone: () => void) {
  const { t } = useTranslation();
  const text = useText();
  const toast = useToast();
  const [enable, enabling] = useEnablePluginMutation();
  const [change, changing] = useChangeGrantsMutation();
  const enabled = plugin.state === "enabled";

  const decide = async (grants: ReturnType<typeof grantsFrom>) => {
    const answer = await (enabled ? change : enable)({ id: plugin.id, grants });
    if (answer.error) return;
    onDone();
    toast({ text: t(enabled ? "plugins.adjusted" : "plugins.enabled", { name: text(plugin.name) }) });
  };

  return { decide, isLoading: enabling.isLoading || changing.isLoading, error: enabling.error ?? changing.error };
}
