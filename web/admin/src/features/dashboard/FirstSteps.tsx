import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { Link } from "react-router";
import { holds, mayPass } from "../../api/access";
import { useListPluginsQuery } from "../../api/panelApi";
import { useListRowsQuery } from "../../api/rowsApi";
import { selectUser } from "../../api/session";
import type { MenuEntry, Panel } from "../../api/types";
import { Card } from "../../components/Card";
import { Icon } from "../../components/Icon";
import { useText } from "../../i18n/language";

/** The way from an empty site to the first visitor, in order. */
export function FirstSteps({ panel }: { panel: Panel }) {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const starts = panel.menu
    .filter(({ plugin, resource }) => {
      const described = panel.resources[`${plugin}/${resource}`];
      return described && mayPass(user, described.create);
    })
    .toSorted((one, other) => one.order - other.order)
    .slice(0, 3);
  return (
    <Card title={t("steps.title")} intro={t("steps.intro")}>
      <ol className="divide-y divide-line">
        <Step done title={t("steps.signedIn")} />
        {holds(user, "plugins:manage") && <PluginStep />}
        {panel.site.mail && (
          <Step done={panel.site.mail === "smtp"} title={t("steps.mail")} text={t("steps.mailText")} to="/mail" />
        )}
        {starts.map((entry) => (
          <RowStep key={`${entry.plugin}/${entry.resource}`} entry={entry} />
        ))}
      </ol>
    </Card>
  );
}

function PluginStep() {
  const { t } = useTranslation();
  const { data } = useListPluginsQuery();
  const done = data?.some(({ state }) => state === "enabled") ?? false;
  return <Step done={done} title={t("steps.plugin")} text={t("steps.pluginText")} to="/plugins" />;
}

function RowStep({ entry: { plugin, resource, label } }: { entry: MenuEntry }) {
  const { t } = useTranslation();
  const text = useText();
  const path = `/${plugin}/${resource}`;
  const { data } = useListRowsQuery({ path, params: { per_page: 1 } });
  const done = (data?.pagination.total ?? 0) > 0;
  return <Step done={done} title={t("steps.row", { label: text(label) })} to={done ? path : `${path}/new`} />;
}

interface StepProps {
  done: boolean;
  title: string;
  text?: string;
  to?: string;
}

function Step({ done, title, text, to }: StepProps) {
  const { t } = useTranslation();
  return (
    <li className="flex items-start gap-3 py-3 first:pt-0 last:pb-0">
      <span
        className={`mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full ${done ? "bg-good-soft text-good" : "border-2 border-line-strong"}`}
      >
        {done && <Icon name="check" className="size-4" />}
      </span>
      <div className="min-w-0 flex-1">
        <p className={done ? "text-muted" : "font-medium"}>
          {title}
          <span className="sr-only"> ({done ? t("steps.done") : t("steps.open")})</span>
        </p>
        {text && !done && <p className="text-sm text-muted">{text}</p>}
      </div>
      {to && !done && (
        <Link to={to} className="inline-flex min-h-9 items-center rounded-md px-3 text-sm font-medium text-accent hover:bg-accent-soft">
          {t("steps.go")}
        </Link>
      )}
    </li>
  );
}
