import { skipToken } from "@reduxjs/toolkit/query";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { holds } from "../../api/access";
import { useListPluginsQuery } from "../../api/panelApi";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { Plugin } from "../../api/types";
import { Notice } from "../../components/Notice";
import { formatMoment } from "../../format/moments";
import { readerZone } from "../../format/zone";
import { useLanguage, useText } from "../../i18n/language";

/** Plugins that fail and work that gave up, and where to see why. */
export function Attention() {
  const { t } = useTranslation();
  const plugins = useAilingPlugins();
  const mails = useDead("/mail");
  const jobs = useDead("/jobs");
  if (plugins.length + mails + jobs === 0) return null;
  return (
    <Notice tone="warn" title={t("dashboard.attention")}>
      {plugins.map((plugin) => (
        <Ailing key={plugin.id} plugin={plugin} />
      ))}
      {mails > 0 && (
        <p>
          <Link to="/mail?status=dead" className="underline">
            {t("dashboard.deadMail", { count: mails })}
          </Link>
        </p>
      )}
      {jobs > 0 && (
        <p>
          <Link to="/jobs?status=dead" className="underline">
            {t("dashboard.deadJobs", { count: jobs })}
          </Link>
        </p>
      )}
    </Notice>
  );
}

function Ailing({ plugin: { id, name, state, quarantine, usage } }: { plugin: Plugin }) {
  const { t } = useTranslation();
  const text = useText();
  const language = useLanguage();
  const failed = state === "failed";
  const last = usage.last_fault ?? usage.last_refusal;
  const at = last ? formatMoment(last.at, readerZone(), language) : "";
  const ailment = usage.last_fault ? "dashboard.faultyPlugin" : "dashboard.refusedPlugin";
  return (
    <p>
      <Link to={failed || quarantine ? `/plugins/${id}` : `/plugins/${id}/usage`} className="underline">
        {failed && t("dashboard.failedPlugin", { name: text(name) })}
        {quarantine && t("dashboard.restingPlugin", { name: text(name) })}
        {!failed && !quarantine && t(ailment, { name: text(name), at })}
      </Link>
    </p>
  );
}

/** Plugins that are switched off by a failure, or had a fault or were refused something since the host started. */
function useAilingPlugins(): Plugin[] {
  const user = useSelector(selectUser);
  const { data = [] } = useListPluginsQuery(holds(user, "plugins:manage") ? undefined : skipToken);
  return data.filter(({ state, quarantine, usage }) => state === "failed" || quarantine || usage.last_fault || usage.last_refusal);
}

function useDead(path: string): number {
  const { data } = useListRowsQuery({ path, params: { status: "dead", per_page: 1 } });
  return data?.pagination.total ?? 0;
}
