import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useOutletContext, useParams } from "react-router";
import type { PluginDetail, ReadablePlugin } from "../../api/types";
import { Button } from "../../components/Button";
import { ConfirmDialog } from "../../components/ConfirmDialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { TabLink } from "../../components/TabLink";
import { useToast } from "../../components/toast";
import { useText } from "../../i18n/language";
import { ConsentDialog } from "./ConsentDialog";
import { LeftNotice } from "./LeftNotice";
import { useDisablePluginMutation, useReadPluginQuery } from "./pluginsApi";
import { QuarantineNotice } from "./QuarantineNotice";
import { StateBadge } from "./StateBadge";
import { UpdateNotice } from "./UpdateNotice";

/** One plugin: its contract, its settings, what it used. */
export default function PluginScreen() {
  const { t } = useTranslation();
  const { plugin: id = "" } = useParams();
  const { currentData: plugin, error, refetch } = useReadPluginQuery(id);
  if (plugin) return <Loaded plugin={plugin} onRetry={() => void refetch()} />;
  if (!error) return <Loading />;
  return (
    <Page title={t("plugins.title")} back={{ to: "/plugins", label: t("plugins.title") }}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    </Page>
  );
}

/** The plugin that the tabs are about. */
export function usePlugin(): PluginDetail {
  return useOutletContext<PluginDetail>();
}

/** Whether the host could read the package, so that there is a contract to agree to. */
export function isReadable(plugin: PluginDetail): plugin is ReadablePlugin {
  return !("refused" in plugin.contract);
}

function Loaded({ plugin, onRetry }: { plugin: PluginDetail; onRetry: () => void }) {
  const { t } = useTranslation();
  const text = useText();
  return (
    <Page
      title={text(plugin.name)}
      intro={text(plugin.description)}
      back={{ to: "/plugins", label: t("plugins.title") }}
      badge={<StateBadge plugin={plugin} />}
      stage={`${plugin.state} ${plugin.version}`}
      actions={<LifeButton plugin={plugin} onRetry={onRetry} />}
    >
      <div className="space-y-6">
        <Failure plugin={plugin} />
        <QuarantineNotice plugin={plugin} />
        <UpdateNotice plugin={plugin} />
        <LeftNotice plugin={plugin} />
        {plugin.grants_missing && <Notice tone="warn" title={t("plugins.asksForMoreText")} />}
        <nav aria-label={t("plugins.tabs")} className="flex gap-1 overflow-x-auto border-b border-line">
          <TabLink to={`/plugins/${plugin.id}`} label={t("plugins.contract")} exact />
          <TabLink to={`/plugins/${plugin.id}/settings`} label={t("plugins.settings")} />
          <TabLink to={`/plugins/${plugin.id}/usage`} label={t("plugins.usage")} />
        </nav>
        <Outlet context={plugin} />
      </div>
    </Page>
  );
}

/** What keeps a plugin from running, in the host's words. */
function Failure({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const text = useText();
  const refused = "refused" in plugin.contract ? plugin.contract.refused : null;
  const failed = plugin.state === "failed";
  if (!failed && refused === null) return null;
  return (
    <Notice tone="bad" title={failed ? t("plugins.failed") : t("plugins.unreadable")}>
      <p className="whitespace-pre-line">{text((failed && plugin.state_reason) || refused || undefined)}</p>
      <p>{refused === null ? t("plugins.failedText") : t("plugins.unreadableText")}</p>
    </Notice>
  );
}

function LifeButton({ plugin, onRetry }: { plugin: PluginDetail; onRetry: () => void }) {
  const { t } = useTranslation();
  if (plugin.state === "enabled") return <DisableButton plugin={plugin} />;
  return isReadable(plugin) ? <EnableButton plugin={plugin} /> : <Button onClick={onRetry}>{t("actions.retry")}</Button>;
}

function EnableButton({ plugin }: { plugin: ReadablePlugin }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="primary" onClick={() => setOpen(true)}>
        {t("plugins.enable")}
      </Button>
      {open && <ConsentDialog plugin={plugin} onClose={() => setOpen(false)} />}
    </>
  );
}

function DisableButton({ plugin }: { plugin: PluginDetail }) {
  const { t } = useTranslation();
  const text = useText();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [disable, { isLoading, error }] = useDisablePluginMutation();
  const name = text(plugin.name);

  const run = async () => {
    const answer = await disable(plugin.id);
    if (answer.error) return;
    setOpen(false);
    toast({ text: t("plugins.disabled", { name }) });
  };

  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("plugins.disable")}</Button>
      <ConfirmDialog
        open={open}
        tone="danger"
        title={t("plugins.disableTitle", { name })}
        confirm={t("plugins.disable")}
        busy={isLoading}
        error={error}
        onConfirm={() => void run()}
        onClose={() => setOpen(false)}
      >
        <p>{t("plugins.disableText")}</p>
      </ConfirmDialog>
    </>
  );
}
