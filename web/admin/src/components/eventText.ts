import { useTranslation } from "react-i18next";

/** What an event means: in words where the host itself publishes it, else with its name. */
export function useEventText() {
  const { t } = useTranslation();
  return (name: string) => {
    if (name === "people.erased") return { words: t("capabilities.events.personErased") };
    // A plugin publishes under its own names, which have no dot.
    return { words: t(name.includes(".") ? "capabilities.events.hears" : "capabilities.events.tells"), name };
  };
}
