import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { SettingField } from "../../api/types";
import { describedBy, Input, Labelled } from "../../components/Input";
import type { FormValues } from "../../fields/formValues";
import { useFieldError } from "../../fields/useFieldError";
import { useText } from "../../i18n/language";

interface Props {
  field: SettingField;
  stored: boolean;
}

/** A value that can be written and never read back. */
export function SecretInput({ field, stored }: Props) {
  const { t } = useTranslation();
  const { register } = useFormContext<FormValues>();
  const text = useText();
  const error = useFieldError(field.name);
  const id = `field-${field.name}`;
  const help = `${text(field.help)} ${stored ? t("plugins.secretStored") : t("plugins.secretMissing")}`;
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={field.required}>
      <Input
        id={id}
        type="password"
        autoComplete="new-password"
        placeholder={stored ? "••••••••" : ""}
        error={error}
        {...describedBy(id, help, error)}
        {...register(field.name)}
      />
    </Labelled>
  );
}

/** The host answers `{"set": true}` in place of a secret. */
export function isStored(value: unknown): boolean {
  return typeof value === "object" && value !== null && "set" in value && value.set === true;
}
