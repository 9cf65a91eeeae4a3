import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Mail, MailStatus } from "../../api/types";
import { useGetPanelQuery } from "../../api/panelApi";
import { Badge, toneOf } from "../../components/Badge";
import type { Column } from "../../components/DataTable";
import { Moment } from "../../components/Moment";
import { Notice } from "../../components/Notice";
import { Page } from "../../components/Page";
import { RetryButton } from "../../components/RetryButton";
import { useLogQuery, WorkLog } from "../../components/WorkLog";
import { useListMailQuery, useRetryMailMutation } from "./mailApi";
import { MailDialog } from "./MailDialog";
import { useStatusText } from "./statusText";

const STATUSES: MailStatus[] = ["queued", "sending", "sent", "dead", "cancelled"];

/** Every message that the site sent or is about to send. */
export default function MailLog() {
  const { t } = useTranslation();
  const query = useLogQuery();
  const writesFiles = useGetPanelQuery().data?.site.mail === "files";
  const statusText = useStatusText();
  const answer = useListMailQuery(query.params, { pollingInterval: 15_000, skipPollingIfUnfocused: true });
  return (
    <Page title={t("mail.title")} intro={t("mail.intro")}>
      {writesFiles && (
        <div className="mb-6">
          <Notice tone="warn" title={t("mail.files")}>
            <p>{t("mail.filesText")}</p>
          </Notice>
        </div>
      )}
      <WorkLog
        label={t("mail.title")}
        icon="mail"
        empty={t("mail.empty")}
        query={query}
        search={t("mail.search")}
        statuses={STATUSES.map((value) => ({ value, label: statusText(value) }))}
        answer={answer}
        columns={useColumns()}
        actions={(mail) => mail.status === "dead" && <Retry id={mail.id} />}
      />
    </Page>
  );
}

function Retry({ id }: { id: number }) {
  const [retry, { isLoading }] = useRetryMailMutation();
  return <RetryButton busy={isLoading} onRetry={() => retry(id)} />;
}

function useColumns(): Column<Mail>[] {
  const { t } = useTranslation();
  return [
    { key: "subject", header: t("mail.message"), cell: (mail) => <Message mail={mail} /> },
    { key: "status", header: t("log.status"), cell: (mail) => <Status mail={mail} /> },
    { key: "created_at", header: t("rows.createdAt"), cell: ({ created_at }) => <Moment utc={created_at} /> },
  ];
}

function Message({ mail }: { mail: Mail }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="min-h-6 text-left font-medium text-accent hover:underline"
      >
        {mail.subject || mail.template}
      </button>
      <p className="font-normal text-muted">{mail.to_email}</p>
      {open && <MailDialog mail={mail} onClose={() => setOpen(false)} />}
    </>
  );
}

function Status({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const { status, attempts, last_error, next_attempt_at } = mail;
  const statusText = useStatusText();
  return (
    <div className="space-y-1">
      <Badge tone={toneOf(status)}>{statusText(status)}</Badge>
      {attempts > 1 && <p className="text-xs text-muted">{t("log.attempts", { count: attempts })}</p>}
      {status === "queued" && attempts > 0 && next_attempt_at && (
        <p className="text-xs text-muted">
          {t("log.nextAttempt")} <Moment utc={next_attempt_at} />
        </p>
      )}
      {last_error && status !== "sent" && <p className="max-w-xs text-xs text-bad">{last_error}</p>}
    </div>
  );
}
