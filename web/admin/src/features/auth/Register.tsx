import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { asApiError } from "../../api/apiError";
import { Button, ButtonLink } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { NewPasswordField, SHORTEST } from "../../components/NewPasswordField";
import { Notice } from "../../components/Notice";
import { TextField } from "../../components/TextField";
import { Threshold } from "../../components/Threshold";
import { useRefusal } from "../../fields/useRefusal";
import { useLanguage } from "../../i18n/language";
import { useRegisterMutation, type FirstUser } from "./authApi";

/** Where a site lets people in by themselves. No link leads here: most sites do not. */
export default function Register() {
  const { t } = useTranslation();
  const [end, setEnd] = useState<"sent" | "closed" | null>(null);
  if (!end) {
    return (
      <Threshold title={t("register.title")} intro={t("register.intro")}>
        <RegisterForm onEnd={setEnd} />
      </Threshold>
    );
  }
  return (
    <Threshold title={t("register.title")}>
      <div className="space-y-6">
        <Notice tone={end === "sent" ? "good" : "warn"} title={t(`register.${end}`)}>
          <p>{t(`register.${end}Text`)}</p>
        </Notice>
        <ButtonLink to="/sign-in" className="w-full">
          {t("auth.toSignIn")}
        </ButtonLink>
      </div>
    </Threshold>
  );
}

function RegisterForm({ onEnd }: { onEnd: (end: "sent" | "closed") => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [enter, { isLoading }] = useRegisterMutation();
  const schema = z.object({
    email: z.email(t("rules.email")),
    name: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(SHORTEST, t("rules.tooShort", { least: SHORTEST })),
  });
  const { register, handleSubmit, formState, setError, control } = useForm<FirstUser>({
    resolver: zodResolver(schema),
    defaultValues: { email: "", name: "", password: "" },
  });
  const { refusal, refuse, forget } = useRefusal<FirstUser>(["email", "name", "password"], setError);
  const { email, name, password } = formState.errors;

  const submit = handleSubmit(async (user) => {
    forget();
    const answer = await enter({ ...user, language });
    if (!answer.error) onEnd("sent");
    else if (asApiError(answer.error).status === 403) onEnd("closed");
    else refuse(answer.error);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <TextField id="name" label={t("auth.name")} autoComplete="name" error={name?.message} {...register("name")} />
      <TextField
        id="email"
        type="email"
        label={t("auth.email")}
        autoComplete="username"
        error={email?.message}
        {...register("email")}
      />
      <NewPasswordField
        id="password"
        label={t("auth.password")}
        length={useWatch({ control, name: "password" }).length}
        error={password?.message}
        {...register("password")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("register.submit")}
      </Button>
      <ButtonLink to="/sign-in" look="quiet" className="w-full">
        {t("register.have")}
      </ButtonLink>
    </form>
  );
}
