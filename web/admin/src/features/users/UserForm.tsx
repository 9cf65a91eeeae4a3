import { zodResolver } from "@hookform/resolvers/zod";
import type { TFunction } from "i18next";
import { useMemo, type ReactNode } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { ROLES } from "../../api/identityTypes";
import type { Field, Row } from "../../api/types";
import { Button, ButtonLink } from "../../components/Button";
import { Card } from "../../components/Card";
import { ErrorNotice } from "../../components/ErrorNotice";
import { FieldInput } from "../../fields/FieldInput";
import { formSchema } from "../../fields/formSchema";
import { changesBetween, formValues, payloadOf, type FormValues, type Payload } from "../../fields/formValues";
import { useRefusal } from "../../fields/useRefusal";

interface Props {
  start: Partial<Row>;
  submit: string;
  busy: boolean;
  back: string;
  children?: ReactNode;
  /** Gets what was filled in otherwise than it stood there. An error is said at its fields. */
  onSave: (changes: Payload) => Promise<unknown>;
}

/** The record of somebody's account, as far as others write it. */
export function UserForm({ start, submit, busy, back, children, onSave }: Props) {
  const { t } = useTranslation();
  const fields = useMemo(() => fieldsOf(t), [t]);
  const before = useMemo(() => formValues(fields, start), [fields, start]);
  const form = useForm<FormValues>({ defaultValues: before, resolver: zodResolver(formSchema(fields, t)) });
  const { refusal, refuse, forget } = useRefusal<FormValues>(
    fields.map(({ name }) => name),
    form.setError,
  );

  const save = form.handleSubmit(async (values) => {
    forget();
    const isNew = start.id === undefined;
    const sent = payloadOf(fields, values);
    const error = await onSave(isNew ? sent : changesBetween(payloadOf(fields, before), sent));
    if (error) refuse(error);
  });

  return (
    <FormProvider {...form}>
      <form onSubmit={save} noValidate className="space-y-6">
        {Boolean(refusal) && <ErrorNotice error={refusal} />}
        <Card>
          <div className="space-y-6">
            {fields.map((field) => (
              <FieldInput key={field.name} field={field} plugin="core" />
            ))}
            {children}
          </div>
        </Card>
        <div className="flex justify-end gap-3">
          <ButtonLink to={back}>{t("actions.cancel")}</ButtonLink>
          <Button type="submit" look="primary" busy={busy}>
            {submit}
          </Button>
        </div>
      </form>
    </FormProvider>
  );
}

function fieldsOf(t: TFunction): Field[] {
  return [
    { name: "email", kind: "email", label: { en: t("auth.email") }, required: true, max: 254 },
    { name: "name", kind: "text", label: { en: t("auth.name") }, required: true, max: 200 },
    {
      name: "role",
      kind: "choice",
      label: { en: t("users.role") },
      help: { en: t("users.roleHelp") },
      required: true,
      choices: ROLES.map((value) => ({ value, label: { en: t(`roles.${value}`) } })),
    },
    {
      name: "language",
      kind: "locale",
      label: { en: t("account.language") },
      help: { en: t("users.languageHelp") },
      required: true,
    },
    { name: "timezone", kind: "time_zone", label: { en: t("account.timezone") }, required: true },
  ];
}
