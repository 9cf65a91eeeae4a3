import { useTranslation } from "react-i18next";
import { Dialog } from "../../components/Dialog";
import { BackupCodes } from "./BackupCodes";

/** New codes above the page; neither Escape nor a click beside it takes them away unread. */
export function BackupCodesDialog({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open title={t("twoFactor.codes")} onClose={() => undefined}>
      <BackupCodes codes={codes} onKept={onKept} />
    </Dialog>
  );
}
