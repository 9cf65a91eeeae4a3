import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { User } from "../../api/identityTypes";
import { useRefreshUser } from "../../api/profileApi";
import { Badge } from "../../components/Badge";
import { Button, ButtonLink } from "../../components/Button";
import { Card } from "../../components/Card";
import { useToast } from "../../components/toast";
import { useDisableTwoFactorMutation, useMakeBackupCodesMutation } from "./accountApi";
import { BackupCodesDialog } from "./BackupCodesDialog";
import { StepUpDialog, type Proof } from "./StepUpDialog";

/** Whether something more than the password is asked for. A passkey counts too, so an app may still be missing. */
export function TwoFactorCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const on = user.two_factor_enabled;
  return (
    <Card
      title={t("twoFactor.title")}
      intro={t("twoFactor.intro")}
      actions={<Badge tone={on ? "good" : "warn"}>{t(on ? "twoFactor.on" : "twoFactor.off")}</Badge>}
    >
      {on ? (
        <div className="flex flex-wrap gap-3">
          <ButtonLink to="/account/two-factor">{t(user.totp_enabled ? "twoFactor.replace" : "twoFactor.another")}</ButtonLink>
          <NewCodesButton />
          {user.totp_enabled && <DisableButton />}
        </div>
      ) : (
        <ButtonLink to="/account/two-factor" look="primary" icon="shield">
          {t("twoFactor.setUp")}
        </ButtonLink>
      )}
    </Card>
  );
}

function NewCodesButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [make] = useMakeBackupCodesMutation();

  const run = async ({ password, code }: Proof) => {
    const { data, error } = await make({ password, code });
    if (!data) return error;
    setOpen(false);
    setCodes(data.backup_codes);
    return undefined;
  };

  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("twoFactor.newCodes")}</Button>
      {open && (
        <StepUpDialog
          title={t("twoFactor.newCodesTitle")}
          confirm={t("twoFactor.makeCodes")}
          withCode
          onConfirm={run}
          onClose={() => setOpen(false)}
        >
          <p>{t("twoFactor.newCodesText")}</p>
        </StepUpDialog>
      )}
      {codes && <BackupCodesDialog codes={codes} onKept={() => setCodes(null)} />}
    </>
  );
}

function DisableButton() {
  const { t } = useTranslation();
  const toast = useToast();
  const refreshUser = useRefreshUser();
  const [open, setOpen] = useState(false);
  const [disable] = useDisableTwoFactorMutation();

  const run = async ({ password, code }: Proof) => {
    const { error } = await disable({ password, code });
    if (error) return error;
    await refreshUser();
    toast({ text: t("twoFactor.disabled") });
    return undefined;
  };

  return (
    <>
      <Button onClick={() => setOpen(true)} className="text-bad">
        {t("twoFactor.disable")}
      </Button>
      {open && (
        <StepUpDialog
          title={t("twoFactor.disableTitle")}
          confirm={t("twoFactor.disableNow")}
          tone="danger"
          withCode
          onConfirm={run}
          onClose={() => setOpen(false)}
        >
          <p>{t("twoFactor.disableText")}</p>
        </StepUpDialog>
      )}
    </>
  );
}
