import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { DefinitionList } from "../../components/DefinitionList";
import { Dialog } from "../../components/Dialog";
import { Moment } from "../../components/Moment";
import type { AuditRecord } from "./trailApi";

interface Props {
  record: AuditRecord;
  title: string;
  actor: string;
  onClose: () => void;
}

/** One change: by whom, and what stood there before and after. */
export function AuditDialog({ record, title, actor, onClose }: Props) {
  const { t } = useTranslation();
  const changed = changedFields(record);
  return (
    <Dialog open width="wide" title={title} onClose={onClose} footer={<Button onClick={onClose}>{t("actions.close")}</Button>}>
      <DefinitionList
        entries={[
          { key: "by", label: t("audit.by"), value: actor },
          { key: "at", label: t("events.at"), value: <Moment utc={record.created_at} /> },
          { key: "request", label: t("errors.requestId"), value: <code className="font-mono text-xs select-all">{record.request_id}</code> },
        ]}
      />
      {changed.length > 0 && (
        <div className="mt-4 overflow-x-auto rounded-md border border-line">
          <table className="w-full text-left text-sm">
            <thead>
              <tr className="border-b border-line text-muted">
                <th scope="col" className="px-3 py-2 font-medium">{t("audit.field")}</th>
                <th scope="col" className="px-3 py-2 font-medium">{t("audit.before")}</th>
                <th scope="col" className="px-3 py-2 font-medium">{t("audit.after")}</th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {changed.map((field) => (
                <tr key={field} className="align-top">
                  <th scope="row" className="px-3 py-2 font-mono text-xs font-normal">{field}</th>
                  <td className="px-3 py-2 font-mono text-xs break-all">{shown(record.before?.[field])}</td>
                  <td className="px-3 py-2 font-mono text-xs break-all">{shown(record.after?.[field])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Dialog>
  );
}

/** What differs; the time of the change itself says nothing more. */
function changedFields({ before, after }: AuditRecord): string[] {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names.filter(
    (name) => name !== "updated_at" && JSON.stringify(before?.[name] ?? null) !== JSON.stringify(after?.[name] ?? null),
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
