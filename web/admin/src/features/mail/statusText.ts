import { useTranslation } from "react-i18next";
import { useGetPanelQuery } from "../../api/panelApi";
import type { MailStatus } from "../../api/types";

/** What became of a message; while no server is connected it leaves as a file. */
export function useStatusText() {
  const { t } = useTranslation();
  const { data: panel } = useGetPanelQuery();
  const leaves = panel?.site.mail === "files" ? "written" : "sent";
  return (status: MailStatus) => t(`mail.statuses.${status === "sent" ? leaves : status}`);
}
