import { useState } from "react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import type { User } from "../../api/identityTypes";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { Notice } from "../../components/Notice";
import { useChangeEmailMutation } from "./accountApi";
import { StepUpDialog } from "./StepUpDialog";

/** The address that somebody signs in with; both the old and the new one have to agree to a change. */
export function EmailCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [sentTo, setSentTo] = useState("");
  const [change] = useChangeEmailMutation();

  const ask = async (email: string, password: string) => {
    const { error } = await change({ email, password });
    if (error) return error;
    setSentTo(email);
    setOpen(false);
    return undefined;
  };

  return (
    <Card
      title={t("account.email")}
      intro={t("account.emailIntro")}
      actions={<Button onClick={() => setOpen(true)}>{t("account.changeEmail")}</Button>}
    >
      <p className="font-medium break-all">{user.email}</p>
      {sentTo && (
        <div className="mt-4">
          <Notice tone="good" title={t("account.emailSent")}>
            <p>{t("account.emailSentText", { old: user.email, new: sentTo })}</p>
          </Notice>
        </div>
      )}
      {open && (
        <StepUpDialog
          title={t("account.changeEmailTitle")}
          confirm={t("account.sendLinks")}
          text={{
            name: "email",
            label: t("account.newEmail"),
            type: "email",
            autoComplete: "email",
            schema: z.email(t("rules.email")),
          }}
          onConfirm={({ text, password }) => ask(text, password)}
          onClose={() => setOpen(false)}
        >
          <p>{t("account.changeEmailText")}</p>
        </StepUpDialog>
      )}
    </Card>
  );
}
