import { useTranslation } from "react-i18next";
import { Select } from "./Input";

interface Props {
  label: string;
  value: string;
  choices: { value: string; label: string }[];
  onChange: (value: string) => void;
}

/** Narrows a list to one of a few, or to all. */
export function FilterSelect({ label, value, choices, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)} className="w-full sm:w-fit">
      <option value="">{t("rows.all", { label })}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </Select>
  );
}
