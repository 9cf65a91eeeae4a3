import { useEffect, useRef } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import type { Field } from "../api/types";
import { describedBy, Input, Labelled } from "../components/Input";
import { useText } from "../i18n/language";
import { type FormValues, isOptional, localizedValue, slugFrom } from "./formValues";
import { useFieldError } from "./useFieldError";

interface Props {
  field: Field;
  titleField?: string;
}

/** A part of an address; it follows the title until somebody writes it by hand. */
export function SlugInput({ field, titleField }: Props) {
  const { register, control, setValue, getValues } = useFormContext<FormValues>();
  const text = useText();
  const error = useFieldError(field.name);
  const title = useWatch({ control, name: titleField ?? "" });
  const follows = useRef(getValues(field.name) === "");
  const id = `field-${field.name}`;
  const help = text(field.help);

  useEffect(() => {
    const source = localizedValue(title);
    const slug = slugFrom(source.en || source.de).slice(0, field.max ?? undefined);
    if (follows.current && slug) setValue(field.name, slug, { shouldDirty: true });
  }, [title, field.name, field.max, setValue]);

  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      <Input
        id={id}
        error={error}
        className="font-mono"
        autoCapitalize="none"
        spellCheck={false}
        autoComplete="off"
        {...describedBy(id, help, error)}
        {...register(field.name, { onChange: (event) => (follows.current = event.target.value === "") })}
      />
    </Labelled>
  );
}
