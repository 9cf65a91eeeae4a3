import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useListPluginsQuery } from "../../api/panelApi";
import type { Plugin } from "../../api/types";
import { Badge } from "../../components/Badge";
import { Empty } from "../../components/Empty";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { formatNumber } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";
import { InstallButton } from "./InstallButton";
import { GoneNotice } from "./GoneNotice";
import { StateBadge } from "./StateBadge";

/** Every plugin that is there, and how it is doing. */
export default function PluginList() {
  const { t } = useTranslation();
  const { data, error, refetch } = useListPluginsQuery();
  return (
    <Page title={t("plugins.title")} intro={t("plugins.intro")} actions={<InstallButton />}>
      <GoneNotice />
      {!data && !error && <Loading />}
      {!data && error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && <Empty icon="plug" title={t("plugins.none")} />}
      {data && data.length > 0 && (
        <ul className="grid gap-4 md:grid-cols-2">
          {data.map((plugin) => (
            <PluginCard key={plugin.id} plugin={plugin} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function PluginCard({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const { calls, faults, last_fault: last, last_refusal: refusal } = plugin.usage;
  return (
    <li className="relative flex flex-col gap-3 rounded-lg border border-line bg-surface p-5 shadow-sm hover:border-line-strong">
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-lg font-semibold">
          <Link to={`/plugins/${plugin.id}`} className="after:absolute after:inset-0 after:rounded-lg">
            {text(plugin.name)}
          </Link>
        </h2>
        <StateBadge plugin={plugin} />
      </div>
      <p className="text-sm text-muted">{text(plugin.description)}</p>
      {plugin.state === "failed" && plugin.state_reason && (
        <p className="line-clamp-4 text-sm break-words text-bad">{text(plugin.state_reason)}</p>
      )}
      {plugin.state === "uninstalled" && <p className="text-sm">{t("life.left.short")}</p>}
      {plugin.quarantine && (
        <p className="text-sm text-warn">
          {t("plugins.quarantine.until")} <Moment utc={plugin.quarantine.until} />
        </p>
      )}
      {last && (
        <p className="text-sm text-muted">
          {t("usage.lastFault")}: <Moment utc={last.at} />
        </p>
      )}
      {refusal && (
        <p className="text-sm text-muted">
          {t("usage.lastRefusal")}: <Moment utc={refusal.at} />
        </p>
      )}
      <p className="mt-auto flex flex-wrap items-center gap-x-4 gap-y-2 pt-2 text-xs text-muted">
        <span>{t("plugins.version", { version: plugin.version })}</span>
        {plugin.update && <Badge tone="accent">{t("life.update.badge", { version: plugin.update })}</Badge>}
        {calls > 0 && <span>{t("plugins.calls", { count: calls, number: formatNumber(calls, language) })}</span>}
        {faults > 0 && (
          <Badge tone="bad">{t("plugins.faults", { count: faults, number: formatNumber(faults, language) })}</Badge>
        )}
        {plugin.grants_missing && <Badge tone="warn">{t("plugins.asksForMore")}</Badge>}
      </p>
    </li>
  );
}
