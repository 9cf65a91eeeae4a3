import { useTranslation } from "react-i18next";
import { useListRowsQuery } from "../../api/rowsApi";
import type { List } from "../../api/types";
import { Badge, type Tone } from "../../components/Badge";
import type { Column } from "../../components/DataTable";
import { useDeviceText } from "../../components/deviceText";
import { FilterSelect } from "../../components/FilterSelect";
import { HostList } from "../../components/HostList";
import { useListSearch } from "../../components/listSearch";
import { Moment } from "../../components/Moment";
import { Page } from "../../components/Page";
import { SearchBox } from "../../components/SearchBox";
import { EVENT_NAMES, eventNamed } from "./eventNames";
import { EVENTS, SEVERITIES, type SecurityEvent, type Severity } from "./trailApi";

const tones: Record<Severity, Tone> = { low: "plain", medium: "accent", high: "warn", critical: "bad" };

/** Sign-ins, refusals and changes of rights, the newest first. */
export default function SecurityEvents() {
  const { t } = useTranslation();
  const search = useListSearch(["event_type", "severity", "email", "ip_address"]);
  const answer = useListRowsQuery({ path: EVENTS, params: search.params });
  const events = EVENT_NAMES.map((value) => ({ value, label: t(`events.names.${value}`) }));
  return (
    <Page title={t("events.title")} intro={t("events.intro")}>
      <HostList
        label={t("events.title")}
        icon="shield"
        empty={t("events.none")}
        search={search}
        filters={
          <>
            <SearchBox
              label={t("events.byEmail")}
              value={search.values.email ?? ""}
              onSearch={(email) => search.change({ email })}
            />
            <SearchBox
              label={t("events.byAddress")}
              value={search.values.ip_address ?? ""}
              onSearch={(ip_address) => search.change({ ip_address })}
            />
            <FilterSelect
              label={t("events.event")}
              value={search.values.event_type ?? ""}
              choices={events.toSorted((one, other) => one.label.localeCompare(other.label))}
              onChange={(event_type) => search.change({ event_type })}
            />
            <FilterSelect
              label={t("events.severity")}
              value={search.values.severity ?? ""}
              choices={SEVERITIES.map((value) => ({ value, label: t(`events.severities.${value}`) }))}
              onChange={(severity) => search.change({ severity })}
            />
          </>
        }
        answer={answer as { data?: List<SecurityEvent>; error?: unknown; refetch: () => unknown }}
        columns={useColumns()}
      />
    </Page>
  );
}

function useColumns(): Column<SecurityEvent>[] {
  const { t } = useTranslation();
  return [
    { key: "event_type", header: t("events.event"), cell: (event) => <What event={event} /> },
    {
      key: "severity",
      header: t("events.severity"),
      cell: ({ severity }) => <Badge tone={tones[severity]}>{t(`events.severities.${severity}`)}</Badge>,
    },
    { key: "ip_address", header: t("events.from"), cell: (event) => <From event={event} />, isEmpty: ({ ip_address, user_agent }) => !ip_address && !user_agent },
    { key: "created_at", header: t("events.at"), cell: ({ created_at }) => <Moment utc={created_at} /> },
  ];
}

function What({ event }: { event: SecurityEvent }) {
  const { t } = useTranslation();
  const name = eventNamed(event.event_type);
  const more = detailsIn(event.details);
  return (
    <div className="space-y-0.5">
      <p className="font-medium">{name ? t(`events.names.${name}`) : event.event_type}</p>
      {event.email && <p className="font-normal break-all text-muted">{event.email}</p>}
      {more && <p className="font-mono text-xs font-normal break-all text-muted">{more}</p>}
    </div>
  );
}

/** `from: editor, to: admin` */
function detailsIn(details: Record<string, unknown>): string {
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

function From({ event: { ip_address: address, user_agent: agent } }: { event: SecurityEvent }) {
  const deviceText = useDeviceText();
  return (
    <div title={agent ?? undefined}>
      {address && <p className="tabular-nums">{address}</p>}
      {agent && <p className="text-muted">{deviceText(agent)}</p>}
    </div>
  );
}
