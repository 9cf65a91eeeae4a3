import { useMemo, useState } from "react";
import { useController } from "react-hook-form";
import type { Field } from "../api/types";
import { describedBy, Labelled } from "../components/Input";
import { allZones } from "../format/zone";
import { useText } from "../i18n/language";
import { type FormValues, isOptional } from "./formValues";
import { Picker } from "./Picker";
import { useFieldError } from "./useFieldError";

/** An IANA zone, found by a part of its name. */
export function ZoneInput({ field }: { field: Field }) {
  const text = useText();
  const [search, setSearch] = useState("");
  const { field: input } = useController<FormValues>({ name: field.name });
  const error = useFieldError(field.name);
  const zones = useMemo(() => allZones(), []);
  const wanted = search.trim().toLowerCase().replaceAll(" ", "_");
  const options = zones
    .filter((zone) => zone.toLowerCase().includes(wanted))
    .slice(0, 50)
    .map((zone) => ({ value: zone, label: zone }));
  const value = String(input.value);
  const id = `field-${field.name}`;
  const help = text(field.help);
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      <div className="sm:max-w-72">
        <Picker
          id={id}
          ref={input.ref}
          value={value ? { value, label: value } : null}
          options={options}
          clearable={!field.required}
          error={error}
          onSearch={setSearch}
          onChange={input.onChange}
          {...describedBy(id, help, error)}
        />
      </div>
    </Labelled>
  );
}
