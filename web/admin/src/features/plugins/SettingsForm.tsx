import { zodResolver } from "@hookform/resolvers/zod";
import { useMemo } from "react";
import { FormProvider, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { asApiError } from "../../api/apiError";
import type { PluginSettings, SettingField } from "../../api/types";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { useToast } from "../../components/toast";
import { showFieldErrors } from "../../fields/fieldErrors";
import { FieldInput } from "../../fields/FieldInput";
import { formSchema } from "../../fields/formSchema";
import { formValues, payloadOf, type FormValues } from "../../fields/formValues";
import { useChangeSettingsMutation } from "./pluginsApi";
import { isStored, SecretInput } from "./SecretInput";

interface Props {
  id: string;
  settings: PluginSettings;
}

/** The settings that a plugin asks for, drawn from their description. */
export function SettingsForm({ id, settings: { fields, values } }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const [change, { isLoading, error }] = useChangeSettingsMutation();
  const checked = useMemo(() => fields.map((field) => checkedField(field, values)), [fields, values]);
  const form = useForm<FormValues>({
    defaultValues: useMemo(() => startOf(fields, values), [fields, values]),
    resolver: zodResolver(formSchema(checked, t)),
  });
  const names = fields.map(({ name }) => name);

  const save = form.handleSubmit(async (given) => {
    const answer = await change({ id, values: sentValues(fields, given) });
    if (answer.error) {
      showFieldErrors(answer.error, names, form.setError);
      return;
    }
    // A secret that was just sent is never held longer than it has to be.
    form.reset({ ...given, ...blankSecrets(fields) });
    toast({ text: t("plugins.settingsSaved") });
  });

  return (
    <FormProvider {...form}>
      <form onSubmit={save} noValidate className="max-w-2xl space-y-6">
        {Boolean(error) && asApiError(error).details.length === 0 && <ErrorNotice error={error} />}
        {fields.map((field) =>
          field.secret ? (
            <SecretInput key={field.name} field={field} stored={isStored(values[field.name])} />
          ) : (
            <FieldInput key={field.name} field={field} plugin={id} />
          ),
        )}
        <Button type="submit" look="primary" busy={isLoading}>
          {t("actions.save")}
        </Button>
      </form>
    </FormProvider>
  );
}

function startOf(fields: SettingField[], values: Record<string, unknown>): FormValues {
  return { ...formValues(fields, values), ...blankSecrets(fields) };
}

function blankSecrets(fields: SettingField[]): FormValues {
  return Object.fromEntries(fields.filter(({ secret }) => secret).map(({ name }) => [name, ""]));
}

/** A secret that is stored need not be given again. */
function checkedField(field: SettingField, values: Record<string, unknown>): SettingField {
  return field.secret && isStored(values[field.name]) ? { ...field, required: false } : field;
}

/** An empty secret stays as it is stored, so it is not sent. */
function sentValues(fields: SettingField[], given: FormValues) {
  const sent = fields.filter(({ name, secret }) => !secret || given[name] !== "");
  return payloadOf(sent, given);
}
