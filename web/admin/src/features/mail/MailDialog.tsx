import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Mail } from "../../api/types";
import { Badge, toneOf } from "../../components/Badge";
import { Button } from "../../components/Button";
import { DefinitionList } from "../../components/DefinitionList";
import { Dialog } from "../../components/Dialog";
import { Moment } from "../../components/Moment";
import { Owner } from "../../components/Owner";
import { useStatusText } from "./statusText";

/** All that the log holds of a message; what it said is kept for nobody to read. */
export function MailDialog({ mail, onClose }: { mail: Mail; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog
      open
      width="wide"
      title={mail.subject || mail.template}
      onClose={onClose}
      footer={<Button onClick={onClose}>{t("actions.close")}</Button>}
    >
      <DefinitionList entries={useEntries(mail)} />
    </Dialog>
  );
}

function useEntries(mail: Mail) {
  const { t } = useTranslation();
  const { status } = mail;
  const statusText = useStatusText();
  const waits = status === "queued" && mail.next_attempt_at;
  const entries: { key: string; label: string; value: ReactNode }[] = [
    { key: "to", label: t("mail.to"), value: mail.to_email },
    { key: "status", label: t("log.status"), value: <Badge tone={toneOf(status)}>{statusText(status)}</Badge> },
    { key: "owner", label: t("mail.from"), value: <Owner id={mail.owner} /> },
    { key: "template", label: t("mail.template"), value: <code className="font-mono text-xs">{mail.template}</code> },
    { key: "attempts", label: t("mail.attempts"), value: mail.attempts },
    { key: "created", label: t("rows.createdAt"), value: <Moment utc={mail.created_at} /> },
    { key: "sent", label: t("mail.sentAt"), value: mail.sent_at && <Moment utc={mail.sent_at} /> },
    { key: "next", label: t("mail.next"), value: waits && <Moment utc={waits} /> },
    { key: "error", label: t("mail.error"), value: mail.last_error },
  ];
  return entries.filter(({ value }) => value !== null && value !== "" && value !== false);
}
