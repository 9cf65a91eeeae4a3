import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Field } from "../api/types";
import { describedBy, FieldError, Input, TextArea } from "../components/Input";
import { LANGUAGES, useText } from "../i18n/language";
import { useFieldError } from "./useFieldError";

/** English and German beside each other; on a phone below each other. */
export function LocalizedInput({ field }: { field: Field }) {
  const { t } = useTranslation();
  const text = useText();
  const id = `field-${field.name}`;
  const help = text(field.help);
  const error = useFieldError(field.name);
  return (
    <fieldset className="space-y-1.5">
      <legend className="text-sm font-medium">
        {text(field.label)}
        {!field.required && <span className="ml-2 font-normal text-faint">{t("fields.optional")}</span>}
      </legend>
      <div className="grid gap-3 sm:grid-cols-2">
        {LANGUAGES.map((language) => (
          <Version key={language} field={field} language={language} />
        ))}
      </div>
      {help && (
        <p id={`${id}-help`} className="text-sm text-muted">
          {help}
        </p>
      )}
      <FieldError id={id} error={error} />
    </fieldset>
  );
}

function Version({ field, language }: { field: Field; language: "en" | "de" }) {
  const { t } = useTranslation();
  const { register } = useFormContext();
  const text = useText();
  const name = `${field.name}.${language}`;
  const id = `field-${field.name}-${language}`;
  const error = useFieldError(name);
  const common = { id, error, lang: language, ...describedBy(id, undefined, error), ...register(name) };
  return (
    <div className="min-w-0 space-y-1.5">
      <label htmlFor={id} className="block text-xs text-muted">
        <span className="sr-only">{text(field.label)}: </span>
        {t(`languages.${language}`)}
      </label>
      {field.kind === "localized_long" ? <TextArea {...common} rows={7} /> : <Input {...common} />}
      <FieldError id={id} error={error} />
    </div>
  );
}
