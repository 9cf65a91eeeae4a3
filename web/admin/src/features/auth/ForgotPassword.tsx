import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Notice } from "../../components/Notice";
import { TextField } from "../../components/TextField";
import { Threshold } from "../../components/Threshold";
import { useRefusal } from "../../fields/useRefusal";
import { useForgetPasswordMutation } from "./authApi";

/** Asks for a link by mail. The answer is the same for addresses that nobody has, so that nobody can try them out. */
export default function ForgotPassword() {
  const { t } = useTranslation();
  const [sentTo, setSentTo] = useState("");
  if (sentTo) {
    return (
      <Threshold title={t("forgot.sentTitle")}>
        <div className="space-y-6">
          <Notice tone="good">
            <p>{t("forgot.sent", { email: sentTo })}</p>
            <p>{t("forgot.sentHint")}</p>
          </Notice>
          <ButtonLink to="/sign-in" className="w-full">
            {t("auth.toSignIn")}
          </ButtonLink>
        </div>
      </Threshold>
    );
  }
  return (
    <Threshold title={t("forgot.title")} intro={t("forgot.intro")}>
      <ForgotForm onSent={setSentTo} />
    </Threshold>
  );
}

function ForgotForm({ onSent }: { onSent: (email: string) => void }) {
  const { t } = useTranslation();
  const [forget, { isLoading }] = useForgetPasswordMutation();
  const schema = z.object({ email: z.email(t("rules.email")) });
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "" },
  });
  const { refusal, refuse, forget: forgetRefusal } = useRefusal(["email"], setError);

  const submit = handleSubmit(async ({ email }) => {
    forgetRefusal();
    const answer = await forget({ email });
    if (answer.error) refuse(answer.error);
    else onSent(email);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <TextField
        id="email"
        type="email"
        label={t("auth.email")}
        autoComplete="username"
        error={formState.errors.email?.message}
        {...register("email")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("forgot.submit")}
      </Button>
      <ButtonLink to="/sign-in" look="quiet" icon="back" className="w-full">
        {t("auth.toSignIn")}
      </ButtonLink>
    </form>
  );
}
