import { useTranslation } from "react-i18next";
import type { Incident, PluginUsage } from "../../api/types";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { ListCard } from "../../components/ListCard";
import { Loading } from "../../components/Loading";
import { Moment } from "../../components/Moment";
import { Notice } from "../../components/Notice";
import { formatBytes, formatDuration, formatNumber } from "../../format/numbers";
import { useLanguage } from "../../i18n/language";
import { usePlugin } from "./PluginScreen";
import { useReadUsageQuery } from "./pluginsApi";
import { Quantities } from "./Quantities";

/** What a plugin used of the machine. */
export default function UsageTab() {
  const { id } = usePlugin();
  const {
    currentData: usage,
    error,
    refetch,
  } = useReadUsageQuery(id, { pollingInterval: 10_000, skipPollingIfUnfocused: true });
  if (usage) return <Figures usage={usage} />;
  return error ? <ErrorNotice error={error} onRetry={() => void refetch()} /> : <Loading />;
}

function Figures({ usage }: { usage: PluginUsage }) {
  const { t } = useTranslation();
  return (
    <div className="space-y-6">
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm md:grid-cols-4">
        {useFigures(usage).map(({ label, value, note }) => (
          <div key={label} className="bg-surface p-4 sm:p-5">
            <dt className="text-sm text-muted">{label}</dt>
            <dd className="mt-1 text-xl font-semibold tabular-nums">
              {value} {note && <span className="text-sm font-normal whitespace-nowrap text-muted">{note}</span>}
            </dd>
          </div>
        ))}
      </dl>
      <p className="text-sm text-muted">{t("usage.since")}</p>
      <Last title={t("usage.lastFault")} incident={usage.last_fault} />
      <Last title={t("usage.lastRefusal")} incident={usage.last_refusal} />
      <Quantities quantities={usage.quantities} />
      <ListCard title={t("usage.byRoute")}>
        {usage.routes.length > 0 ? (
          <Routes routes={usage.routes} />
        ) : (
          <p className="p-4 text-sm text-muted">{t("usage.noCalls")}</p>
        )}
      </ListCard>
    </div>
  );
}

function Last({ title, incident }: { title: string; incident: Incident | null }) {
  if (!incident) return null;
  return (
    <Notice tone="warn" title={title}>
      <p>
        <Moment utc={incident.at} />
      </p>
      <p className="font-mono text-xs break-words">{incident.message}</p>
    </Notice>
  );
}

function useFigures(usage: PluginUsage): { label: string; value: string; note?: string }[] {
  const { t } = useTranslation();
  const language = useLanguage();
  const granted = usage.granted_mb == null ? undefined : `${formatNumber(usage.granted_mb, language)}\u00a0MB`;
  return [
    { label: t("usage.calls"), value: formatNumber(usage.calls, language) },
    { label: t("usage.faults"), value: formatNumber(usage.faults, language) },
    { label: t("usage.refusals"), value: formatNumber(usage.refusals, language) },
    { label: t("usage.cpu"), value: formatDuration(usage.cpu_ms, language) },
    { label: t("usage.sql"), value: formatDuration(usage.sql_ms, language) },
    { label: t("usage.writer"), value: formatDuration(usage.writer_ms, language) },
    { label: t("usage.memory"), value: formatBytes(usage.peak_memory_bytes, language) },
    {
      label: t("usage.stored"),
      value: formatBytes(usage.stored_bytes, language),
      note: granted && t("usage.storedOf", { granted }),
    },
  ];
}

function Routes({ routes }: { routes: PluginUsage["routes"] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const rows = routes.map((route, index) => ({ ...route, id: index }));
  return (
    <DataTable
      label={t("usage.byRoute")}
      rows={rows}
      columns={[
        {
          key: "route",
          header: t("usage.route"),
          cell: ({ route }) => <code className="font-mono text-xs break-all">{route}</code>,
        },
        { key: "calls", header: t("usage.calls"), align: "end", cell: ({ calls }) => formatNumber(calls, language) },
        {
          key: "faults",
          header: t("usage.faults"),
          align: "end",
          cell: ({ faults }) => formatNumber(faults, language),
        },
        { key: "cpu", header: t("usage.cpu"), align: "end", cell: ({ cpu_ms }) => formatDuration(cpu_ms, language) },
        {
          key: "each",
          header: t("usage.cpuPerCall"),
          align: "end",
          cell: ({ cpu_ms, calls }) => (calls > 0 ? formatDuration(cpu_ms / calls, language) : "–"),
        },
        { key: "p50", header: t("usage.p50"), align: "end", cell: ({ p50_ms }) => formatDuration(p50_ms, language) },
        { key: "p95", header: t("usage.p95"), align: "end", cell: ({ p95_ms }) => formatDuration(p95_ms, language) },
      ]}
    />
  );
}
