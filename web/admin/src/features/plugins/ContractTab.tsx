import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contract, ReadablePlugin } from "../../api/types";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { DefinitionList } from "../../components/DefinitionList";
import { Detail } from "../../components/Detail";
import { useEventText } from "../../components/eventText";
import { formatDuration, formatNumber } from "../../format/numbers";
import { useLanguage, useText } from "../../i18n/language";
import { CapabilityList } from "./CapabilityList";
import { ConsentDialog } from "./ConsentDialog";
import { isDecided, powersOf } from "./grants";
import { LifeCard } from "./LifeCard";
import { isReadable, usePlugin } from "./PluginScreen";
import { PublicParts } from "./PublicParts";
import { RouteList } from "./PublicRoutes";

/** All that a plugin may do, in plain words, on one page; nothing of it while its package cannot be read. */
export default function ContractTab() {
  const plugin = usePlugin();
  return (
    <div className="space-y-6">
      {isReadable(plugin) && <Readable plugin={plugin} />}
      <LifeCard plugin={plugin} />
    </div>
  );
}

function Readable({ plugin }: { plugin: ReadablePlugin }) {
  const { t } = useTranslation();
  const { contract } = plugin;
  const [open, setOpen] = useState(false);
  const closed = contract.routes.filter(({ access }) => access !== "public");
  return (
    <div className="space-y-6">
      <Card
        title={t("plugins.mayDo")}
        intro={t("plugins.mayDoIntro")}
        actions={plugin.state === "enabled" && <Button onClick={() => setOpen(true)}>{t("plugins.adjust")}</Button>}
      >
        {contract.capabilities.length === 0 && (
          <p className="mb-4 text-sm text-muted">{t("plugins.asksNothing")}</p>
        )}
        <CapabilityList capabilities={powersOf(contract)} decided={isDecided(plugin)} />
      </Card>
      <Card title={t("plugins.becomesPublic")} intro={t("plugins.becomesPublicIntro")}>
        <PublicParts contract={contract} />
      </Card>
      {closed.length > 0 && (
        <Card title={t("plugins.forSignedIn")} intro={t("plugins.forSignedInIntro")}>
          <RouteList routes={closed} permissions={contract.permissions} />
        </Card>
      )}
      {contract.permissions.length > 0 && <Permissions contract={contract} />}
      {contract.schedules.length > 0 && <Schedules contract={contract} />}
      {contract.subscriptions.length > 0 && <Subscriptions names={contract.subscriptions} />}
      <Limits contract={contract} />
      {open && <ConsentDialog plugin={plugin} onClose={() => setOpen(false)} />}
    </div>
  );
}

function Permissions({ contract }: { contract: Contract }) {
  const { t } = useTranslation();
  const text = useText();
  const entries = contract.permissions.map(({ name, label, roles }) => ({
    key: name,
    label: text(label) || name,
    value: (
      <>
        {roles.map((role) => t(`roles.${role as "admin"}`, { defaultValue: role })).join(", ")}
        <code className="ml-3 font-mono text-xs text-muted">{name}</code>
      </>
    ),
  }));
  return (
    <Card title={t("plugins.permissions")} intro={t("plugins.permissionsIntro")}>
      <DefinitionList entries={entries} />
    </Card>
  );
}

function Schedules({ contract }: { contract: Contract }) {
  const { t } = useTranslation();
  const text = useText();
  const entries = contract.schedules.map(({ name, label, cron }) => ({
    key: name,
    label: text(label) || name,
    value: <CronText cron={cron} />,
  }));
  return (
    <Card title={t("plugins.schedules")} intro={t("plugins.schedulesIntro")}>
      <DefinitionList entries={entries} />
    </Card>
  );
}

function Subscriptions({ names }: { names: string[] }) {
  const { t } = useTranslation();
  const event = useEventText();
  return (
    <Card title={t("plugins.hears")} intro={t("plugins.hearsIntro")}>
      <ul className="space-y-1 text-sm">
        {names.map((name) => (
          <li key={name}>
            <Detail {...event(name)} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** `0 9 * * *` in words where that is simple, else as it is written. */
function CronText({ cron }: { cron: string }) {
  const { t } = useTranslation();
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}|\*) \* \* \*$/.exec(cron) ?? [];
  const [, step] = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(cron) ?? [];
  if (step) return <>{t("plugins.everyMinutes", { count: Number(step) })}</>;
  if (!minute || !hour) return <Detail words={t("plugins.cron")} name={cron} />;
  if (hour === "*") return <>{t("plugins.hourly", { minute: Number(minute) })}</>;
  return <>{t("plugins.daily", { time: `${hour}:${minute.padStart(2, "0")}` })}</>;
}

function Limits({ contract: { limits } }: { contract: Contract }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const entries = [
    { key: "memory", label: t("plugins.limits.memory"), value: `${formatNumber(limits.memory_mb, language)}\u00a0MB` },
    { key: "cpu", label: t("plugins.limits.cpu"), value: formatDuration(limits.cpu_ms, language) },
    { key: "job", label: t("plugins.limits.job"), value: formatDuration(limits.job_cpu_ms, language) },
    { key: "wall", label: t("plugins.limits.wall"), value: formatDuration(limits.wall_ms, language) },
    {
      key: "detached",
      label: t("plugins.limits.detached"),
      value: formatDuration(limits.detached_wall_ms, language),
    },
    { key: "concurrency", label: t("plugins.limits.concurrency"), value: formatNumber(limits.concurrency, language) },
  ];
  return (
    <Card title={t("plugins.limits.title")} intro={t("plugins.limits.intro")}>
      <DefinitionList entries={entries} />
    </Card>
  );
}
