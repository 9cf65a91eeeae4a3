import { zodResolver } from "@hookform/resolvers/zod";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { asApiError } from "../../api/apiError";
import type { SignedIn } from "../../api/identityTypes";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Notice } from "../../components/Notice";
import { TextField } from "../../components/TextField";
import { codeFrom, isWholeCode } from "../../fields/oneTimeCode";
import { useProveSecondFactorMutation } from "./authApi";

export type CodeKind = "totp" | "backup_code";

interface Props {
  kind: CodeKind;
  token: string;
  onDone: (answer: SignedIn) => void;
  onLate: () => void;
}

/** A code: the six digits of an app, which are sent as soon as they are there, or one of the codes that were kept. */
export function CodeForm({ kind, token, onDone, onLate }: Props) {
  const { t } = useTranslation();
  const [prove, { isLoading, error }] = useProveSecondFactorMutation();
  const fromApp = kind === "totp";
  const schema = z.object({
    code: fromApp
      ? z.string().refine(isWholeCode, t("auth.sixDigits"))
      : z.string().trim().min(1, t("rules.required")),
  });
  const { register, handleSubmit, formState, resetField, setFocus } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { code: "" },
  });
  useEffect(() => setFocus("code"), [setFocus]);

  const submit = handleSubmit(async ({ code }) => {
    if (isLoading) return;
    const answer = await prove({ mfa_token: token, code: fromApp ? codeFrom(code) : code.trim() });
    if (answer.data) {
      onDone(answer.data);
      return;
    }
    const { status } = asApiError(answer.error);
    if (status === 410) onLate();
    if (status !== 401 && status !== 422) return;
    resetField("code");
    setFocus("code");
  });

  const field = register("code", {
    onChange: ({ target }: { target: HTMLInputElement }) => {
      if (fromApp && isWholeCode(target.value)) void submit();
    },
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(error) && !isLoading && <Refusal error={error} kind={kind} />}
      <TextField
        id="code"
        label={t(fromApp ? "auth.code" : "auth.backupCode")}
        help={t(fromApp ? "auth.codeHelp" : "auth.backupCodeHelp")}
        autoComplete={fromApp ? "one-time-code" : "off"}
        inputMode={fromApp ? "numeric" : "text"}
        autoCapitalize="none"
        spellCheck={false}
        className="font-mono text-lg tracking-widest"
        error={formState.errors.code?.message}
        {...field}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full">
        {t("auth.signIn")}
      </Button>
    </form>
  );
}

function Refusal({ error, kind }: { error: unknown; kind: CodeKind }) {
  const { t } = useTranslation();
  const { status } = asApiError(error);
  if (![401, 422].includes(status)) return <ErrorNotice error={error} />;
  return <Notice tone="bad">{t(kind === "totp" ? "auth.wrongCode" : "auth.wrongBackupCode")}</Notice>;
}
