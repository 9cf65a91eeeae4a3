import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";

interface Props {
  open: boolean;
  title: string;
  confirm: string;
  tone?: "danger" | "primary";
  busy?: boolean;
  error?: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something is done. */
export function ConfirmDialog(props: Props) {
  const { t } = useTranslation();
  const { open, title, confirm, tone = "primary", busy, error, onConfirm, onClose, children } = props;
  return (
    <Dialog
      open={open}
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button look={tone} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      <div className="space-y-3 text-muted">
        {children}
        {Boolean(error) && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}
