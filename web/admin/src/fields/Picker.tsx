import { Combobox, ComboboxButton, ComboboxInput, ComboboxOption, ComboboxOptions } from "@headlessui/react";
import type { InputHTMLAttributes, Ref } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../components/Icon";
import { borderOf, inputLook } from "../components/Input";

export interface Option {
  value: string;
  label: string;
}

interface Props {
  id?: string;
  /** The input, which takes the focus when its value was refused. */
  ref?: Ref<HTMLInputElement>;
  label?: string;
  value: Option | null;
  options: Option[];
  loading?: boolean;
  /** Offers to choose nothing. */
  clearable?: boolean;
  error?: string;
  onSearch: (text: string) => void;
  onChange: (value: string) => void;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

/** One of many, found by typing. */
export function Picker({ id, ref, label, value, options, loading, clearable, error, onSearch, onChange, ...aria }: Props) {
  const { t } = useTranslation();
  const { "aria-describedby": described, "aria-invalid": invalid } = aria;
  return (
    <Combobox
      immediate
      value={value}
      by="value"
      onChange={(option: Option | null) => onChange(option?.value ?? "")}
      onClose={() => onSearch("")}
    >
      <div className="relative">
        <ComboboxInput
          as={DescribedInput}
          id={id}
          ref={ref}
          aria-label={label}
          described={described}
          aria-invalid={invalid}
          autoComplete="off"
          className={`${inputLook} ${borderOf(error)} min-h-11 pr-10 sm:min-h-10`}
          displayValue={(option: Option | null) => option?.label ?? ""}
          onChange={(event) => {
            if (event.target.value === "" && clearable) onChange("");
            onSearch(event.target.value);
          }}
          placeholder={t("fields.search")}
        />
        <ComboboxButton aria-label={t("fields.showChoices")} className="absolute inset-y-0 right-0 px-3 text-muted">
          <Icon name="chevronDown" className="size-4" />
        </ComboboxButton>
      </div>
      <ComboboxOptions
        anchor={{ to: "bottom start", gap: 4 }}
        className="z-50 max-h-72! w-(--input-width) min-w-56 overflow-auto rounded-md border border-line bg-raised p-1 text-sm shadow-lg empty:invisible"
      >
        {options.map((option) => (
          <ComboboxOption
            key={option.value}
            value={option}
            className="flex min-h-10 cursor-pointer items-center gap-2 rounded-sm px-3 data-focus:bg-accent-soft data-selected:font-medium"
          >
            {option.label}
          </ComboboxOption>
        ))}
        {options.length === 0 && (
          <p className="px-3 py-2 text-muted">{loading ? t("loading") : t("fields.nothingFound")}</p>
        )}
      </ComboboxOptions>
    </Combobox>
  );
}

type DescribedProps = InputHTMLAttributes<HTMLInputElement> & { described?: string; ref?: Ref<HTMLInputElement> };

/** Names its help and fault itself: the combobox would put its own description, which is none, in their place. */
function DescribedInput({ described, ...rest }: DescribedProps) {
  return <input {...rest} aria-describedby={described} />;
}
