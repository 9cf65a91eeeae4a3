import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Field } from "../../api/types";
import { Select } from "../../components/Input";
import { SearchBox } from "../../components/SearchBox";
import { Picker } from "../../fields/Picker";
import { useReferenced, useReferenceOptions } from "../../fields/references";
import { LANGUAGES, useText } from "../../i18n/language";

interface Props {
  field: Field;
  plugin: string;
  value: string;
  onChange: (value: string) => void;
}

/** Narrows a list by one field. */
export function FilterInput(props: Props) {
  const { field, value, onChange } = props;
  const text = useText();
  if (field.kind === "reference" || field.kind === "person") return <ReferenceFilter {...props} />;
  if (field.kind === "choice" || field.kind === "boolean" || field.kind === "locale")
    return <ChoiceFilter {...props} />;
  return <SearchBox label={text(field.label)} value={value} onSearch={onChange} />;
}

function ChoiceFilter({ field, value, onChange }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const label = text(field.label);
  const choices = choicesOf(field, (key) => t(key)).map((choice) => ({ ...choice, label: text(choice.label) }));
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className="w-full sm:w-fit"
    >
      <option value="">{t("rows.all", { label })}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {field.kind === "boolean" ? `${label}: ${choice.label}` : choice.label || choice.value}
        </option>
      ))}
    </Select>
  );
}

function choicesOf(field: Field, say: (key: "fields.yes" | "fields.no" | "languages.en" | "languages.de") => string) {
  if (field.kind === "boolean") {
    return [
      { value: "true", label: { en: say("fields.yes") } },
      { value: "false", label: { en: say("fields.no") } },
    ];
  }
  if (field.kind === "locale") return LANGUAGES.map((value) => ({ value, label: { en: say(`languages.${value}`) } }));
  return field.choices ?? [];
}

function ReferenceFilter({ field, plugin, value, onChange }: Props) {
  const { t } = useTranslation();
  const text = useText();
  const [search, setSearch] = useState("");
  const { options, loading } = useReferenceOptions(field, plugin, search);
  const referenced = useReferenced(field, plugin, value);
  const everything = { value: "", label: t("rows.all", { label: text(field.label) }) };
  return (
    <div className="w-full sm:w-64">
      <Picker
        label={text(field.label)}
        value={referenced ?? everything}
        options={search ? options : [everything, ...options]}
        loading={loading}
        clearable
        onSearch={setSearch}
        onChange={onChange}
      />
    </div>
  );
}
