import { useTranslation } from "react-i18next";
import type { DataFate } from "../../api/types";

interface Props {
  fate: DataFate;
  onChange: (fate: DataFate) => void;
}

const FATES: DataFate[] = ["keep", "delete"];

/** What becomes of a plugin's data: two answers, each with what it means. */
export function FateChoice({ fate, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className="space-y-2">
      <legend className="pb-2 font-medium">{t("life.uninstall.choice")}</legend>
      {FATES.map((each) => (
        <label
          key={each}
          className={`flex cursor-pointer gap-3 rounded-md border p-3 ${each === fate ? "border-accent bg-accent-soft" : "border-line-strong hover:bg-sunken"}`}
        >
          <input
            type="radio"
            name="fate"
            className="mt-0.5 size-5 shrink-0 accent-accent"
            aria-label={t(`life.uninstall.${each}`)}
            aria-describedby={`fate-${each}`}
            checked={each === fate}
            onChange={() => onChange(each)}
          />
          <span className="min-w-0">
            <span className="block font-medium">{t(`life.uninstall.${each}`)}</span>
            <span id={`fate-${each}`} className={each === fate ? "block" : "block text-muted"}>
              {t(`life.uninstall.${each}Text`)}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
