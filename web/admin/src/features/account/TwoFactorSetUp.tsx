import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Enrolment } from "../../api/identityTypes";
import { AppStep } from "./AppStep";
import { BackupCodes } from "./BackupCodes";
import { PasswordStep } from "./PasswordStep";

/** Three steps: the password, the app, the codes for a bad day. The second factor counts from the second on. */
export function TwoFactorSetUp({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const step = codes ? 3 : enrolment ? 2 : 1;
  return (
    <div className="space-y-5">
      <StepHeading step={step} title={t(`twoFactor.steps.${step}`)} />
      {!enrolment && <PasswordStep onDone={setEnrolment} />}
      {enrolment && !codes && <AppStep enrolment={enrolment} onDone={setCodes} />}
      {codes && <BackupCodes codes={codes} onKept={onDone} />}
    </div>
  );
}

/** Takes the focus when another step begins, so that it is read out. */
function StepHeading({ step, title }: { step: number; title: string }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);

  useEffect(() => {
    if (before.current !== step) heading.current?.focus();
    before.current = step;
  }, [step]);

  return (
    <div>
      <p className="text-sm text-muted">{t("twoFactor.step", { step, of: 3 })}</p>
      <h2 ref={heading} tabIndex={-1} className="text-lg font-semibold outline-none">
        {title}
      </h2>
    </div>
  );
}
