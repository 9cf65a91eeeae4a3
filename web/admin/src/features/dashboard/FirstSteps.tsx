import { skipToken } from "@reduxjs/toolkit/query";
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

interface Step {
  /** Unknown until the host has answered. */
  done: boolean | undefined;
  title: string;
  text?: string;
  to?: string;
}

/** The way from an empty site to the first visitor, in order; gone when it has been walked. */
export function FirstSteps({ panel }: { panel: Panel }) {
  const { t } = useTranslation();
  const steps = useSteps(panel);
  if (steps.every(({ done }) => done !== false)) return null;
  return (
    <Card title={t("steps.title")} intro={t("steps.intro")}>
      <ol className="divide-y divide-line">
        {steps.map((step) => (
          <StepRow key={step.title} {...step} />
        ))}
      </ol>
    </Card>
  );
}

function useSteps(panel: Panel): Step[] {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const [first, second, third] = useStarts(panel);
  const steps = [
    { done: true, title: t("steps.signedIn") },
    usePluginStep(holds(user, "plugins:manage")),
    { done: panel.site.mail === "smtp", title: t("steps.mail"), text: t("steps.mailText") },
    useRowStep(first),
    useRowStep(second),
    useRowStep(third),
  ];
  return steps.filter((step) => step !== null);
}

/** Lists that this user may begin, in the order of the menu. */
function useStarts({ menu, resources }: Panel): MenuEntry[] {
  const user = useSelector(selectUser);
  return menu
    .filter(({ plugin, resource }) => mayPass(user, resources[`${plugin}/${resource}`]?.create ?? "nobody"))
    .toSorted((one, other) => one.order - other.order);
}

function usePluginStep(allowed: boolean): Step | null {
  const { t } = useTranslation();
  const { data } = useListPluginsQuery(allowed ? undefined : skipToken);
  if (!allowed) return null;
  const done = data?.some(({ state }) => state === "enabled");
  return { done, title: t("steps.plugin"), text: t("steps.pluginText"), to: "/plugins" };
}

function useRowStep(entry: MenuEntry | undefined): Step | null {
  const { t } = useTranslation();
  const text = useText();
  const path = entry && `/${entry.plugin}/${entry.resource}`;
  const { data } = useListRowsQuery(path ? { path, params: { per_page: 1 } } : skipToken);
  if (!entry) return null;
  return {
    done: data && data.pagination.total > 0,
    title: t("steps.row", { label: text(entry.label) }),
    to: `${path}/new`,
  };
}

function StepRow({ done, title, text, to }: Step) {
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
        <Link
          to={to}
          className="inline-flex min-h-9 items-center rounded-md px-3 text-sm font-medium text-accent hover:bg-accent-soft"
        >
          {t("steps.go")}
        </Link>
      )}
    </li>
  );
}
