import { useFormContext, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { Field } from "../api/types";
import { describedBy, Input, Labelled } from "../components/Input";
import { formatMoment } from "../format/moments";
import { readerZone, sameClock, utcFromLocal } from "../format/zone";
import { useLanguage, useText } from "../i18n/language";
import { type FormValues, isOptional, zoneOf } from "./formValues";
import { useFieldError } from "./useFieldError";

/** A local time in the zone that another field of the form names, else in the reader's own. */
export function DateTimeInput({ field }: { field: Field }) {
  const { register, control } = useFormContext<FormValues>();
  const values = useWatch({ control });
  const text = useText();
  const error = useFieldError(field.name);
  const id = `field-${field.name}`;
  const zone = zoneOf(field, values);
  const help = (
    <>
      {text(field.help)} <Meaning local={String(values[field.name] ?? "")} zone={zone} />
    </>
  );
  return (
    <Labelled id={id} label={text(field.label)} help={help} error={error} required={!isOptional(field)}>
      <Input
        id={id}
        type="datetime-local"
        step={60}
        error={error}
        className="sm:max-w-72"
        {...describedBy(id, help, error)}
        {...register(field.name)}
      />
    </Labelled>
  );
}

function Meaning({ local, zone }: { local: string; zone: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const meaning = utcFromLocal(local, zone);
  const notes = [t("fields.inZone", { zone })];
  if (meaning.kind === "twice") notes.push(t("fields.comesTwice"));
  if ("utc" in meaning && !sameClock(meaning.utc, zone, readerZone())) {
    notes.push(t("fields.yourTime", { time: formatMoment(meaning.utc, readerZone(), language) }));
  }
  return <>{notes.join(" ")}</>;
}
