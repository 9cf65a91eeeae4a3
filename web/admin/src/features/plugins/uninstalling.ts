import { useTranslation } from "react-i18next";
import { useLocation, useNavigate } from "react-router";
import type { DataFate, PluginDetail } from "../../api/types";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { useUninstallPluginMutation } from "./lifeApi";

/** What the list says of a plugin whose data was just deleted. */
export interface Gone {
  name: string;
  /** Null where nothing was stored. */
  export: string | null;
}

/** Takes a plugin away. With its data its screen goes too, and the list says where the export is. */
export function useUninstall(plugin: PluginDetail, onDone: () => void) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const name = useText()(plugin.name);
  const [run, { isLoading, error }] = useUninstallPluginMutation();

  const uninstall = async (data: DataFate) => {
    const { data: done } = await run({ id: plugin.id, data });
    if (!done) return;
    onDone();
    if (data === "keep") {
      toast({ text: t("life.uninstall.kept", { name }) });
    } else {
      const gone: Gone = { name, export: done.export };
      void navigate("/plugins", { state: { gone } });
    }
  };

  return { uninstall, isLoading, error };
}

/** Takes away a plugin that was never enabled, so that there is nothing but its package. */
export function useRemoval(plugin: PluginDetail) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const name = useText()(plugin.name);
  const [run, { isLoading, error }] = useUninstallPluginMutation();

  const remove = async () => {
    const answer = await run({ id: plugin.id, data: "delete" });
    if (answer.error) return;
    toast({ text: t("life.remove.done", { name, version: plugin.version }) });
    void navigate("/plugins");
  };

  return { remove, isLoading, error };
}

/** The plugin whose deletion led here. */
export function useGone(): Gone | undefined {
  return (useLocation().state as { gone?: Gone } | null)?.gone;
}
