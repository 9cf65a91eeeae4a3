import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { NewPasswordField, SHORTEST } from "../../components/NewPasswordField";
import { Notice } from "../../components/Notice";
import { Threshold } from "../../components/Threshold";
import { useRefusal } from "../../fields/useRefusal";
import { useResetPasswordMutation } from "./authApi";
import { isSpent, useLinkToken } from "./linkToken";
import { SpentLink } from "./SpentLink";

/** A new password by a link from a mail. It signs nobody in, so that a second step stays a second step. */
export default function ResetPassword() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const [used, setUsed] = useState({ token: "", done: false });
  if (!token || (used.token === token && !used.done)) {
    return (
      <Threshold title={t("reset.title")}>
        <SpentLink again={{ to: "/forgot-password", label: t("reset.again") }}>{t("reset.spent")}</SpentLink>
      </Threshold>
    );
  }
  if (used.token === token) return <Done />;
  return (
    <Threshold title={t("reset.title")} intro={t("reset.intro")}>
      <ResetForm key={token} token={token} onUsed={(done) => setUsed({ token, done })} />
    </Threshold>
  );
}

function Done() {
  const { t } = useTranslation();
  return (
    <Threshold title={t("reset.doneTitle")}>
      <div className="space-y-6">
        <Notice tone="good">{t("reset.done")}</Notice>
        <ButtonLink to="/sign-in" look="primary" className="w-full">
          {t("auth.signIn")}
        </ButtonLink>
      </div>
    </Threshold>
  );
}

/** `onUsed` says whether the link has led to a new password, or leads nowhere. */
function ResetForm({ token, onUsed }: { token: string; onUsed: (done: boolean) => void }) {
  const { t } = useTranslation();
  const [reset, { isLoading }] = useResetPasswordMutation();
  const schema = z.object({ password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })) });
  const { register, handleSubmit, formState, setError, control } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { password: "" },
  });
  const { refusal, refuse, forget } = useRefusal(["password"], setError);

  const submit = handleSubmit(async ({ password }) => {
    forget();
    const answer = await reset({ token, password });
    if (!answer.error) onUsed(true);
    else if (isSpent(answer.error)) onUsed(false);
    else refuse(answer.error);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <NewPasswordField
        id="password"
        label={t("reset.password")}
        length={useWatch({ control, name: "password" }).length}
        error={formState.errors.password?.message}
        {...register("password")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("reset.submit")}
      </Button>
    </form>
  );
}
