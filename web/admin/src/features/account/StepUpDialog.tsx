import { zodResolver } from "@hookform/resolvers/zod";
import { useId, useState, type ComponentProps, type ReactNode } from "react";
import { useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useSelector } from "react-redux";
import { z } from "zod";
import { selectUser } from "../../api/session";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { PasswordField, TextField } from "../../components/TextField";
import { useRefusal } from "../../fields/useRefusal";

/** What is said beside the password; what was not asked for is empty. */
export interface Proof {
  text: string;
  password: string;
  code: string;
}

interface Props {
  title: string;
  confirm: string;
  tone?: "primary" | "danger";
  /** One line to fill in before the password, under the name that the host knows it by. */
  text?: { name: string; start?: string; schema: z.ZodString | z.ZodEmail } & Pick<
    ComponentProps<typeof TextField>,
    "label" | "help" | "type" | "autoComplete" | "inputMode"
  >;
  /** Asks for a code of the second factor too. */
  withCode?: boolean;
  children?: ReactNode;
  /** Does it. An error is said in the dialog, which stays. */
  onConfirm: (proof: Proof) => Promise<unknown>;
  onClose: () => void;
}

/** Asks for the password before something changes how its owner signs in. */
export function StepUpDialog({ title, confirm, tone = "primary", text, withCode, children, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const user = useSelector(selectUser);
  const [busy, setBusy] = useState(false);
  const schema = z.object({
    text: text ? text.schema : z.string(),
    password: z.string().min(1, t("rules.required")),
    code: withCode ? z.string().trim().min(1, t("rules.required")) : z.string(),
  });
  const { register, handleSubmit, formState, setError } = useForm<Proof>({
    resolver: zodResolver(schema),
    defaultValues: { text: text?.start ?? "", password: "", code: "" },
  });
  const { refusal, refuse, forget } = useRefusal<Proof>(["text", "password", "code"], setError);
  const problems = formState.errors;

  const submit = handleSubmit(async (proof) => {
    if (busy) return;
    forget();
    setBusy(true);
    const error = await onConfirm(proof);
    setBusy(false);
    if (error) refuse(named(error, text?.name));
  });

  return (
    <Dialog
      open
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("actions.cancel")}</Button>
          <Button type="submit" form={id} look={tone} busy={busy}>
            {confirm}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={submit} noValidate className="space-y-5 pb-2">
        {children && <div className="space-y-3 text-muted">{children}</div>}
        {Boolean(refusal) && <ErrorNotice error={refusal} />}
        <input type="text" autoComplete="username" value={user?.email ?? ""} readOnly hidden />
        {text && (
          <TextField
            id={`${id}-text`}
            label={text.label}
            help={text.help}
            type={text.type}
            autoComplete={text.autoComplete}
            error={problems.text?.message}
            {...register("text")}
          />
        )}
        <PasswordField
          id={`${id}-password`}
          label={t("stepUp.password")}
          autoComplete="current-password"
          error={problems.password?.message}
          {...register("password")}
        />
        {withCode && (
          <TextField
            id={`${id}-code`}
            label={t("auth.code")}
            help={t("stepUp.codeHelp")}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            error={problems.code?.message}
            {...register("code")}
          />
        )}
      </form>
    </Dialog>
  );
}

/** The host's name of the line stands for the name of its input. */
function named(error: unknown, name: string | undefined): unknown {
  if (!name || typeof error !== "object" || error === null || !("details" in error)) return error;
  const details = error.details as { field: string; message: string }[];
  return { ...error, details: details.map((one) => (one.field === name ? { ...one, field: "text" } : one)) };
}
