import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Notice } from "../../components/Notice";
import { Threshold } from "../../components/Threshold";
import { isSpent } from "./linkToken";
import { SpentLink } from "./SpentLink";

interface Props {
  title: string;
  intro: string;
  confirm: string;
  spent: string;
  token: string;
  busy: boolean;
  error: unknown;
  /** What to say once it is done. */
  done: ReactNode;
  onConfirm: () => void;
}

/** A link that does one thing, by a button: programs that look into mails open links and press nothing. */
export function LinkQuestion({ title, intro, confirm, spent, token, busy, error, done, onConfirm }: Props) {
  const { t } = useTranslation();
  if (done) {
    return (
      <Threshold title={title}>
        <div className="space-y-6">
          <Notice tone="good">{done}</Notice>
          <ButtonLink to="/" look="primary" className="w-full">
            {t("link.toPanel")}
          </ButtonLink>
        </div>
      </Threshold>
    );
  }
  if (!token || (Boolean(error) && isSpent(error))) {
    return (
      <Threshold title={title}>
        <SpentLink>{spent}</SpentLink>
      </Threshold>
    );
  }
  return (
    <Threshold title={title} intro={intro}>
      <div className="space-y-5">
        {Boolean(error) && !busy && <ErrorNotice error={error} />}
        <Button look="primary" busy={busy} onClick={onConfirm} className="w-full">
          {confirm}
        </Button>
      </div>
    </Threshold>
  );
}
