import { useController } from "react-hook-form";
import type { Field } from "../api/types";
import { FieldError } from "../components/Input";
import { Toggle } from "../components/Toggle";
import { useText } from "../i18n/language";
import type { FormValues } from "./formValues";
import { useFieldError } from "./useFieldError";

/** Yes or no. */
export function BooleanInput({ field }: { field: Field }) {
  const text = useText();
  const error = useFieldError(field.name);
  const { field: input } = useController<FormValues>({ name: field.name });
  const id = `field-${field.name}`;
  const label = text(field.label);
  return (
    <div className="space-y-1.5">
      <div className="flex items-center gap-3">
        <Toggle id={id} label={label} checked={Boolean(input.value)} onChange={input.onChange} />
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
      </div>
      {text(field.help) && <p className="text-sm text-muted">{text(field.help)}</p>}
      <FieldError id={id} error={error} />
    </div>
  );
}
