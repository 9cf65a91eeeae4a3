import { useTranslation } from "react-i18next";
import type { PublicCondition } from "../../api/types";
import { useLanguage, useText } from "../../i18n/language";

/** Says which rows are meant: “Status” is “Published” and “Ends” is in the future. */
export function useConditions() {
  const language = useLanguage();
  const words = useCondition();
  return (conditions: PublicCondition[]) =>
    new Intl.ListFormat(language, { type: "conjunction" }).format(conditions.map(words));
}

function useCondition() {
  const { t } = useTranslation();
  const text = useText();
  return ({ field: name, is, value, label, value_label }: PublicCondition): string => {
    const field = text(label ?? undefined) || name;
    if (value === null) return t(`plugins.conditions.${is === "equal" ? "empty" : "filled"}`, { field });
    if (value === "now" && is === "after") return t("plugins.conditions.future", { field });
    if (value === "now" && is === "before") return t("plugins.conditions.past", { field });
    if (typeof value === "boolean") return t(`plugins.conditions.${is}`, { field, value: t(`fields.${value ? "yes" : "no"}`) });
    return t(`plugins.conditions.${is}`, { field, value: text(value_label ?? undefined) || String(value) });
  };
}
