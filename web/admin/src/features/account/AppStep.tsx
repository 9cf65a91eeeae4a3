import { zodResolver } from "@hookform/resolvers/zod";
import { QRCodeSVG } from "qrcode.react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { asApiError } from "../../api/apiError";
import type { Enrolment } from "../../api/identityTypes";
import { Button } from "../../components/Button";
import { CopyButton } from "../../components/CopyButton";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/TextField";
import { codeFrom, isWholeCode } from "../../fields/oneTimeCode";
import { useRefusal } from "../../fields/useRefusal";
import { useConfirmEnrolmentMutation } from "./accountApi";

interface Props {
  enrolment: Enrolment;
  onDone: (backupCodes: string[]) => void;
}

/** The app takes the secret from a picture, a link or by hand, and shows by a code that it has it. */
export function AppStep({ enrolment, onDone }: Props) {
  const { t } = useTranslation();
  const { secret, otpauth_url: address } = enrolment;
  return (
    <div className="space-y-6">
      <p className="text-muted">{t("twoFactor.appText")}</p>
      <div className="flex flex-col items-start gap-6 sm:flex-row">
        {/* Dark squares on white in both themes: cameras read nothing else well. */}
        <QRCodeSVG
          value={address}
          size={192}
          marginSize={3}
          level="M"
          role="img"
          title={t("twoFactor.picture")}
          className="shrink-0 rounded-md border border-line"
        />
        <div className="min-w-0 space-y-3">
          <a href={address} className="inline-block py-1 text-sm font-medium text-accent hover:underline">
            {t("twoFactor.openApp")}
          </a>
          <div className="space-y-1.5">
            <p className="text-sm text-muted">{t("twoFactor.byHand")}</p>
            <code className="block font-mono text-sm break-words select-all">{inFours(secret)}</code>
          </div>
          <CopyButton text={secret} label={t("twoFactor.copySecret")} />
        </div>
      </div>
      <CodeForm onDone={onDone} />
    </div>
  );
}

function CodeForm({ onDone }: Pick<Props, "onDone">) {
  const { t } = useTranslation();
  const [confirm, { isLoading }] = useConfirmEnrolmentMutation();
  const schema = z.object({ code: z.string().refine(isWholeCode, t("auth.sixDigits")) });
  const { register, handleSubmit, formState, setError } = useForm({
    resolver: zodResolver(schema),
    defaultValues: { code: "" },
  });
  const { refusal, refuse, forget } = useRefusal(["code"], setError);

  const submit = handleSubmit(async ({ code }) => {
    forget();
    const answer = await confirm({ code: codeFrom(code) });
    if (answer.data) {
      onDone(answer.data.backup_codes);
      return;
    }
    const refused = asApiError(answer.error);
    const wrong = [401, 422].includes(refused.status);
    refuse(wrong ? { ...refused, details: [{ field: "code", message: t("auth.wrongCode") }] } : refused);
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-5">
      {Boolean(refusal) && <ErrorNotice error={refusal} />}
      <TextField
        id="enrol-code"
        label={t("auth.code")}
        help={t("twoFactor.codeHelp")}
        autoComplete="one-time-code"
        inputMode="numeric"
        className="font-mono text-lg tracking-widest sm:max-w-48"
        error={formState.errors.code?.message}
        {...register("code")}
      />
      <Button type="submit" look="primary" busy={isLoading} className="w-full sm:w-auto">
        {t("twoFactor.turnOn")}
      </Button>
    </form>
  );
}

/** `ABCD EFGH …`, for who types it. */
function inFours(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
