import { zodResolver } from "@hookform/resolvers/zod";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch } from "react-redux";
import { z } from "zod";
import type { User } from "../../api/identityTypes";
import { signedIn } from "../../api/session";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { ErrorNotice } from "../../components/ErrorNotice";
import { NewPasswordField, SHORTEST } from "../../components/NewPasswordField";
import { PasswordField } from "../../components/TextField";
import { useToast } from "../../components/toast";
import { useRefusal } from "../../fields/useRefusal";
import { useChangePasswordMutation } from "./accountApi";

/** A new password; every other device is signed out. */
export function PasswordCard({ user }: { user: User }) {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const toast = useToast();
  const [change, { isLoading }] = useChangePasswordMutation();
  const schema = z.object({
    current_password: z.string().min(1, t("rules.required")),
    new_password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })),
  });
  const { register, handleSubmit, formState, setError, control, reset } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { current_password: "", new_password: "" },
  });
  const { refusal, refuse, forget } = useRefusal(["current_password", "new_password"], setError);
  const problems = formState.errors;

  const submit = handleSubmit(async (passwords) => {
    forget();
    const answer = await change(passwords);
    if (!answer.data) {
      refuse(answer.error);
      return;
    }
    dispatch(signedIn(answer.data));
    reset();
    toast({ text: t("account.passwordChanged") });
  });

  return (
    <Card title={t("auth.password")} intro={t("account.passwordIntro")}>
      <form onSubmit={submit} noValidate className="space-y-5">
        {Boolean(refusal) && <ErrorNotice error={refusal} />}
        <input type="text" autoComplete="username" value={user.email} readOnly hidden />
        <PasswordField
          id="current-password"
          label={t("account.currentPassword")}
          autoComplete="current-password"
          error={problems.current_password?.message}
          {...register("current_password")}
        />
        <NewPasswordField
          id="new-password"
          label={t("reset.password")}
          length={useWatch({ control, name: "new_password" }).length}
          error={problems.new_password?.message}
          {...register("new_password")}
        />
        <Button type="submit" busy={isLoading}>
          {t("account.changePassword")}
        </Button>
      </form>
    </Card>
  );
}
