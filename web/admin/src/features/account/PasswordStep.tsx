import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { z } from "zod";
import type { Enrolment } from "../../api/identityTypes";
import { selectUser } from "../../api/session";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { PasswordField } from "../../components/TextField";
import { useRefusal } from "../../fields/useRefusal";
import { useEnrolMutation } from "./accountApi";

/** Whoever finds an open panel must not be able to tie the account to their own phone. */
export function PasswordStep({ onDone }: { onDone: (enrolment: Enrolment) => void }) {
  const { t } = useTranslation();
  const user = useSelector(selectUser);
  const [enrol, { isLoading }] = useEnrolMutation();
  const schema = z.object({ password: z.string().min(1, t("rules.required")) });
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { password: "" },
  });
  const { refusal, refuse, forget } = useRefusal(["password"], setError);

  const submit = handleSubmit(async (proof) => {
    forget();
    const answer = await enrol(proof);
    if (answer.data) onDone(answer.data);
    else refuse(answer.error);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      <p className="text-muted">{t("twoFactor.passwordText")}</p>
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <input type="text" autoComplete="username" value={user?.email ?? ""} readOnly hidden />
      <PasswordField
        id="enrol-password"
        label={t("stepUp.password")}
        autoComplete="current-password"
        error={formState.errors.password?.message}
        {...register("password")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full sm:w-auto">
        {t("twoFactor.next")}
      </Button>
    </form>
  );
}
