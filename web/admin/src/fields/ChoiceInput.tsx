import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Choice, Field } from "../api/types";
import { describedBy, Labelled, Select } from "../components/Input";
import { useText } from "../i18n/language";
import { type FormValues, isOptional } from "./formValues";
import { useFieldError } from "./useFieldError";

interface Props {
  field: Field;
  choices: Choice[];
}

/** One of a few. */
export function ChoiceInput({ field, choices }: Props) {
  const { register, formState } = useFormContext<FormValues>();
  const { t } = useTranslation();
  const text = useText();
  const error = useFieldError(field.name);
  const id = `field-${field.name}`;
  const help = text(field.help);
  const stored = formState.defaultValues?.[field.name];
  const possible = choices.filter(({ value, read_only }) => !read_only || value === stored);
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      <Select id={id} error={error} className="sm:max-w-72" {...describedBy(id, help, error)} {...register(field.name)}>
        {isOptional(field) && <option value="">{t("fields.none")}</option>}
        {field.required && <option value="">{t("fields.choose")}</option>}
        {possible.map(({ value, label }) => (
          <option key={value} value={value}>
            {text(label) || value}
          </option>
        ))}
      </Select>
    </Labelled>
  );
}
