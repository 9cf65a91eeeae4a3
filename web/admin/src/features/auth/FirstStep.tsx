import { zodResolver } from "@hookform/resolvers/zod";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { z } from "zod";
import { asApiError } from "../../api/apiError";
import type { Challenge, SignedIn } from "../../api/identityTypes";
import { passkeysWork } from "../../api/passkeys";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Notice } from "../../components/Notice";
import { PasswordField, TextField } from "../../components/TextField";
import { useSignInMutation } from "./authApi";
import { PasskeyButton } from "./PasskeyButton";

/** E-mail and password, or a passkey in place of both. */
export function FirstStep({ onAnswer }: { onAnswer: (answer: SignedIn | Challenge) => void }) {
  const { t } = useTranslation();
  return (
    <div className="space-y-5">
      <PasswordForm onAnswer={onAnswer} />
      {passkeysWork() && (
        <>
          <div className="flex items-center gap-3 text-sm text-muted" aria-hidden="true">
            <span className="h-px flex-1 bg-line" />
            {t("auth.or")}
            <span className="h-px flex-1 bg-line" />
          </div>
          <PasskeyButton label={t("auth.withPasskey")} onDone={onAnswer} />
        </>
      )}
    </div>
  );
}

function PasswordForm({ onAnswer }: { onAnswer: (answer: SignedIn | Challenge) => void }) {
  const { t } = useTranslation();
  const [signIn, { isLoading, error }] = useSignInMutation();
  const schema = z.object({
    email: z.string().trim().min(1, t("rules.required")),
    password: z.string().min(1, t("rules.required")),
  });
  const { register, handleSubmit, formState, resetField, setFocus } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { email: "", password: "" },
  });
  const { email, password } = formState.errors;

  const submit = handleSubmit(async (credentials) => {
    const answer = await signIn(credentials);
    if (answer.data) {
      onAnswer(answer.data);
      return;
    }
    // What was typed is only taken away when it was wrong: a busy host may get the same again.
    if (asApiError(answer.error).status !== 401) return;
    resetField("password");
    setFocus("password");
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(error) && !isLoading && <Refusal error={error} />}
      <TextField
        id="email"
        type="email"
        label={t("auth.email")}
        autoComplete="username"
        error={email?.message}
        {...register("email")}
      />
      <div>
        <PasswordField
          id="password"
          label={t("auth.password")}
          autoComplete="current-password"
          error={password?.message}
          {...register("password")}
        />
        <p className="mt-1.5 text-right text-sm">
          <Link to="/forgot-password" className="inline-block py-1 text-accent hover:underline">
            {t("auth.forgot")}
          </Link>
        </p>
      </div>
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("auth.signIn")}
      </Button>
    </form>
  );
}

function Refusal({ error }: { error: unknown }) {
  const { t } = useTranslation();
  if (asApiError(error).status !== 401) return <ErrorNotice error={error} />;
  return <Notice tone="bad">{t("auth.wrong")}</Notice>;
}
