import { useTranslation } from "react-i18next";
import { useGetPanelQuery } from "../../api/panelApi";
import type { Job, JobStatus } from "../../api/types";
import { Badge, toneOf } from "../../components/Badge";
import type { Column } from "../../components/DataTable";
import { Detail } from "../../components/Detail";
import { useEventText } from "../../components/eventText";
import { Moment } from "../../components/Moment";
import { Owner } from "../../components/Owner";
import { Page } from "../../components/Page";
import { RetryButton } from "../../components/RetryButton";
import { useLogQuery, WorkLog } from "../../components/WorkLog";
import { useText } from "../../i18n/language";
import { useListJobsQuery, useRetryJobMutation } from "./jobsApi";

const STATUSES: JobStatus[] = ["queued", "running", "done", "dead", "cancelled"];

/** Before the name of an event that a job delivers. */
const EVENT = "event:";

/** Work that host and plugins put off until later. */
export default function JobList() {
  const { t } = useTranslation();
  const query = useLogQuery();
  const answer = useListJobsQuery(query.params, { pollingInterval: 15_000, skipPollingIfUnfocused: true });
  return (
    <Page title={t("jobs.title")} intro={t("jobs.intro")}>
      <WorkLog
        label={t("jobs.title")}
        icon="jobs"
        empty={t("jobs.empty")}
        query={query}
        statuses={STATUSES.map((value) => ({ value, label: t(`jobs.statuses.${value}`) }))}
        answer={answer}
        columns={useColumns()}
        actions={(job) => job.status === "dead" && <Retry id={job.id} />}
      />
    </Page>
  );
}

function Retry({ id }: { id: number }) {
  const [retry, { isLoading }] = useRetryJobMutation();
  return <RetryButton busy={isLoading} onRetry={() => retry(id)} />;
}

function useColumns(): Column<Job>[] {
  const { t } = useTranslation();
  return [
    { key: "name", header: t("jobs.name"), cell: (job) => <Name job={job} /> },
    { key: "owner", header: t("jobs.owner"), cell: ({ owner }) => <Owner id={owner} /> },
    { key: "status", header: t("log.status"), cell: (job) => <Status job={job} /> },
    { key: "run_at", header: t("jobs.runAt"), cell: ({ run_at }) => <Moment utc={run_at} /> },
  ];
}

/** What a job does, as its plugin says it; an event is what it hears. */
function Name({ job: { owner, name } }: { job: Job }) {
  const text = useText();
  const event = useEventText();
  const { data: panel } = useGetPanelQuery();
  if (name.startsWith(EVENT)) return <Detail {...event(name.slice(EVENT.length))} />;
  return <Detail words={text(panel?.work[`${owner}/${name}`])} name={name} />;
}

function Status({ job: { status, attempts, last_error } }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <div className="space-y-1">
      <Badge tone={toneOf(status)}>{t(`jobs.statuses.${status}`)}</Badge>
      {attempts > 1 && <p className="text-xs text-muted">{t("log.attempts", { count: attempts })}</p>}
      {last_error && status !== "done" && <p className="max-w-xs text-xs text-bad">{last_error}</p>}
    </div>
  );
}
