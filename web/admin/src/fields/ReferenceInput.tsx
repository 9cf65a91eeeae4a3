import { useDeferredValue, useState } from "react";
import { useController } from "react-hook-form";
import type { Field } from "../api/types";
import { describedBy, Labelled } from "../components/Input";
import { useText } from "../i18n/language";
import { type FormValues, isOptional } from "./formValues";
import { Picker } from "./Picker";
import { useReferenced, useReferenceOptions } from "./references";
import { useFieldError } from "./useFieldError";

interface Props {
  field: Field;
  plugin: string;
}

/** A row of another resource, found by typing a part of its name. */
export function ReferenceInput({ field, plugin }: Props) {
  const text = useText();
  const [search, setSearch] = useState("");
  const { field: input } = useController<FormValues>({ name: field.name });
  const error = useFieldError(field.name);
  const { options, loading } = useReferenceOptions(field, plugin, useDeferredValue(search));
  const value = useReferenced(field, plugin, String(input.value ?? ""));
  const id = `field-${field.name}`;
  const help = text(field.help);
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      <Picker
        id={id}
        ref={input.ref}
        value={value}
        options={options}
        loading={loading}
        clearable={!field.required}
        error={error}
        onSearch={setSearch}
        onChange={input.onChange}
        {...describedBy(id, help, error)}
      />
    </Labelled>
  );
}
