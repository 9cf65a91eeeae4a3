import { useFormContext } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Field } from "../api/types";
import { describedBy, Input, Labelled, TextArea } from "../components/Input";
import { LANGUAGES, useText } from "../i18n/language";
import { BooleanInput } from "./BooleanInput";
import { ChoiceInput } from "./ChoiceInput";
import { DateTimeInput } from "./DateTimeInput";
import { type FormValues, isOptional } from "./formValues";
import { LocalizedInput } from "./LocalizedInput";
import { ReferenceInput } from "./ReferenceInput";
import { SlugInput } from "./SlugInput";
import { useFieldError } from "./useFieldError";
import { ZoneInput } from "./ZoneInput";

interface Props {
  field: Field;
  /** The field whose value a slug is made from. */
  titleField?: string;
  /** Id of the plugin, which a reference without one belongs to. */
  plugin: string;
}

/** The input for a described field, whatever its kind. */
export function FieldInput({ field, titleField, plugin }: Props) {
  switch (field.kind) {
    case "boolean":
      return <BooleanInput field={field} />;
    case "localized":
    case "localized_long":
      return <LocalizedInput field={field} />;
    case "date_time":
      return <DateTimeInput field={field} />;
    case "time_zone":
      return <ZoneInput field={field} />;
    case "reference":
    case "person":
      return <ReferenceInput field={field} plugin={plugin} />;
    case "choice":
      return <ChoiceInput field={field} choices={field.choices ?? []} />;
    case "locale":
      return <LocaleInput field={field} />;
    case "slug":
      return <SlugInput field={field} titleField={titleField} />;
    default:
      return <TextInput field={field} />;
  }
}

const inputTypes: Partial<Record<Field["kind"], string>> = { email: "email", url: "url" };
const inputModes: Partial<Record<Field["kind"], "numeric" | "decimal">> = { integer: "numeric", number: "decimal" };

function TextInput({ field }: { field: Field }) {
  const { register } = useFormContext<FormValues>();
  const text = useText();
  const error = useFieldError(field.name);
  const id = `field-${field.name}`;
  const help = text(field.help);
  const common = { id, error, ...describedBy(id, help, error), ...register(field.name) };
  const long = field.kind === "long_text" || field.kind === "json";
  const narrow = field.kind === "integer" || field.kind === "number";
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      {long ? (
        <TextArea {...common} className={field.kind === "json" ? "font-mono" : ""} />
      ) : (
        <Input
          {...common}
          type={inputTypes[field.kind] ?? "text"}
          inputMode={inputModes[field.kind]}
          className={narrow ? "sm:max-w-48" : ""}
          autoComplete="off"
        />
      )}
    </Labelled>
  );
}

function LocaleInput({ field }: { field: Field }) {
  const { t } = useTranslation();
  const choices = LANGUAGES.map((value) => ({ value, label: { en: t(`languages.${value}`) } }));
  return <ChoiceInput field={field} choices={choices} />;
}
