import { zodResolver } from "@hookform/resolvers/zod";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { useDispatch } from "react-redux";
import type { User } from "../../api/identityTypes";
import { userRead } from "../../api/session";
import type { Field } from "../../api/types";
import { Avatar } from "../../components/Avatar";
import { Button } from "../../components/Button";
import { Card } from "../../components/Card";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useToast } from "../../components/toast";
import { FieldInput } from "../../fields/FieldInput";
import { formSchema } from "../../fields/formSchema";
import { changesBetween, formValues, payloadOf, type FormValues } from "../../fields/formValues";
import { useRefusal } from "../../fields/useRefusal";
import { chooseLanguage } from "../../i18n/language";
import { useChangeProfileMutation, type ProfileChange } from "./accountApi";

/** Name, language, time zone and picture; a new language is the panel's at once. */
export function ProfileForm({ user }: { user: User }) {
  const { t } = useTranslation();
  const dispatch = useDispatch();
  const toast = useToast();
  const [change, { isLoading }] = useChangeProfileMutation();
  const fields = useMemo(() => fieldsOf(t), [t]);
  const start = useMemo(() => formValues(fields, { ...user }), [fields, user]);
  const form = useForm<FormValues>({ values: start, resolver: zodResolver(formSchema(fields, t)) });
  const { refusal, refuse, forget } = useRefusal<FormValues>(
    fields.map(({ name }) => name),
    form.setError,
  );

  const submit = form.handleSubmit(async (values) => {
    forget();
    const changes = changesBetween(payloadOf(fields, start), payloadOf(fields, values)) as ProfileChange;
    const answer = await change(changes);
    if (!answer.data) {
      refuse(answer.error);
      return;
    }
    dispatch(userRead(answer.data));
    if (changes.language) await chooseLanguage(changes.language);
    toast({ text: t("rows.saved") });
  });

  return (
    <Card title={t("account.profile")}>
      <FormProvider {...form}>
        <form onSubmit={submit} noValidate className="space-y-6">
          {Boolean(refusal) && <ErrorNotice error={refusal} />}
          <div className="flex items-center gap-4">
            <Avatar name={user.name} picture={user.avatar_url} className="size-16 text-xl" />
            <div className="min-w-0">
              <p className="truncate font-medium">{user.name}</p>
              <p className="truncate text-sm text-muted">{t(`roles.${user.role}`)}</p>
            </div>
          </div>
          {fields.map((field) => (
            <FieldInput key={field.name} field={field} plugin="core" />
          ))}
          <Button type="submit" look="primary" busy={isLoading} disabled={!form.formState.isDirty}>
            {t("actions.save")}
          </Button>
        </form>
      </FormProvider>
    </Card>
  );
}

function fieldsOf(t: TFunction): Field[] {
  return [
    { name: "name", kind: "text", label: { en: t("auth.name") }, required: true, max: 200 },
    { name: "language", kind: "locale", label: { en: t("account.language") }, required: true },
    {
      name: "timezone",
      kind: "time_zone",
      label: { en: t("account.timezone") },
      help: { en: t("account.timezoneHelp") },
      required: true,
    },
    { name: "avatar_url", kind: "url", label: { en: t("account.picture") }, help: { en: t("account.pictureHelp") } },
  ];
}
